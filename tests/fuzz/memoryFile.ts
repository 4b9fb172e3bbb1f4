// How do tests read a file that is only bytes in memory?
import { damaged, type SourceFile } from '../../src-main/checkpoints/containers/sourceFile.ts'

/** The bytes as an open file. */
export function memoryFile(name: string, bytes: Uint8Array): SourceFile {
  const readInto = (target: Uint8Array, offset: number): void => {
    if (offset < 0 || offset + target.length > bytes.length) throw damaged(name, 'bytes are missing')
    target.set(bytes.subarray(offset, offset + target.length))
  }
  return {
    path: name,
    name,
    bytes: bytes.length,
    readInto,
    read(offset, length) {
      const target = new Uint8Array(length)
      readInto(target, offset)
      return target
    },
    close() {},
  }
}

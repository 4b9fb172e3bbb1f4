// How is a run's whole state kept? In one safetensors file, written under a temporary name, flushed, then renamed.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'

/** Tensors by name, and words beside them. */
export interface TensorFile {
  tensors: Weights
  meta: string
}

/** Writes tensors and words; what stood at `path` stays until the new file is whole. Throws Failure `disk`. */
export function writeTensorFile(path: string, { tensors, meta }: TensorFile): void {
  const header: Record<string, unknown> = { __metadata__: { emergence: meta } }
  let offset = 0
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(header))
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  writeWhole(path, (write) => {
    write(length)
    write(padded)
    for (const { data } of tensors.values()) write(littleEndian(data))
  })
}

/** Reads what `writeTensorFile` wrote. Throws Failure `damaged-file`, `unreadable-file`. */
export function readTensorFile(path: string): TensorFile {
  const damaged = () => new Failure('damaged-file', `${path} is no whole checkpoint of a run.`)
  const bytes = readBytes(path)
  if (bytes.length < 8) throw damaged()
  const length = Number(bytes.readBigUInt64LE(0))
  if (!(length <= bytes.length - 8)) throw damaged()
  const header = parsed(bytes.subarray(8, 8 + length).toString())
  const meta = (header?.['__metadata__'] as Record<string, unknown> | undefined)?.['emergence']
  if (header === null || typeof meta !== 'string') throw damaged()
  const tensors: Weights = new Map()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const { shape, data_offsets: offsets } = entry as { shape: number[]; data_offsets: [number, number] }
    const [from, to] = [8 + length + offsets[0], 8 + length + offsets[1]]
    const count = shape.reduce((product, size) => product * size, 1)
    if (!(to <= bytes.length && to - from === 4 * count)) throw damaged()
    const own = Uint8Array.prototype.slice.call(bytes, from, to)
    tensors.set(name, { shape, data: new Float32Array(littleEndian(own).buffer) })
  }
  return { tensors, meta }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Failure('unreadable-file', `${path} could not be read: ${(error as Error).message}.`)
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/**
 * Writes a file through `write`; at the end it takes the place of what stood there. Where that fails, nothing is left
 * behind. Throws Failure `disk`.
 */
export function writeWhole(path: string, fill: (write: (bytes: Uint8Array) => void) => void): void {
  const temporary = `${path}.${process.pid}.part`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const descriptor = openSync(temporary, 'w')
    try {
      fill((bytes) => {
        for (let done = 0; done < bytes.length;)
          done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30))
      })
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw diskFailure(path, error)
  }
}

/** What a system's refusal to write means for a person; anything else is thrown as it is. */
export function diskFailure(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const why = full
    ? 'the disk is full'
    : code === 'EACCES' || code === 'EPERM'
      ? 'you may not write there'
      : code
  return new Failure('disk', `${path} could not be written: ${why}.`, full ? 'Make room on that disk.' : '')
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

function littleEndian(data: Float32Array | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return isLittleEndian ? bytes : Buffer.from(bytes).swap32()
}

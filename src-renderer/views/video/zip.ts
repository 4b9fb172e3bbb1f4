// How do many pictures leave as one file? A zip archive whose members are stored as they are: PNG does not shrink further.
//
// PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end). No member and no archive
// reaches 4 GB here, so that the 64-bit fields are not needed.

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** The checksum that zip and PNG use. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

/** 1 January 1980, the first day that the format knows: the same members give the same bytes. */
const noTime = 0x0021_0000

export interface ZipWriter {
  add(name: string, bytes: Uint8Array): void
  /** Of the archive as it would be now. */
  readonly bytes: number
  finish(): Uint8Array<ArrayBuffer>
}

export function createZip(): ZipWriter {
  const parts: Uint8Array[] = []
  const central: Uint8Array[] = []
  let offset = 0
  let directory = 0
  const endSize = 22

  return {
    add: (name, bytes) => {
      const called = new TextEncoder().encode(name)
      const common = (view: DataView, at: number): void => {
        view.setUint16(at, 20, true)
        // Names are UTF-8.
        view.setUint16(at + 2, 1 << 11, true)
        view.setUint16(at + 4, 0, true)
        view.setUint32(at + 6, noTime, true)
        view.setUint32(at + 10, crc32(bytes), true)
        view.setUint32(at + 14, bytes.length, true)
        view.setUint32(at + 18, bytes.length, true)
        view.setUint16(at + 22, called.length, true)
      }
      const local = new Uint8Array(30 + called.length)
      const localView = new DataView(local.buffer)
      localView.setUint32(0, 0x04034b50, true)
      common(localView, 4)
      local.set(called, 30)
      const entry = new Uint8Array(46 + called.length)
      const entryView = new DataView(entry.buffer)
      entryView.setUint32(0, 0x02014b50, true)
      entryView.setUint16(4, 20, true)
      common(entryView, 6)
      entryView.setUint32(42, offset, true)
      entry.set(called, 46)
      parts.push(local, bytes)
      central.push(entry)
      offset += local.length + bytes.length
      directory += entry.length
    },
    get bytes() {
      return offset + directory + endSize
    },
    finish: () => {
      const end = new Uint8Array(endSize)
      const view = new DataView(end.buffer)
      view.setUint32(0, 0x06054b50, true)
      view.setUint16(8, central.length, true)
      view.setUint16(10, central.length, true)
      view.setUint32(12, directory, true)
      view.setUint32(16, offset, true)
      const all = new Uint8Array(offset + directory + endSize)
      let at = 0
      for (const part of [...parts, ...central, end]) {
        all.set(part, at)
        at += part.length
      }
      return all
    },
  }
}

// What is in a golden's .npy or .npz file? A small reader for numpy's own formats, for tests alone.
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

export interface NpyArray {
  shape: number[]
  data: Float32Array | Float64Array | Int32Array | Uint8Array
}

/** One array. float32, float64, int32, int64 (given as int32) and bool (as 0 and 1), little-endian, C order. */
export function readNpy(path: string): NpyArray {
  return parseNpy(readFileSync(path))
}

/** All arrays of an archive by name, without their `.npy`; entries stored or deflated. */
export function readNpz(path: string): Map<string, NpyArray> {
  const zip = readFileSync(path)
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  const arrays = new Map<string, NpyArray>()
  let at = zip.readUInt32LE(end + 16)
  for (let entry = 0; entry < zip.readUInt16LE(end + 10); entry++) {
    const deflated = zip.readUInt16LE(at + 10) === 8
    const nameLength = zip.readUInt16LE(at + 28)
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20))
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    arrays.set(name.replace(/\.npy$/, ''), parseNpy(deflated ? inflateRawSync(bytes) : bytes))
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return arrays
}

function parseNpy(file: Buffer): NpyArray {
  if (file.toString('latin1', 1, 6) !== 'NUMPY') throw new Error('not a .npy file')
  const wide = file[6] !== 1
  const headerLength = wide ? file.readUInt32LE(8) : file.readUInt16LE(8)
  const start = (wide ? 12 : 10) + headerLength
  const header = file.toString('latin1', wide ? 12 : 10, start)
  if (/'fortran_order': True/.test(header)) throw new Error('Fortran order is not read')
  const dtype = /'descr': '([^']+)'/.exec(header)?.[1] ?? 'unknown'
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const size = shape.reduce((a, b) => a * b, 1)
  const copy = (bytes: number) => Uint8Array.from(file.subarray(start, start + size * bytes)).buffer
  switch (dtype) {
    case '<f4':
      return { shape, data: new Float32Array(copy(4)) }
    case '<f8':
      return { shape, data: new Float64Array(copy(8)) }
    case '<i4':
      return { shape, data: new Int32Array(copy(4)) }
    case '<i8':
      return { shape, data: Int32Array.from(new BigInt64Array(copy(8)), Number) }
    case '|b1':
    case '|u1':
      return { shape, data: new Uint8Array(copy(1)) }
    default:
      throw new Error(`dtype ${dtype} is not read`)
  }
}

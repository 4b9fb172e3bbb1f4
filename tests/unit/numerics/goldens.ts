// Where do the tests find golden arrays? Reads .npy and .npz fixtures for the tests of several rooms.
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { readNpy, toFloat32, type NpyArray } from '../../../src-shared/numerics/npy.ts'

const folder = new URL('../../fixtures/goldens/', import.meta.url)

export function goldenBytes(path: string): Uint8Array {
  return readFileSync(new URL(path, folder))
}

export function goldenNpy(path: string): NpyArray {
  return readNpy(goldenBytes(path))
}

export function goldenFloats(path: string): { shape: number[]; data: Float32Array } {
  const array = goldenNpy(path)
  return { shape: array.shape, data: toFloat32(array) }
}

export function goldenJson(path: string): unknown {
  return JSON.parse(new TextDecoder().decode(goldenBytes(path)))
}

/** The arrays of an .npz file by name; trusts the file, as only fixtures come here. */
export function readNpz(bytes: Uint8Array): Map<string, NpyArray> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const arrays = new Map<string, NpyArray>()
  const end = bytes.length - 22
  let at = view.getUint32(end + 16, true)
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    const method = view.getUint16(at + 10, true)
    const packed = view.getUint32(at + 20, true)
    const nameLength = view.getUint16(at + 28, true)
    const local = view.getUint32(at + 42, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    const body = bytes.subarray(start, start + packed)
    arrays.set(name.replace(/\.npy$/, ''), readNpy(method === 0 ? body : inflateRawSync(body)))
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return arrays
}

/** The worst of |a − b| / (absolute + relative·|b|): at most 1 where all values agree. */
export function worstError(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  absolute = 2e-5,
  relative = 2e-4,
): number {
  if (a.length !== b.length) return Infinity
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs(a[i]! - b[i]!) / (absolute + relative * Math.abs(b[i]!))
    worst = Number.isNaN(error) ? Infinity : Math.max(worst, error)
  }
  return worst
}

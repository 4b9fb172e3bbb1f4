// How do broken pickles get into PyTorch's zip?
import { floats } from '../../tools/files/bytes.ts'
import { torchZip } from '../../tools/files/checkpointFiles.ts'
import { ops, pickle } from '../../tools/files/pickleAssembler.ts'
import { refused, type CorpusCase } from './case.ts'

export const p2 = ops.proto(2)
export const four = floats(1, 2, 3, 4)
export const zip = (...instructions: Uint8Array[]): Uint8Array =>
  torchZip(pickle(...instructions), { 0: four })

export const damaged = (name: string, bytes: Uint8Array | (() => Uint8Array), says: RegExp): CorpusCase =>
  refused(name, 'broken.pth', bytes, 'damaged-file', says)
export const unsafe = (name: string, bytes: Uint8Array | (() => Uint8Array), says: RegExp): CorpusCase =>
  refused(name, 'broken.pth', bytes, 'unsafe-file', says)

/** `bytes` so many times, in a few large pieces. */
export function repeat(times: number, bytes: Uint8Array): Uint8Array[] {
  const whole = new Uint8Array(times * bytes.length)
  for (let i = 0; i < times; i++) whole.set(bytes, i * bytes.length)
  return [whole]
}

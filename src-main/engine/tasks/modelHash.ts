// Are these the same weights? A hash of what a network computes with, wherever its file lies and whatever it is called.
import { createHash } from 'node:crypto'
import { loadModel } from '../models.ts'
import type { LoadedModel } from '../models.ts'
import type { Task } from '../task.ts'

const hashes = new WeakMap<LoadedModel, string>()

export const modelHash: Task<'modelHash'> = ({ model }) => {
  const loaded = loadModel(model)
  const known = hashes.get(loaded)
  if (known) return { hash: known }
  const hash = createHash('sha256').update(JSON.stringify(loaded.spec))
  for (const [name, { shape, data }] of [...loaded.weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${shape.join('x')} `)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  const digest = hash.digest('hex')
  hashes.set(loaded, digest)
  return { hash: digest }
}

// Which vectors are known already? Those of a finished folder and of one that was left off, found by a picture's bytes.
import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readNpy, toFloat32 } from '../../src-shared/numerics/npy.ts'

/** Beside `embeddings.npy`: what it was made with, and the fingerprint of each picture in the order of the rows. */
export const factsFile = 'embeddings.json'
/** Vectors of a run that has not ended: a head, then a fingerprint and the numbers of each picture. */
const unfinishedFile = '.embeddings.part'

const factsSchema = z.object({
  key: z.string(),
  columns: z.int().positive(),
  /** Rows of each picture. */
  perItem: z.int().positive(),
  fingerprints: z.array(z.string()),
})
export type EmbeddingFacts = z.infer<typeof factsSchema>

const fingerprintBytes = 16
const headBytes = 64

/** What tells a picture's bytes from others. */
export const fingerprintOf = (bytes: Uint8Array): string =>
  createHash('sha256')
    .update(bytes)
    .digest('hex')
    .slice(0, 2 * fingerprintBytes)

export interface EmbeddingCache {
  /** The vectors of a picture, `[perItem · columns]`; undefined where they are not known. */
  get(fingerprint: string): Float32Array | undefined
  /** Keeps vectors on the disk at once, so that a run that is cut off goes on from there. */
  add(vectors: readonly { fingerprint: string; numbers: Float32Array }[]): Promise<void>
  /** Takes away what was kept of the unfinished run. */
  finish(): Promise<void>
}

/**
 * The vectors that a folder knows of the model and settings that `key` (64 characters) stands for. What was made with
 * another key, and what is cut off, is left aside. `numbers`: of each picture.
 */
export async function openCache(folder: string, key: string, numbers: number): Promise<EmbeddingCache> {
  const known = new Map<string, Float32Array>()
  await readFinished(folder, key, numbers, known)
  const path = join(folder, unfinishedFile)
  const whole = await readUnfinished(path, key, numbers, known)
  if (whole) await writeFile(path, whole)
  let begun = whole !== null
  return {
    get: (fingerprint) => known.get(fingerprint),
    add: async (vectors) => {
      for (const { fingerprint, numbers: own } of vectors) known.set(fingerprint, own)
      const pieces = vectors.flatMap(({ fingerprint, numbers: own }) => [
        Buffer.from(fingerprint, 'hex'),
        Buffer.from(own.buffer, own.byteOffset, own.byteLength),
      ])
      if (!begun) {
        await mkdir(folder, { recursive: true })
        await writeFile(path, key)
        begun = true
      }
      await appendFile(path, Buffer.concat(pieces))
    },
    finish: () => rm(path, { force: true }),
  }
}

async function readFinished(
  folder: string,
  key: string,
  numbers: number,
  known: Map<string, Float32Array>,
): Promise<void> {
  try {
    const facts = factsSchema.parse(JSON.parse(await readFile(join(folder, factsFile), 'utf8')))
    if (facts.key !== key || facts.perItem * facts.columns !== numbers) return
    const data = toFloat32(readNpy(await readFile(join(folder, 'embeddings.npy'))))
    if (data.length !== facts.fingerprints.length * numbers) return
    facts.fingerprints.forEach((fingerprint, i) =>
      known.set(fingerprint, data.subarray(i * numbers, (i + 1) * numbers)),
    )
  } catch {
    // Nothing there, or nothing of ours: everything is computed.
  }
}

/** Adds what an unfinished run left; its bytes up to the last whole picture, or null where there is none of this key. */
async function readUnfinished(
  path: string,
  key: string,
  numbers: number,
  known: Map<string, Float32Array>,
): Promise<Uint8Array | null> {
  const bytes = await readFile(path).catch(() => null)
  if (!bytes || bytes.subarray(0, headBytes).toString() !== key) return null
  const record = fingerprintBytes + 4 * numbers
  let at = headBytes
  for (; at + record <= bytes.length; at += record) {
    const own = new Float32Array(numbers)
    new Uint8Array(own.buffer).set(bytes.subarray(at + fingerprintBytes, at + record))
    known.set(bytes.toString('hex', at, at + fingerprintBytes), own)
  }
  return bytes.subarray(0, at)
}

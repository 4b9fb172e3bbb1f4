// Which goldens are at hand? The copies beside the tests always, the full set where EMERGENCE_GOLDENS names it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readNpy, type NpyArray } from './npy.ts'

export interface Tolerance {
  abs: number
  rel: number
}

/** The parts of a case.json that the tests read; the file itself says more. */
export interface CaseFacts {
  sizes: Record<string, Record<string, unknown> & { width: number; height: number }>
  tolerance: Tolerance
  arch?: { num_heads?: number; decoder_num_heads?: number; encoder?: { num_heads: number } }
  masked_forward?: { mask_ratio: number; kept: number; loss: number }[]
  loss?: { value: number }
  logits?: string
}

export interface GoldenCase {
  name: string
  facts: CaseFacts
  /** Checkpoint files, relative to the case. */
  checkpoints: string[]
  path(file: string): string
  has(file: string): boolean
  read(file: string): NpyArray
  /** The .npy files that nobody has read. */
  unread(): string[]
}

/** The copies under tests/fixtures. */
export const fixtureGoldens = fileURLToPath(new URL('../fixtures/goldens', import.meta.url))

/** Every case, from the full set where it is at hand. */
export function goldenCases(): GoldenCase[] {
  const root = join(process.env['EMERGENCE_GOLDENS'] || fixtureGoldens, 'parity')
  return readdirSync(root)
    .sort()
    .map((name) => goldenCase(join(root, name), name))
}

function goldenCase(folder: string, name: string): GoldenCase {
  const path = (file: string) => join(folder, file)
  const used = new Set<string>()
  return {
    name,
    facts: JSON.parse(readFileSync(path('case.json'), 'utf8')) as CaseFacts,
    checkpoints: readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /(\.(pth|tar|bin|safetensors)|^vit.*\.npz|\.index\.json)$/.test(file))
      .filter((file) => !/-of-\d+\.safetensors$/.test(file))
      .sort(),
    path,
    has: (file) => existsSync(path(file)),
    read(file) {
      used.add(file)
      return readNpy(path(file))
    },
    unread: () => readdirSync(folder).filter((file) => file.endsWith('.npy') && !used.has(file)),
  }
}

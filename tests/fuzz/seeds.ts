// Which valid files are mutated? Every golden checkpoint at hand, and the corpus.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { corpus } from './corpus/corpus.ts'
import { seedOf, type Seed } from './mutate.ts'

const checkpoint = /\.(pth|tar|bin|safetensors|npz)$/

/** The golden checkpoints of the folders that exist, at most `bytes` large. */
export function goldenSeeds(folders: readonly string[], bytes: number): Seed[] {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => checkpoint.test(name))
        .sort()
        .map((name) => join(folder, name)),
    )
    .filter((path) => statSync(path).size <= bytes)
    .map((path) => seedOf(path, new Uint8Array(readFileSync(path))))
}

/** The corpus files that are small enough to be written thousands of times. */
export function corpusSeeds(): Seed[] {
  return corpus
    .map((file) => seedOf(file.file, file.bytes('canary')))
    .filter(({ bytes }) => bytes.length < 100_000)
}

// Do thousands of slightly wrong files all open or get refused, with nothing in between?
import { describe, expect, it } from 'vitest'
import { random } from '../../src-shared/numerics/random.ts'
import { attempt } from './attempt.ts'
import { mutation, type Seed } from './mutate.ts'
import { corpusSeeds, goldenSeeds } from './seeds.ts'

/** Mutates every seed `times` times. Returns how many opened and how many were refused. */
function storm(seeds: readonly Seed[], times: number): { opened: number; refused: number; slowest: number } {
  const count = { opened: 0, refused: 0, slowest: 0 }
  for (const [index, seed] of seeds.entries()) {
    const source = random(index + 1)
    for (let i = 0; i < times; i++) {
      const bytes = mutation(source, seed)
      let result
      try {
        result = attempt(seed.name, bytes)
      } catch (error) {
        throw new Error(`mutation ${i} of ${seed.name} (seed ${index + 1}) is a bug`, { cause: error })
      }
      count[result.outcome]++
      count.slowest = Math.max(count.slowest, result.seconds)
    }
  }
  return count
}

describe('mutated files', () => {
  it('of the goldens open or are refused, in a sentence and in time', () => {
    const seeds = goldenSeeds(['tests/fixtures/goldens'], 700_000)
    expect(seeds.length).toBeGreaterThan(20)
    const { opened, refused, slowest } = storm(seeds, 60)
    expect(opened).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(opened / 10)
    expect(slowest).toBeLessThan(2)
  })
  it('of the corpus open or are refused, in a sentence and in time', () => {
    const seeds = corpusSeeds()
    expect(seeds.length).toBeGreaterThan(300)
    const { opened, refused, slowest } = storm(seeds, 8)
    expect(opened).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(opened / 10)
    expect(slowest).toBeLessThan(2)
  })
})

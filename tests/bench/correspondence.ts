// How quickly are the patches of two pictures matched? As Correspondence's worker does it, ViT-S's tokens.
//
// node tests/bench/correspondence.ts [rounds]: medians with quartiles.
import { cpus, loadavg } from 'node:os'
import { createWork } from '../../src-renderer/views/parts/work.ts'
import { fillNormal, random } from '../../src-shared/numerics/random.ts'
import { spread } from './subjects.ts'

const [roundsWord = '15'] = process.argv.slice(2)
const rounds = Number(roundsWord)
const width = 384
console.log(`${cpus().length} cores, ${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`)

/** Noise with an object in the middle, so that there is a foreground. */
function tokensOf(seed: number, [rows, columns]: readonly [number, number]): Float32Array {
  const tokens = fillNormal(random(seed), new Float32Array(rows * columns * width))
  for (let i = 0; i < rows * columns; i++) {
    const [y, x] = [Math.floor(i / columns) / rows, (i % columns) / columns]
    const inside = y > 0.25 && y < 0.75 && x > 0.25 && x < 0.75
    for (let t = 0; t < 16; t++) tokens[i * width + t]! += inside ? 6 : -2
  }
  return tokens
}

for (const [what, grid] of [
  ['224 px, 14 × 14 patches', [14, 14]],
  ['448 px of a photo, 28 × 19 patches', [19, 28]],
] as const)
  for (const foreground of [false, true]) {
    const times: number[] = []
    for (let round = 0; round < rounds + 1; round++) {
      const work = createWork()
      for (const key of ['left', 'right'])
        work.add(key, {
          picture: key,
          grid,
          width,
          tokens: tokensOf(2 * round + key.length, grid),
          oneColour: false,
        })
      const since = performance.now()
      work.match('left', 'right', foreground)
      // The first round compiles.
      if (round > 0) times.push(performance.now() - since)
    }
    console.log(
      `two pictures matched, ${what}, ${foreground ? 'the foreground alone' : 'everywhere'}, ms: ${spread(times)}`,
    )
  }

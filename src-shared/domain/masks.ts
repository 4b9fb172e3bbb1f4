// Which patches are hidden? Every kind of mask as numbers per patch: the smallest stay visible.
import { random } from '../numerics/random.ts'
import { resampleMap } from '../numerics/resample.ts'
import { Failure } from './failure.ts'

/** Numbers `[patches]`, of which the `kept` smallest stay visible. */
export interface MaskNoise {
  noise: Float32Array
  kept: number
}
type Grid = readonly [rows: number, columns: number]

/**
 * How many patches stay visible: int(patches · (1 − mask_ratio)), as models_mae.random_masking. Throws Failure
 * `bad-argument` where none would, or all.
 */
export function keptPatches(patches: number, maskRatio: number): number {
  const kept = Math.trunc(patches * (1 - maskRatio))
  if (kept < 1)
    throw new Failure(
      'bad-argument',
      `A mask ratio of ${maskRatio} leaves none of ${patches} patches visible.`,
      'Choose a smaller --mask-ratio, or a larger --size.',
    )
  if (kept >= patches)
    throw new Failure(
      'bad-argument',
      `A mask ratio of ${maskRatio} hides none of ${patches} patches, so there is nothing to reconstruct.`,
      'Choose a larger --mask-ratio.',
    )
  return kept
}

/** Patches hidden by chance, the same for the same seed. */
export function randomNoise([rows, columns]: Grid, maskRatio: number, seed: number): MaskNoise {
  const source = random(seed)
  const noise = Float32Array.from({ length: rows * columns }, () => source.uniform())
  return { noise, kept: keptPatches(noise.length, maskRatio) }
}

/** Sides of a block: at least this share of the picture (16 of 196 patches), at most so much longer than wide. */
const leastArea = 16 / 196
const longest = 10 / 3

/**
 * Rectangles hidden at places and of sizes by chance, the same for the same seed, until there are enough (BEiT, Bao et
 * al. 2022, algorithm 1). The last one is cut off where it would hide too much.
 */
export function blockNoise([rows, columns]: Grid, maskRatio: number, seed: number): MaskNoise {
  const source = random(seed)
  const noise = new Float32Array(rows * columns)
  const kept = keptPatches(noise.length, maskRatio)
  let left = noise.length - kept
  while (left > 0) {
    const least = leastArea * noise.length
    const area = source.uniform(Math.min(least, left), Math.max(least, left))
    const aspect = Math.exp(source.uniform(-Math.log(longest), Math.log(longest)))
    const height = Math.min(rows, Math.max(1, Math.round(Math.sqrt(area * aspect))))
    const width = Math.min(columns, Math.max(1, Math.round(Math.sqrt(area / aspect))))
    const top = source.integer(rows - height + 1)
    const start = source.integer(columns - width + 1)
    for (let y = top; y < top + height; y++)
      for (let x = start; x < start + width && left > 0; x++)
        if (noise[y * columns + x] === 0) {
          noise[y * columns + x] = 1
          left--
        }
  }
  return { noise, kept }
}

/** Visible patches spread evenly, as far from each other as their number allows. */
export function gridNoise([rows, columns]: Grid, maskRatio: number): MaskNoise {
  const kept = keptPatches(rows * columns, maskRatio)
  // The bits of both coordinates, reversed and interleaved: any first few of these patches are spread over the picture.
  const noise = Float32Array.from({ length: rows * columns }, (_, i) => {
    const y = Math.floor(i / columns)
    const x = i % columns
    let rank = 0
    let weight = 0.5
    for (let bit = 0; bit < 12; bit++) {
      rank += (((x ^ y) >> bit) & 1) * weight
      rank += ((y >> bit) & 1) * (weight / 2)
      weight /= 4
    }
    return rank
  })
  return { noise, kept }
}

/** Patches of which more than half is light in a picture of any size `[height, width]`, values from 0 to 1. */
export function pictureNoise(grid: Grid, light: Float32Array, size: Grid): MaskNoise {
  const [rows, columns] = grid
  // Each patch is looked at in 8 × 8 places.
  const fine = resampleMap(light, { from: size, to: [rows * 8, columns * 8] }, 'nearest')
  const noise = new Float32Array(rows * columns)
  for (let y = 0; y < rows * 8; y++)
    for (let x = 0; x < columns * 8; x++)
      noise[(y >> 3) * columns + (x >> 3)]! += fine[y * columns * 8 + x]! / 64
  return chosenNoise(noise.map((value) => (value > 0.5 ? 1 : 0)))
}

/** Patches chosen one by one: `hidden` `[patches]`, 1 where hidden. Throws Failure `bad-data` for none or all. */
export function chosenNoise(hidden: Float32Array): MaskNoise {
  const kept = hidden.reduce((count, value) => count + Number(value === 0), 0)
  if (kept === 0) throw new Failure('bad-data', 'The mask hides every patch.', 'Leave some of it dark.')
  if (kept === hidden.length)
    throw new Failure(
      'bad-data',
      'The mask hides no patch, so there is nothing to reconstruct.',
      'Make it light where patches shall be hidden.',
    )
  return { noise: hidden, kept }
}

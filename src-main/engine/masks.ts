// Which patches are hidden? Every kind of mask as numbers per patch: the smallest stay visible.
import { Failure } from '../../src-shared/domain/failure.ts'
import { random } from '../../src-shared/numerics/random.ts'
import { resampleMap } from '../../src-shared/numerics/resample.ts'

/** Numbers `[patches]`, of which the `kept` smallest stay visible. */
export interface MaskNoise {
  noise: Float32Array
  kept: number
}
type Grid = readonly [rows: number, columns: number]

/** How many patches stay visible: int(patches · (1 − mask_ratio)), as models_mae.random_masking. Throws Failure. */
export function keptPatches(patches: number, maskRatio: number): number {
  const kept = Math.trunc(patches * (1 - maskRatio))
  if (kept >= 1) return kept
  throw new Failure(
    'bad-argument',
    `A mask ratio of ${maskRatio} leaves none of ${patches} patches visible.`,
    'Choose a smaller --mask-ratio, or a larger --size.',
  )
}

/** Patches hidden by chance, the same for the same seed. */
export function randomNoise([rows, columns]: Grid, maskRatio: number, seed: number): MaskNoise {
  const source = random(seed)
  const noise = Float32Array.from({ length: rows * columns }, () => source.uniform())
  return { noise, kept: keptPatches(noise.length, maskRatio) }
}

/** One rectangle of the picture's own shape in the middle. */
export function blockNoise([rows, columns]: Grid, maskRatio: number): MaskNoise {
  // Patches come in by their distance from the middle, measured in halves of the picture: rectangles within rectangles.
  const noise = Float32Array.from({ length: rows * columns }, (_, i) => {
    const y = Math.abs((Math.floor(i / columns) + 0.5) / rows - 0.5)
    const x = Math.abs(((i % columns) + 0.5) / columns - 0.5)
    return 1 - 2 * Math.max(x, y)
  })
  return { noise, kept: keptPatches(noise.length, maskRatio) }
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
  const hidden = noise.map((value) => (value > 0.5 ? 1 : 0))
  const kept = hidden.reduce((count, value) => count + 1 - value, 0)
  if (kept > 0) return { noise: hidden, kept }
  throw new Failure('bad-data', 'The mask hides every patch.', 'Leave some of it dark.')
}

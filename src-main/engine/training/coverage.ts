// Does attention find the animal? Its share on the animal, and how far its mask covers it, beside a map that never looks.
import { massMask } from '../../../src-shared/numerics/measures.ts'
import type { Masks } from '../../datasets/pictureSet.ts'

/** Share of attention that a mask keeps (Caron et al. 2021, §4.2.2). */
const keptMass = 0.6

type Grid = readonly [rows: number, columns: number]

/** One picture's animal on the grid of patches: pixels of it in each patch, and pixels of each patch. */
interface OnGrid {
  animal: Float64Array
  area: Float64Array
}

function onGrid({ width, height, foreground }: Masks, [rows, columns]: Grid): OnGrid {
  const animal = new Float64Array(rows * columns)
  const area = new Float64Array(rows * columns)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const patch = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)
      area[patch]!++
      animal[patch]! += foreground[y * width + x]!
    }
  return { animal, area }
}

/** Share of `attention` `[patches]` that lies on the animal. */
function massOn({ animal, area }: OnGrid, attention: ArrayLike<number>): number {
  let [on, all] = [0, 0]
  for (let p = 0; p < attention.length; p++) {
    on += (attention[p]! * animal[p]!) / area[p]!
    all += attention[p]!
  }
  return all > 0 ? on / all : 0
}

/** Jaccard of the 60 % mass mask with the animal, both at the picture's own pixels. */
function jaccardOf({ animal, area }: OnGrid, attention: ArrayLike<number>): number {
  const mask = massMask(attention, keptMass)
  let [both, either] = [0, 0]
  for (let p = 0; p < mask.length; p++) {
    both += mask[p] ? animal[p]! : 0
    either += mask[p] ? area[p]! : animal[p]!
  }
  return either > 0 ? both / either : 0
}

export interface Coverage {
  mass: number
  jaccard: number
}

export interface CoverageMeter {
  /** The map that is the same for every picture: where animals are on average. */
  fixed: Coverage
  /**
   * Mean over pictures, from attention `[pictures, heads, patches]`: `mass` of the mean over heads; `jaccard` of the head
   * that is best on a tenth of the pictures, over the others.
   */
  measure(attention: Float32Array, heads: number): Coverage
}

/** Measures on pictures with `masks`; the fixed map is made of other pictures' masks. */
export function coverageMeter(masks: readonly Masks[], others: readonly Masks[], grid: Grid): CoverageMeter {
  const pictures = masks.map((mask) => onGrid(mask, grid))
  const patches = grid[0] * grid[1]
  const mean = new Float64Array(patches)
  for (const other of others) onGrid(other, grid).animal.forEach((count, p) => (mean[p]! += count))
  const tenth = Math.max(1, Math.floor(pictures.length / 10))
  const average = (values: number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
  return {
    fixed: {
      mass: average(pictures.map((picture) => massOn(picture, mean))),
      jaccard: average(pictures.slice(tenth).map((picture) => jaccardOf(picture, mean))),
    },
    measure: (attention, heads) => {
      const row = (picture: number, head: number) =>
        attention.subarray((picture * heads + head) * patches, (picture * heads + head + 1) * patches)
      const scores = Array.from({ length: heads }, (_, head) =>
        average(pictures.slice(0, tenth).map((picture, i) => jaccardOf(picture, row(i, head)))),
      )
      const best = scores.indexOf(Math.max(...scores))
      const meanRow = (picture: number) =>
        Float64Array.from({ length: patches }, (_, p) => {
          let sum = 0
          for (let head = 0; head < heads; head++) sum += row(picture, head)[p]!
          return sum
        })
      return {
        mass: average(pictures.map((picture, i) => massOn(picture, meanRow(i)))),
        jaccard: average(pictures.slice(tenth).map((picture, i) => jaccardOf(picture, row(i + tenth, best)))),
      }
    },
  }
}

// Which files say how sure a reconstruction is? Mean and spread over several masks, as pictures and numbers.
import type { Draws } from '../../../src-shared/analysis/draws.ts'
import { toPicture } from '../../../src-shared/analysis/reconstruct.ts'
import { colourMap } from '../../../src-shared/colour/maps.ts'
import { overlay } from '../../../src-shared/colour/overlay.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import type { InputBatch } from '../inputs.ts'
import type { Outputs } from '../outputs.ts'

/** Names of the files of one picture. */
export const drawFiles = (
  name: string,
): [
  mean: string,
  spread: string,
  meanNpy: string,
  spreadNpy: string,
  hiddenNpy: string,
  errorNpy: string,
] => [
  `${name}.mean.png`,
  `${name}.spread.png`,
  `${name}.mean.npy`,
  `${name}.spread.npy`,
  `${name}.hidden.npy`,
  `${name}.error.npy`,
]

const plain = { mean: [0, 0, 0] as [number, number, number], std: [1, 1, 1] as [number, number, number] }

/** Writes the files of one picture, and says what was written. Patches without a value are black, or show the picture. */
export async function writeDraws(
  { name, picture }: InputBatch['pictures'][number],
  grid: readonly [number, number],
  patch: number,
  { masks, mean, spread, hidden, error }: Draws,
  outputs: Outputs,
): Promise<NonNullable<Result<'reconstruct'>['items'][number]['draws']>> {
  const { encodePng } = await import('../../datasets/pictures.ts')
  const [rows, columns] = grid
  const { width, height } = picture
  const drawn = toPicture({ rows, columns, patch, values: mean }, plain)
  const known = spread.filter((value) => !Number.isNaN(value))
  const values = Float32Array.from({ length: width * height }, (_, i) => {
    const row = Math.floor(Math.floor(i / width) / patch)
    return spread[row * columns + Math.floor((i % width) / patch)]! || 0
  })
  const limit = known.reduce((most, value) => Math.max(most, value), 0) || 1
  const heat = overlay(picture, values, { map: colourMap('ember', 'dark'), limit })
  const about = { Software: 'Emergence', Masks: String(masks), Limit: String(limit) }
  const [meanFile, spreadFile, meanNpy, spreadNpy, hiddenNpy, errorNpy] = drawFiles(name)
  const png = async (file: string, data: Uint8Array): Promise<string> =>
    outputs.write(file, await encodePng({ width, height, channels: 3, data }, about))
  const shape = [...grid]
  const [meanPng, spreadPng, ...numbers] = await Promise.all([
    png(meanFile, drawn.rgb),
    png(spreadFile, heat),
    outputs.write(meanNpy, writeNpy({ shape: [rows * columns, patch ** 2 * 3], data: mean })),
    outputs.write(spreadNpy, writeNpy({ shape, data: spread })),
    outputs.write(hiddenNpy, writeNpy({ shape, data: Float32Array.from(hidden) })),
    outputs.write(errorNpy, writeNpy({ shape, data: error })),
  ])
  const sum = known.reduce((total, value) => total + value, 0)
  return {
    masks,
    spread: known.length > 0 ? sum / known.length : null,
    images: { mean: meanPng, spread: spreadPng },
    npy: { mean: numbers[0]!, spread: numbers[1]!, hidden: numbers[2]!, error: numbers[3]! },
  }
}

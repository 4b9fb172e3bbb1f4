// Which files does `attention` write? A PNG for each map, and the numbers of one picture (or of the tensor) in arrays.
import { tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Request, Result } from '../../../src-shared/protocol/calls.ts'
import type { HeadMap } from '../../analysis/look.ts'
import type { InputBatch } from '../inputs.ts'
import type { Outputs } from '../outputs.ts'
import type { AttentionOut } from '../task.ts'
import { drawMap } from './drawMap.ts'
import type { Drawing } from './drawMap.ts'

/** Names of files, known before anything is computed. */
export interface AttentionFiles {
  /** By picture of the batch, by map. */
  pngs: string[][]
  npy: string
  mask: string | null
  rollout: string | null
  all: string[]
}

export function attentionFiles(
  { head, rollout, mass }: Request<'attention'>,
  { pictures, tensor }: InputBatch,
  layer: number,
  heads: number,
): AttentionFiles {
  const maps: HeadMap['head'][] = head === 'all' ? Array.from({ length: heads }, (_, i) => i) : [head]
  if (rollout) maps.push('rollout')
  // The results of a tensor are not named after a picture; of several pictures in one, each is counted.
  const prefix = (name: string): string => (tensor && pictures.length === 1 ? '' : `${name}.`)
  const arrays = tensor ? '' : prefix(pictures[0]!.name)
  const pngs = pictures.map(({ name }) => maps.map((map) => `${prefix(name)}layer-${layer}.head-${map}.png`))
  const npy = `${arrays}attention.npy`
  const maskFile = mass === undefined ? null : `${arrays}attention-mask.npy`
  const rolloutFile = rollout ? `${arrays}rollout.npy` : null
  const all = [...pngs.flat(), npy, maskFile, rolloutFile].filter((name) => name !== null)
  return { pngs, npy, mask: maskFile, rollout: rolloutFile, all }
}

export interface Writing {
  files: AttentionFiles
  drawing: Drawing
  outputs: Outputs
}

/** Writes everything of one batch, and says what was written. Throws Failure `disk`. */
export async function writeAttention(
  { pictures, images, tensor }: InputBatch,
  layout: TokenLayout,
  { pictures: found, layer }: AttentionOut,
  { files, drawing, outputs }: Writing,
): Promise<Result<'attention'>['items']> {
  const [rows, columns] = layout.grid
  const tokens = tokenCount(layout)
  const batched = tensor && images.batch > 1 ? [images.batch] : []
  const heads = found.map(({ maps }) => maps.filter(({ head }) => head !== 'rollout'))
  const rollouts = found.flatMap(({ maps }) => maps.filter(({ head }) => head === 'rollout'))
  const count = heads[0]!.length
  const write = async <T extends Float32Array | Uint8Array>(
    file: string | null,
    shape: number[],
    parts: (T | null)[],
  ): Promise<string | null> => {
    const there = parts.filter((part) => part !== null)
    if (file === null || there.length === 0) return null
    return outputs.write(file, writeNpy({ shape: [...batched, ...shape], data: concatenate(there) }))
  }

  const matrices = found.map((picture) => picture.matrices)
  const whole = matrices.some((matrix) => matrix !== null)
  const [pngs, npy, mask, rollout] = await Promise.all([
    Promise.all(
      pictures.map(({ picture }, b) =>
        Promise.all(
          found[b]!.maps.map(async (map, i) =>
            outputs.write(files.pngs[b]![i]!, await drawMap(picture, map, layout, drawing)),
          ),
        ),
      ),
    ),
    whole
      ? write(files.npy, [count, tokens, tokens], matrices)
      : write(
          files.npy,
          [count, rows, columns],
          heads.flatMap((maps) => maps.map(({ map }) => map)),
        ),
    write(
      files.mask,
      [count, rows, columns],
      heads.flatMap((maps) => maps.map(({ mask }) => mask)),
    ),
    write(
      files.rollout,
      [rows, columns],
      rollouts.map(({ map }) => map),
    ),
  ])
  return pictures.map(({ name }, b) => ({
    name,
    grid: [rows, columns],
    heads: count,
    maps: found[b]!.maps.map(({ head, entropy, distance, queryDistance, max }, i) => ({
      head,
      layer,
      png: pngs[b]![i]!,
      entropy,
      distance,
      queryDistance,
      max,
    })),
    npy: npy!,
    ...(mask === null ? {} : { mask }),
    ...(rollout === null ? {} : { rollout }),
  }))
}

/** Arrays one behind the other. */
function concatenate<T extends Float32Array | Uint8Array>(parts: T[]): T {
  const [first] = parts
  if (parts.length === 1) return first!
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const whole = (first instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as T
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

// How does a network know where a patch stands? Position tables and rotary tables for any grid, before a graph runs.
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { resampleTable } from './resample.ts'

/**
 * What is added to [CLS] (`[width]`, null where the table has no row for it) and to the patches
 * (`[rows · columns, width]`) of a grid.
 *
 * A learned table is resampled by the spec's rule, a fixed sine-cosine one (I-JEPA) recomputed; at the native
 * grid the stored table is used as it stands. The rule for other grids than the native one has goldens from
 * the original code for `dino`, `dinov2`, `dinov2-antialias` and `size`; `timm` and `huggingface` follow
 * their published code (resample_abs_pos_embed, interpolate_pos_encoding).
 * Throws RangeError for rotary positions, which add nothing, and where the table is missing.
 */
export function positionTable(
  spec: ModelSpec,
  weights: Weights,
  rows: number,
  columns: number,
): { cls: Float32Array | null; patches: Float32Array } {
  const { position, width } = spec
  if (position.kind === 'rotary') throw new RangeError('rotary positions have no table')
  const cls = weights.get('position.cls')?.data ?? null
  const stored = weights.get('position.patches')?.data
  const isNative = rows === position.rows && columns === position.columns
  if (position.kind === 'sincos' && !(stored && isNative))
    return { cls, patches: Float32Array.from(sincosTable(width, rows, columns)) }
  if (!stored) throw new RangeError('the weight position.patches is missing')
  if (position.kind === 'sincos') return { cls, patches: stored }
  const native = [position.rows, position.columns] as const
  return { cls, patches: resampleTable(position.rule, stored, width, native, [rows, columns]) }
}

/**
 * The fixed 2-D sine-cosine table `[rows · columns, width]` of MAE and I-JEPA: the first half of the width
 * encodes the column, the second half the row, each as sines then cosines
 * (mae, util.pos_embed.get_2d_sincos_pos_embed, whose meshgrid puts the columns first).
 */
export function sincosTable(width: number, rows: number, columns: number): Float64Array {
  if (width % 4 !== 0) throw new RangeError(`a sine-cosine table needs a width divisible by 4, not ${width}`)
  const frequencies = width / 4
  const table = new Float64Array(rows * columns * width)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const at = (y * columns + x) * width
      for (let f = 0; f < frequencies; f++) {
        const omega = 1 / 10000 ** (f / frequencies)
        table[at + f] = Math.sin(x * omega)
        table[at + frequencies + f] = Math.cos(x * omega)
        table[at + 2 * frequencies + f] = Math.sin(y * omega)
        table[at + 3 * frequencies + f] = Math.cos(y * omega)
      }
    }
  return table
}

/**
 * Sines and cosines that rotate the queries and keys of the patches, `[rows · columns, head width]` each.
 * Patch centres are mapped to [−1, 1]; the angle is 2π · coordinate / period; one half of the head is the
 * row's angles then the column's, and the other half repeats it
 * (dinov3, layers.rope_position_encoding.RopePositionEmbedding, at evaluation).
 * Throws RangeError where the spec is not rotary or the weight `rope.periods` is missing.
 */
export function ropeTables(
  spec: ModelSpec,
  weights: Weights,
  rows: number,
  columns: number,
): { sin: Float32Array; cos: Float32Array } {
  if (spec.position.kind !== 'rotary') throw new RangeError('this network has no rotary positions')
  const periods = weights.get('rope.periods')?.data
  const headWidth = spec.width / spec.heads
  if (periods?.length !== headWidth / 4)
    throw new RangeError(`rope.periods must hold ${headWidth / 4} periods, not ${periods?.length ?? 'none'}`)

  const [ySpan, xSpan] = {
    separate: [rows, columns],
    min: [Math.min(rows, columns), Math.min(rows, columns)],
    max: [Math.max(rows, columns), Math.max(rows, columns)],
  }[spec.position.normalise] as [number, number]
  const sin = new Float32Array(rows * columns * headWidth)
  const cos = new Float32Array(rows * columns * headWidth)
  for (let patch = 0; patch < rows * columns; patch++) {
    const y = (2 * (Math.floor(patch / columns) + 0.5)) / ySpan - 1
    const x = (2 * ((patch % columns) + 0.5)) / xSpan - 1
    const angles = [y, x].flatMap((coordinate) =>
      Array.from(periods, (period) => (2 * Math.PI * coordinate) / period),
    )
    const twice = [...angles, ...angles]
    sin.set(twice.map(Math.sin), patch * headWidth)
    cos.set(twice.map(Math.cos), patch * headWidth)
  }
  return { sin, cos }
}

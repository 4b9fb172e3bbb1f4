// How do a query's numbers leave the window? As .npy arrays and as CSV.
import { tokenCount } from '../../../src-shared/domain/tokenLayout.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Field, FieldLayer } from '../../state/field.ts'
import { patchesFrom } from '../../state/query.ts'

/** One map, `[rows, columns]`. */
export function mapNpy(values: Float32Array, grid: readonly [number, number]): Uint8Array {
  return writeNpy({ shape: grid, data: values.slice() })
}

/** Every layer and head of a query, `[layers, heads, rows, columns]`; null while a layer is not computed. */
export function fieldNpy(field: Field): Uint8Array | null {
  const { layout, heads, depth } = field.facts
  const first = patchesFrom(layout)
  const tokens = tokenCount(layout)
  const patches = tokens - first
  const all = new Float32Array(depth * heads * patches)
  for (const [index, layer] of field.layers.entries()) {
    if (!layer) return null
    for (let head = 0; head < heads; head++)
      all.set(
        layer.rows.subarray(head * tokens + first, (head + 1) * tokens),
        (index * heads + head) * patches,
      )
  }
  return writeNpy({ shape: [depth, heads, ...layout.grid], data: all })
}

/** A line per patch: its row and column, and the weight in every head of a layer. Full float32 precision. */
export function layerCsv(field: Field, layer: FieldLayer): string {
  const { layout, heads } = field.facts
  const first = patchesFrom(layout)
  const tokens = tokenCount(layout)
  const [rows, columns] = layout.grid
  const names = Array.from({ length: heads }, (_, head) => `head_${head}`)
  const lines = [['row', 'column', ...names].join(',')]
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = first + row * columns + column
      const weights = names.map((_, head) => shortest(layer.rows[head * tokens + at]!))
      lines.push([row, column, ...weights].join(','))
    }
  return lines.join('\n') + '\n'
}

/** The shortest decimal that reads back as the same float32. */
export function shortest(value: number): string {
  for (let digits = 6; digits <= 9; digits++) {
    const text = Number(value.toPrecision(digits))
    if (Math.fround(text) === Math.fround(value)) return String(text)
  }
  return String(value)
}

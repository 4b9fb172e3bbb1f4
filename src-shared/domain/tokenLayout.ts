// Where in the sequence does each token stand? Nothing else knows the order of tokens.
import { z } from 'zod'

export const tokenLayoutSchema = z.object({
  cls: z.boolean(),
  registers: z.int().nonnegative(),
  /** Patch rows and columns, row by row from the top left. */
  grid: z.tuple([z.int().positive(), z.int().positive()]),
})
/** The order of tokens: [CLS] (where there is one), registers, patches in raster order. */
export type TokenLayout = z.infer<typeof tokenLayoutSchema>

/** The layout of a network's tokens for an input of `width` × `height` pixels, both multiples of the patch. */
export function layoutFor(
  spec: { cls: boolean; registers: number; patch: number },
  width: number,
  height: number,
): TokenLayout {
  if (width % spec.patch !== 0 || height % spec.patch !== 0 || width < spec.patch || height < spec.patch)
    throw new RangeError(`${width} x ${height} px is no multiple of the patch of ${spec.patch} px`)
  return {
    cls: spec.cls,
    registers: spec.registers,
    grid: [height / spec.patch, width / spec.patch],
  }
}

/** How many tokens come before the first patch. */
export function firstPatch(layout: TokenLayout): number {
  return (layout.cls ? 1 : 0) + layout.registers
}

export function patchCount(layout: TokenLayout): number {
  return layout.grid[0] * layout.grid[1]
}

export function tokenCount(layout: TokenLayout): number {
  return firstPatch(layout) + patchCount(layout)
}

/** Index of [CLS]. Throws RangeError where the network has none. */
export function clsIndex(layout: TokenLayout): number {
  if (!layout.cls) throw new RangeError('this network has no [CLS] token')
  return 0
}

/** Index of register `k`, counted from 0. Throws RangeError outside the registers. */
export function registerIndex(layout: TokenLayout, k: number): number {
  if (!Number.isInteger(k) || k < 0 || k >= layout.registers)
    throw new RangeError(`register ${k} is outside this network's ${layout.registers} registers`)
  return (layout.cls ? 1 : 0) + k
}

/** Index of the patch in row `y` and column `x`. Throws RangeError outside the grid. */
export function patchIndex(layout: TokenLayout, y: number, x: number): number {
  const [rows, columns] = layout.grid
  if (!Number.isInteger(y) || !Number.isInteger(x) || y < 0 || x < 0 || y >= rows || x >= columns)
    throw new RangeError(`patch ${y},${x} is outside the grid of ${rows} x ${columns} patches`)
  return firstPatch(layout) + y * columns + x
}

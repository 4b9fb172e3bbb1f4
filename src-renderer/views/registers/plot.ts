// How is the plot of norms drawn? Each layer a violin of its patches with the line to outliers; [CLS], registers and one patch on top.
import type { FigureItem } from '../../canvas/figure.ts'
import { densityOf, onAxis, ticksOf, type Axis, type NormColumn } from './norms.ts'

export interface PlotBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Inks {
  readonly ink: string
  readonly quiet: string
  readonly line: string
  readonly accent: string
  readonly warn: string
  readonly body: string
}
export interface Plot {
  /** One for each layer, then the one after the last norm; null while it is on its way. */
  readonly columns: readonly (NormColumn | null)[]
  readonly axis: Axis
  readonly chosen: number
  /** The patch that is followed through the layers; −1: none. */
  readonly patch: number
  readonly inks: Inks
  /** Type is this much larger, for class rooms. */
  readonly k: number
  readonly after: string
}

const left = 34
const foot = 18

/** Where the columns stand. */
export function plotPlaces({ x, y, width, height }: PlotBox, columns: number, k: number) {
  const inner = { x: x + left * k, y: y + 6, width: width - left * k - 4, height: height - foot * k - 6 }
  const step = inner.width / Math.max(1, columns)
  return { inner, step, middle: (column: number) => inner.x + (column + 0.5) * step }
}

/** The column under a point `x` of the plot. */
export function columnAt(box: PlotBox, columns: number, k: number, x: number): number {
  const { inner, step } = plotPlaces(box, columns, k)
  return Math.min(columns - 1, Math.max(0, Math.floor((x - inner.x) / step)))
}

/** A tick's words: no more digits than it needs. */
export const tickText = (value: number): string =>
  value >= 10 || Number.isInteger(value) ? String(Math.round(value)) : String(Number(value.toPrecision(2)))

const bins = 56

/** The plot as items, from back to front. */
export function plotItems(plot: Plot, box: PlotBox): FigureItem[] {
  const { columns, axis, chosen, patch, inks, k } = plot
  const { inner, step, middle } = plotPlaces(box, columns.length, k)
  const items: FigureItem[] = []
  const up = (value: number): number => inner.y + (1 - onAxis(axis, value)) * inner.height
  const line = (
    lines: readonly (readonly [number, number, number, number])[],
    colour: string,
    weight: number,
    opacity = 1,
  ): void => void items.push({ kind: 'lines', lines, colour, weight, opacity })
  const words = (text: string, x: number, y: number, colour: string, bold = false): void =>
    void items.push({ kind: 'text', text, x, y, size: 10 * k, bold, colour })

  for (const tick of ticksOf(axis, 5)) {
    line([[inner.x, up(tick), inner.x + inner.width, up(tick)]], inks.line, 1)
    const text = tickText(tick)
    words(text, inner.x - 5 - text.length * 6 * k, up(tick) + 3.5 * k, inks.quiet)
  }
  if (columns[chosen]) {
    // The square ends of a line this thick reach half its thickness further.
    const thick = Math.min(step * 0.94, inner.height)
    const [x, from] = [middle(chosen), inner.y + thick / 2]
    line([[x, from, x, inner.y + inner.height - thick / 2]], inks.accent, thick, 0.14)
  }

  const high = inner.height / bins
  const wide = Math.min(step * 0.46, 22 * k)
  columns.forEach((column, index) => {
    if (!column) return
    const x = middle(index)
    const counts = densityOf(column, axis, bins)
    const most = Math.log1p(Math.max(...counts))
    counts.forEach((count, bin) => {
      if (count === 0) return
      const half = Math.max(0.8, (Math.log1p(count) / most) * wide)
      const y = inner.y + inner.height - (bin + 0.5) * high
      line([[x - half, y, x + half, y]], inks.body, high)
    })
    for (const outlier of column.outliers) {
      const y = up(column.patches[outlier]!)
      line([[x - wide * 0.5, y, x + wide * 0.5, y]], inks.warn, 2 * k)
    }
    if (Number.isFinite(column.limit) && onAxis(axis, column.limit) < 1)
      line([[x - step * 0.47, up(column.limit), x + step * 0.47, up(column.limit)]], inks.warn, 1)
    line([[x - wide, up(column.median), x + wide, up(column.median)]], inks.ink, 1.4 * k)
    if (column.cls !== null) {
      const [y, r] = [up(column.cls), 3.4 * k]
      line(
        [
          [x - r, y, x, y - r],
          [x, y - r, x + r, y],
          [x + r, y, x, y + r],
          [x, y + r, x - r, y],
        ],
        inks.accent,
        1.5 * k,
      )
    }
    for (const register of column.registers) {
      const [y, r] = [up(register), 3.2 * k]
      line(
        [
          [x - r, y + r, x, y - r],
          [x, y - r, x + r, y + r],
          [x + r, y + r, x - r, y + r],
        ],
        inks.accent,
        1.5 * k,
      )
    }
  })

  if (patch >= 0) {
    const path: (readonly [number, number, number, number])[] = []
    for (let i = 1; i < columns.length; i++) {
      const [before, here] = [columns[i - 1], columns[i]]
      if (before && here && patch < here.patches.length)
        path.push([middle(i - 1), up(before.patches[patch]!), middle(i), up(here.patches[patch]!)])
    }
    line(path, inks.ink, 1.4 * k)
  }

  // As many numbers below as there is room for, the last layer and the norm always.
  const every = Math.max(1, Math.ceil((24 * k) / step))
  const base = inner.y + inner.height + 13 * k
  columns.forEach((_, index) => {
    const last = index === columns.length - 1
    if (last || (index % every === 0 && index < columns.length - 1 - (step < 30 * k ? 1 : 0))) {
      const text = last ? plot.after : String(index)
      words(
        text,
        middle(index) - text.length * 2.8 * k,
        base,
        index === chosen ? inks.ink : inks.quiet,
        index === chosen,
      )
    }
  })
  return items
}

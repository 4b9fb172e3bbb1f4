// Which colours mean which values on a figure? A strip of the ramp with its two ends.
import type { FigureItem } from './figure.ts'
import type { Ramp } from './ramps.ts'

/** The ramp from `from` (a share of it) to its end, `width` points wide, with the words of both ends beside it. */
export function figureScale(
  ramp: Ramp,
  from: number,
  words: readonly [low: string, high: string],
  place: { readonly x: number; readonly y: number; readonly width: number; readonly ink: string },
): FigureItem[] {
  const columns = 128
  const pixels = new Uint8ClampedArray(columns * 4)
  for (let i = 0; i < columns; i++) {
    const at = Math.round((from + (1 - from) * (i / (columns - 1))) * 255) * 3
    pixels.set([...ramp.table.slice(at, at + 3), 255], i * 4)
  }
  const { x, y, width, ink } = place
  const text = (words: string, at: number): FigureItem => ({
    kind: 'text',
    text: words,
    x: at,
    y,
    size: 9,
    bold: false,
    colour: ink,
  })
  const [low, high] = words
  return [
    text(low, x),
    {
      kind: 'image',
      pixels,
      columns,
      rows: 1,
      x: x + low.length * 5 + 6,
      y: y - 7,
      width,
      height: 8,
      smooth: true,
    },
    text(high, x + low.length * 5 + 6 + width + 6),
  ]
}

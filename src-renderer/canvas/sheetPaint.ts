// How does the contact sheet become pixels? One texture, a pixel per patch, filled layer by layer as they are computed.
import type { FieldLayer } from '../state/field.ts'
import { pixelCanvas, type PixelCanvas } from './dpi.ts'
import { paintMap } from './paint.ts'
import type { Ramp } from './ramps.ts'
import { cellPlace, type SheetLayout } from './sheet.ts'

export type SheetScale = 'each' | 'layer' | 'all'

/** The largest value that a head's map is divided by. */
export function scaleOf(scale: SheetScale, layer: FieldLayer, head: number, all: number): number {
  if (scale === 'each') return layer.maxima[head] ?? 0
  return scale === 'layer' ? Math.max(...layer.maxima) : all
}

/** All heads of a layer, one below the other, `[heads · rows, columns]` pixels. */
export function paintLayer(
  layer: FieldLayer,
  heads: number,
  tokens: number,
  first: number,
  scale: SheetScale,
  all: number,
  ramp: Ramp,
): Uint8ClampedArray<ArrayBuffer> {
  const patches = tokens - first
  const pixels = new Uint8ClampedArray(heads * patches * 4)
  for (let head = 0; head < heads; head++) {
    const row = layer.rows.subarray(head * tokens + first, (head + 1) * tokens)
    paintMap(row, scaleOf(scale, layer, head, all), ramp, 1, pixels, head * patches * 4)
  }
  return pixels
}

export interface Texture {
  /** Puts a layer's pixels into its column of the texture. */
  put(layer: number, pixels: Uint8ClampedArray<ArrayBuffer>): void
  draw(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    layout: SheetLayout,
    ratio: number,
  ): void
}

/** A texture for so many layers and heads of a grid. */
export function sheetTexture(layers: number, heads: number, grid: readonly [number, number]): Texture {
  const [rows, columns] = grid
  const holders: PixelCanvas[] = Array.from({ length: layers }, pixelCanvas)
  const columnsOf: (OffscreenCanvas | null)[] = Array.from({ length: layers }, () => null)
  return {
    put(layer, pixels) {
      columnsOf[layer] = holders[layer]!.fill(pixels, columns, heads * rows)
    },
    draw(context, layout, ratio) {
      const { cellWidth, cellHeight } = layout
      // Enlarged patches stay exact; maps finer than their cell are averaged, or thin structures would flicker.
      context.imageSmoothingEnabled = cellWidth * ratio < columns
      context.imageSmoothingQuality = 'medium'
      for (let layer = 0; layer < layers; layer++) {
        const column = columnsOf[layer]
        if (!column) continue
        for (let head = 0; head < heads; head++) {
          const { x, y } = cellPlace(layout, { layer, head })
          context.drawImage(column, 0, head * rows, columns, rows, x, y, cellWidth, cellHeight)
        }
      }
    },
  }
}

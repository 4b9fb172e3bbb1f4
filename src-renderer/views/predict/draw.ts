// How are blocks and predictions drawn? The picture as the network saw it, what is hidden, the map, and the blocks on top.
import type { Block } from '../../../src-shared/domain/blocks.ts'
import { markStrokes, type FigureItem } from '../../canvas/figure.ts'
import type { Ramp, Theme } from '../../canvas/ramps.ts'
import { photoFilter, surround } from '../../canvas/scene.ts'
import type { Range } from './judged.ts'

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type Box = Area

/** What the network will see of a picture, in its pixels, before the answer says it: the middle, or all of it. */
export function seenArea(
  size: { readonly width: number; readonly height: number },
  input: { readonly width: number; readonly height: number },
  fit: 'crop' | 'resize',
): Area {
  if (fit === 'resize') return { x: 0, y: 0, width: size.width, height: size.height }
  const scale = Math.min(size.width / input.width, size.height / input.height)
  const [width, height] = [input.width * scale, input.height * scale]
  return { x: (size.width - width) / 2, y: (size.height - height) / 2, width, height }
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

export interface Ground {
  readonly bitmap: ImageBitmap | null
  readonly size: { readonly width: number; readonly height: number }
  readonly area: Area
  readonly grid: readonly [number, number]
  readonly theme: Theme
}

/** The part of the picture that the network saw, filling `box`; `back` steps it back under a map. */
export function drawSeen(
  context: Context,
  { bitmap, size, area, theme }: Ground,
  box: Box,
  back: boolean,
): void {
  if (!bitmap) return
  const scale = bitmap.width / size.width
  context.save()
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  if (back) context.filter = photoFilter[theme]
  context.drawImage(
    bitmap,
    area.x * scale,
    area.y * scale,
    area.width * scale,
    area.height * scale,
    box.x,
    box.y,
    box.width,
    box.height,
  )
  context.restore()
}

/** One colour per patch over `box`, `pixels` `[patches, 4]`. */
export function drawPatches(
  context: Context,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  [rows, columns]: readonly [number, number],
  box: Box,
): void {
  const small = new OffscreenCanvas(columns, rows)
  small.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(small, box.x, box.y, box.width, box.height)
}

/** The surround over every patch that the context encoder does not see. */
export function hiddenPixels(seen: Uint8Array, theme: Theme): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(seen.length * 4)
  seen.forEach((bit, i) => {
    pixels.set([...surround[theme], bit ? 0 : 190], i * 4)
  })
  return pixels
}

/** The map's colours where there is a cosine, clear elsewhere. */
export function mapPixels(
  map: Float32Array,
  { low, high }: Range,
  ramp: Ramp,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(map.length * 4)
  map.forEach((value, i) => {
    if (Number.isNaN(value)) return
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)))
    const at = Math.round(share * 255) * 3
    pixels.set([ramp.table[at]!, ramp.table[at + 1]!, ramp.table[at + 2]!, 235], i * 4)
  })
  return pixels
}

interface BlockMarks {
  readonly context: Block
  readonly targets: readonly Block[]
  /** −1: the context; null: no block is selected. */
  readonly selected: number | null
  /** `all`: every block with its edge. `selected`: the edge of the selected target alone, over a map. */
  readonly edges: 'all' | 'selected'
  readonly place: { readonly row: number; readonly column: number } | null
  readonly grid: readonly [number, number]
  readonly weight: number
}

/** The blocks' edges, their numbers, the corner of the selected one, and the patch that is looked at. */
export function blockItems(marks: BlockMarks, box: Box, names: (index: number) => string): FigureItem[] {
  const { context, targets, selected, edges, place, grid, weight } = marks
  const step = { x: box.width / grid[1], y: box.height / grid[0] }
  const items: FigureItem[] = []
  const edge = (block: Block, thick: number): void => {
    for (const { colour, opacity, weight: own } of markStrokes)
      items.push({
        kind: 'box',
        // Just inside, so that blocks at the border show whole.
        x: box.x + block.column * step.x + 1.5,
        y: box.y + block.row * step.y + 1.5,
        width: block.columns * step.x - 3,
        height: block.rows * step.y - 3,
        colour,
        opacity,
        weight: own * thick * weight,
      })
  }
  const corner = (block: Block): void => {
    const x = box.x + (block.column + block.columns) * step.x - 3
    const y = box.y + (block.row + block.rows) * step.y - 3
    for (const { colour, opacity, weight: own } of markStrokes)
      items.push({
        kind: 'lines',
        lines: [
          [x - 9, y, x, y],
          [x, y - 9, x, y],
        ],
        colour,
        opacity,
        weight: own * 1.6 * weight,
      })
  }
  const label = (text: string, block: Block): void => {
    const size = 11 * weight
    const [x, y] = [box.x + block.column * step.x + 7, box.y + block.row * step.y + 7 + size * 0.8]
    for (const [dx, dy] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ] as const)
      items.push({ kind: 'text', text, x: x + dx, y: y + dy, size, bold: true, colour: '#000000' })
    items.push({ kind: 'text', text, x, y, size, bold: true, colour: '#ffffff' })
  }
  const every = edges === 'all'
  if (every) {
    edge(context, selected === -1 ? 1 : 0.5)
    label(names(-1), context)
  }
  targets.forEach((target, index) => {
    if (every || index === selected) edge(target, index === selected ? 1.2 : 0.6)
    label(names(index), target)
  })
  if (every && selected !== null) {
    const block = selected < 0 ? context : targets[selected]
    if (block) corner(block)
  }
  if (place)
    for (const { colour, opacity, weight: own } of markStrokes)
      items.push({
        kind: 'ring',
        x: box.x + (place.column + 0.5) * step.x,
        y: box.y + (place.row + 0.5) * step.y,
        radius: Math.max(4, Math.min(step.x, step.y) * 0.34),
        colour,
        opacity,
        weight: own * 0.8 * weight,
      })
  return items
}

/** The pixels of a picture around a patch: the patch and one on each side, held inside what the network saw. */
export function cropPlace(area: Area, [rows, columns]: readonly [number, number], patch: number): Area {
  const [width, height] = [area.width / columns, area.height / rows]
  const wide = Math.min(3 * width, area.width)
  const high = Math.min(3 * height, area.height)
  const x = area.x + ((patch % columns) + 0.5) * width - wide / 2
  const y = area.y + (Math.floor(patch / columns) + 0.5) * height - high / 2
  return {
    x: Math.min(area.x + area.width - wide, Math.max(area.x, x)),
    y: Math.min(area.y + area.height - high, Math.max(area.y, y)),
    width: wide,
    height: high,
  }
}

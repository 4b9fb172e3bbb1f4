// How are two pictures and their pairs drawn? Items at places, the same on the stage and in a saved figure.
import type { Figure, FigureItem } from '../../canvas/figure.ts'
import { drawFigure, markStrokes } from '../../canvas/figure.ts'
import { paintOverlay } from '../../canvas/paint.ts'
import type { Ramp, Theme } from '../../canvas/ramps.ts'
import { photoFilter } from '../../canvas/scene.ts'
import { number } from '../../state/format.ts'
import { behindCache, type Behind } from '../parts/draw.ts'
import type { AskedPatch, CarriedKeypoint } from './correspondence.svelte.ts'
import type { Box } from './layout.ts'
import { shareOf, type Scale } from './match.ts'
import type { SideIndex } from './settings.ts'

export interface PairSide {
  readonly bitmap: ImageBitmap | null
  readonly size: { readonly width: number; readonly height: number }
  /** What the network saw, in the picture's pixels. */
  readonly area: Box
  readonly grid: readonly [number, number]
}

export interface PairScene {
  readonly sides: readonly [PairSide, PairSide]
  readonly lines: readonly { readonly first: number; readonly second: number; readonly cosine: number }[]
  readonly scale: Scale
  readonly asked: AskedPatch | null
  readonly heat: { readonly side: SideIndex; readonly values: Float32Array; readonly max: number } | null
  readonly keypoints: readonly CarriedKeypoint[]
  readonly ramp: Ramp
  readonly theme: Theme
  /** Marks are this much thicker, for class rooms. */
  readonly weight: number
  readonly alone: boolean
}

interface Point {
  readonly x: number
  readonly y: number
}

/** What the network saw of a picture drawn into `box`, in the box's units. */
export function seenBox({ size, area }: PairSide, box: Box): Box {
  const [x, y] = [box.width / size.width, box.height / size.height]
  return {
    x: box.x + area.x * x,
    y: box.y + area.y * y,
    width: area.width * x,
    height: area.height * y,
  }
}

/** The middle of a patch. */
export function middleOf(side: PairSide, box: Box, patch: number): Point {
  const seen = seenBox(side, box)
  const [rows, columns] = side.grid
  return {
    x: seen.x + (((patch % columns) + 0.5) * seen.width) / columns,
    y: seen.y + ((Math.floor(patch / columns) + 0.5) * seen.height) / rows,
  }
}

/** Lines take the ramp from here on: below, it is the surround itself, and a line of that colour is not seen. */
export const rampFrom = 0.3

/** The ramp's colour for a cosine. */
export function similarityColour(ramp: Ramp, cosine: number, scale: Scale): string {
  const at = Math.round((rampFrom + (1 - rampFrom) * shareOf(cosine, scale)) * 255) * 3
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  return `#${hex(ramp.table[at]!)}${hex(ramp.table[at + 1]!)}${hex(ramp.table[at + 2]!)}`
}

/** The colours of lines from the least to the most similar, for CSS. */
export function lineGradient(ramp: Ramp): string {
  const steps = Array.from({ length: 13 }, (_, i) => similarityColour(ramp, i / 12, { low: 0, high: 1 }))
  return `linear-gradient(90deg,${steps.join(',')})`
}

/** Lines, marks and numbers over the two pictures, from back to front. */
export function pairMarks(scene: PairScene, boxes: readonly [Box, Box]): FigureItem[] {
  if (scene.alone) return []
  const { sides, lines, scale, asked, keypoints, ramp, weight } = scene
  const casing = scene.theme === 'dark' ? '#000000' : '#ffffff'
  const items: FigureItem[] = []
  const point = (side: SideIndex, patch: number): Point => middleOf(sides[side], boxes[side], patch)
  const joined = (a: Point, b: Point, cosine: number, opacity: number, thick: number): void => {
    const line = [[a.x, a.y, b.x, b.y]] as const
    const colour = similarityColour(ramp, cosine, scale)
    items.push(
      {
        kind: 'lines',
        lines: line,
        colour: casing,
        opacity: 0.55 * opacity,
        weight: thick * weight + 1.6,
      },
      { kind: 'lines', lines: line, colour, opacity, weight: thick * weight },
    )
    for (const { x, y } of [a, b])
      items.push(
        {
          kind: 'ring',
          x,
          y,
          radius: 2.2 * weight,
          colour: casing,
          opacity: 0.7 * opacity,
          weight: 3 * weight,
        },
        { kind: 'ring', x, y, radius: 1.6 * weight, colour, opacity, weight: 1.8 * weight },
      )
  }
  const faded = asked || keypoints.length > 0 ? 0.28 : 1
  // The most similar lie on top.
  for (const { first, second, cosine } of [...lines].reverse())
    joined(point(0, first), point(1, second), cosine, faded, 1.5)
  if (asked && asked.best >= 0) {
    const far: SideIndex = asked.side === 0 ? 1 : 0
    const [a, b] = [point(asked.side, asked.patch), point(far, asked.best)]
    joined(a, b, asked.cosine, 1, 2.4)
    items.push(...patchBox(sides[asked.side], boxes[asked.side], asked.patch, weight))
    items.push(...patchBox(sides[far], boxes[far], asked.best, weight))
    items.push(...label(number(asked.cosine, 2), (a.x + b.x) / 2 + 4, (a.y + b.y) / 2 - 6, weight))
  }
  keypoints.forEach((keypoint, index) => {
    const far: SideIndex = keypoint.side === 0 ? 1 : 0
    const a = pointIn(sides[keypoint.side], boxes[keypoint.side], keypoint)
    const b = pointIn(sides[far], boxes[far], keypoint.to)
    joined(a, b, keypoint.cosine, 1, 2)
    items.push(...cross(a, weight), ...rings(b, weight))
    for (const { x, y } of [a, b]) items.push(...label(String(index + 1), x + 8 * weight, y - 6, weight))
  })
  return items
}

function pointIn(side: PairSide, box: Box, { x, y }: Point): Point {
  const seen = seenBox(side, box)
  return { x: seen.x + x * seen.width, y: seen.y + y * seen.height }
}

function patchBox(side: PairSide, box: Box, patch: number, weight: number): FigureItem[] {
  const seen = seenBox(side, box)
  const [rows, columns] = side.grid
  const [width, height] = [seen.width / columns, seen.height / rows]
  const x = seen.x + (patch % columns) * width - 1
  const y = seen.y + Math.floor(patch / columns) * height - 1
  return markStrokes.map(({ colour, opacity, weight: thick }) => ({
    kind: 'box' as const,
    x,
    y,
    width: width + 2,
    height: height + 2,
    colour,
    opacity,
    weight: thick * weight,
  }))
}

/** Where a keypoint was placed: a cross. */
function cross({ x, y }: Point, scale: number): FigureItem[] {
  const r = 6 * scale
  return markStrokes.map(({ colour, opacity, weight }) => ({
    kind: 'lines' as const,
    lines: [
      [x - r, y, x + r, y],
      [x, y - r, x, y + r],
    ],
    colour,
    opacity,
    weight: weight * scale * 0.8,
  }))
}

/** Where it was carried to: a ring. */
function rings({ x, y }: Point, scale: number): FigureItem[] {
  return markStrokes.map(({ colour, opacity, weight }) => ({
    kind: 'ring' as const,
    x,
    y,
    radius: 6 * scale,
    colour,
    opacity,
    weight: weight * scale * 0.8,
  }))
}

/** White words with a black edge, so that they can be read on any picture. */
function label(text: string, x: number, y: number, weight: number): FigureItem[] {
  const size = 11 * weight
  const edge = ([-1, 1] as const).flatMap((dx) => ([-1, 1] as const).map((dy) => [dx, dy] as const))
  return [
    ...edge.map(([dx, dy]) => ({
      kind: 'text' as const,
      text,
      x: x + dx,
      y: y + dy,
      size,
      bold: true,
      colour: '#000000',
    })),
    { kind: 'text' as const, text, x, y, size, bold: true, colour: '#ffffff' },
  ]
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** What a stage keeps between redraws: the stepped-back copy of each picture. */
export const pairCache = (): readonly [Behind, Behind] => [behindCache(photoFilter), behindCache(photoFilter)]

/** Draws the pictures, stepped back under lines, and the heat of what is alike. */
export function drawPair(
  context: Context,
  scene: PairScene,
  boxes: readonly [Box, Box],
  caches: readonly [Behind, Behind],
): void {
  for (const side of [0, 1] as const) {
    const { bitmap } = scene.sides[side]
    const box = boxes[side]
    if (bitmap) {
      context.imageSmoothingEnabled = true
      context.imageSmoothingQuality = 'high'
      const source = scene.alone ? bitmap : caches[side].get(bitmap, scene.theme)
      context.drawImage(source, box.x, box.y, box.width, box.height)
    }
    const { heat } = scene
    if (!heat || heat.side !== side || scene.alone) continue
    const [rows, columns] = scene.sides[side].grid
    const small = new OffscreenCanvas(columns, rows)
    const pixels = paintOverlay(heat.values, heat.max, scene.ramp, 0.85)
    small.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0)
    const seen = seenBox(scene.sides[side], box)
    context.imageSmoothingEnabled = false
    context.drawImage(small, seen.x, seen.y, seen.width, seen.height)
  }
}

/** Draws the marks into a context whose units are those of the boxes. */
export function drawPairMarks(context: Context, scene: PairScene, boxes: readonly [Box, Box]): void {
  const marks: Figure = {
    width: 0,
    height: 0,
    ground: 'transparent',
    items: pairMarks(scene, boxes),
    title: '',
    settings: {},
  }
  drawFigure(context, marks, 1)
}

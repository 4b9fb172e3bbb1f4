// What is drawn on the stage, and in which order? Picture, map, contour, rings, query mark; the screen and figures share it.
import type { Place } from '../state/query.ts'
import { pixelCanvas, sizedContext, type PixelCanvas } from './dpi.ts'
import type { Edge } from './outline.ts'
import { paintMap, paintOverlay, paintSpotlight } from './paint.ts'
import type { Ramp, Theme } from './ramps.ts'
import type { Size, Viewport } from './viewport.ts'

export type Overlay = 'heat' | 'spotlight' | 'contour' | 'off'

export interface Scene {
  /** Whose map it is, for those who measure. */
  readonly name?: string
  /** The picture, upright; any resolution, it is drawn over `size`. */
  readonly picture: ImageBitmap | null
  /** The picture in its own pixels: the units of the viewport and of `area`. */
  readonly size: Size
  /** What the network saw of it. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly grid: readonly [number, number]
  /** `[patches]`; null while there is nothing to show. */
  readonly values: Float32Array | null
  readonly max: number
  readonly overlay: Overlay
  readonly opacity: number
  readonly smooth: boolean
  readonly ramp: Ramp
  readonly theme: Theme
  readonly edges: readonly Edge[]
  readonly query: Place | null
  /** Patches that are ringed. */
  readonly rings: readonly number[]
  /** Marks are this much thicker, for class rooms. */
  readonly weight: number
}

/** What the picture looks like under a map: dimmed in the dark theme, washed out in the light one. */
export const photoFilter: Readonly<Record<Theme, string>> = {
  dark: 'saturate(.65) brightness(.72)',
  light: 'saturate(.45) contrast(.5) brightness(1.5)',
}
export const surround: Readonly<Record<Theme, readonly [number, number, number]>> = {
  dark: [12, 13, 14],
  light: [233, 234, 235],
}

/** What a stage keeps between redraws: the dimmed copy of the last picture, and the map's pixels. */
export interface DimCache {
  get(picture: ImageBitmap, theme: Theme): CanvasImageSource
  readonly map: PixelCanvas
}

export function dimCache(): DimCache {
  let made: { picture: ImageBitmap; theme: Theme; canvas: OffscreenCanvas } | null = null
  return {
    map: pixelCanvas(),
    get(picture, theme) {
      if (made?.picture === picture && made.theme === theme) return made.canvas
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      const context = canvas.getContext('2d')!
      context.filter = photoFilter[theme]
      context.drawImage(picture, 0, 0)
      made = { picture, theme, canvas }
      return canvas
    },
  }
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Draws the scene into a context whose units are CSS pixels; `view` says where the picture lies. */
export function drawScene(context: Context, scene: Scene, view: Viewport, dim: DimCache): void {
  const { picture, size, area, grid, values, theme } = scene
  const left = view.x + area.x * view.scale
  const top = view.y + area.y * view.scale
  const width = area.width * view.scale
  const height = area.height * view.scale
  const mapped = values !== null && scene.overlay !== 'off'

  if (picture) {
    context.imageSmoothingEnabled = view.scale * (size.width / picture.width) < 4
    context.imageSmoothingQuality = 'high'
    const source = mapped && scene.overlay === 'heat' ? dim.get(picture, theme) : picture
    context.drawImage(source, view.x, view.y, size.width * view.scale, size.height * view.scale)
  }
  if (picture && values && (area.width < size.width || area.height < size.height)) {
    // What the network did not see steps far back.
    const [red, green, blue] = surround[theme]
    context.fillStyle = `rgba(${red}, ${green}, ${blue}, .7)`
    context.beginPath()
    context.rect(view.x, view.y, size.width * view.scale, size.height * view.scale)
    context.rect(left, top, width, height)
    context.fill('evenodd')
  }
  if (mapped && scene.overlay !== 'contour') {
    const pixels =
      scene.overlay === 'heat'
        ? paintOverlay(values, scene.max, scene.ramp, scene.opacity)
        : paintSpotlight(values, scene.max, surround[theme], scene.opacity)
    context.imageSmoothingEnabled = scene.smooth
    context.drawImage(dim.map.fill(pixels, grid[1], grid[0]), left, top, width, height)
  }
  drawMarks(context, scene, { left, top, stepX: width / grid[1], stepY: height / grid[0] })
}

interface PatchPlaces {
  readonly left: number
  readonly top: number
  readonly stepX: number
  readonly stepY: number
}

/** Every mark is a white line inside a black one, so that it shows on any picture. */
function twice(context: Context, weight: number, draw: () => void): void {
  context.lineJoin = 'miter'
  context.lineCap = 'square'
  context.strokeStyle = 'rgba(0, 0, 0, .65)'
  context.lineWidth = 4 * weight
  draw()
  context.strokeStyle = '#fff'
  context.lineWidth = 2 * weight
  draw()
}

function drawMarks(context: Context, scene: Scene, { left, top, stepX, stepY }: PatchPlaces): void {
  const { edges, query, rings, grid, weight } = scene
  if (edges.length > 0) {
    // Where the map itself is seen, its outline only hints; where the outline is all there is, it is drawn in full.
    const alone = scene.overlay === 'contour'
    context.globalAlpha = alone ? 1 : 0.6
    twice(context, weight * (alone ? 0.75 : 0.45), () => {
      context.beginPath()
      for (const { x0, y0, x1, y1 } of edges) {
        context.moveTo(left + x0 * stepX, top + y0 * stepY)
        context.lineTo(left + x1 * stepX, top + y1 * stepY)
      }
      context.stroke()
    })
    context.globalAlpha = 1
  }
  if (rings.length > 0) {
    const radius = Math.max(5, Math.min(stepX, stepY) * 0.75)
    twice(context, weight * 0.75, () => {
      for (const patch of rings) {
        context.beginPath()
        const x = left + ((patch % grid[1]) + 0.5) * stepX
        const y = top + (Math.floor(patch / grid[1]) + 0.5) * stepY
        context.arc(x, y, radius, 0, 2 * Math.PI)
        context.stroke()
      }
    })
  }
  if (query)
    twice(context, weight, () =>
      context.strokeRect(left + query.column * stepX - 1, top + query.row * stepY - 1, stepX + 2, stepY + 2),
    )
}

/** Draws a map alone, one colour per patch, over the whole canvas. */
export function drawMap(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  max: number,
  grid: readonly [number, number],
  ramp: Ramp,
): void {
  const [rows, columns] = grid
  if (canvas.width !== columns) canvas.width = columns
  if (canvas.height !== rows) canvas.height = rows
  const pixels = new Uint8ClampedArray(values.length * 4)
  paintMap(values, max, ramp, 1, pixels)
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0)
}

/** Clears a canvas of so many CSS pixels and draws the scene in its inner part, right of and below the rulers. */
export function drawStage(
  canvas: HTMLCanvasElement,
  scene: Scene,
  view: Viewport,
  stage: Size,
  ruler: number,
  dim: DimCache,
): CanvasRenderingContext2D {
  const context = sizedContext(canvas, stage.width + ruler, stage.height + ruler)
  context.clearRect(0, 0, stage.width + ruler, stage.height + ruler)
  context.save()
  context.beginPath()
  context.rect(ruler, ruler, stage.width, stage.height)
  context.clip()
  context.translate(ruler, ruler)
  drawScene(context, scene, view, dim)
  context.restore()
  return context
}

// How is one picture of Parts drawn? The photo stepped back, the colours over it, the outline of what is alike, the clicked patch.
import type { Edge } from '../../canvas/outline.ts'
import type { Theme } from '../../canvas/ramps.ts'
import type { Place } from '../../state/query.ts'
import type { PartsSettings } from './settings.ts'

export interface Drawing {
  readonly bitmap: ImageBitmap | null
  readonly size: { readonly width: number; readonly height: number }
  /** What the network saw, in the picture's pixels. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly grid: readonly [number, number]
  /** `[patches, 4]`; null: the photo alone. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer> | null
  readonly show: PartsSettings['show']
  /** Where patches are painted the photo itself is shown instead of their colour. */
  readonly spotlight?: boolean
  readonly edges: readonly Edge[]
  readonly mark: Place | null
  readonly theme: Theme
  /** Marks are this much thicker, for class rooms. */
  readonly weight: number
}

/** The photo where nothing is painted over it: stepBack(…, 'off') of the shared colours, as a filter. */
export const behind: Readonly<Record<Theme, string>> = {
  dark: 'saturate(.12) brightness(.34)',
  light: 'saturate(.1) contrast(.4) brightness(1.6)',
}
const opacity = 0.9

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** The photo stepped back, kept between redraws: a filter over every pixel is the dearest part of one. */
export interface Behind {
  get(bitmap: ImageBitmap, theme: Theme): CanvasImageSource
}
export function behindCache(filters: Readonly<Record<Theme, string>> = behind): Behind {
  let made: { bitmap: ImageBitmap; theme: Theme; canvas: OffscreenCanvas } | null = null
  return {
    get(bitmap, theme) {
      if (made?.bitmap === bitmap && made.theme === theme) return made.canvas
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')!
      context.filter = filters[theme]
      context.drawImage(bitmap, 0, 0)
      made = { bitmap, theme, canvas }
      return canvas
    },
  }
}

/** Draws into a context whose units are CSS pixels, the picture filling `width` × `height`; marks apart from the ground. */
export function drawGround(
  context: Context,
  drawing: Drawing,
  width: number,
  height: number,
  cache: Behind = behindCache(),
): void {
  const { bitmap, pixels, show, theme } = drawing
  context.clearRect(0, 0, width, height)
  const painted = pixels !== null && show !== 'picture'
  if (bitmap && (show !== 'parts' || !painted)) {
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(painted ? cache.get(bitmap, theme) : bitmap, 0, 0, width, height)
  }
  if (!painted) return
  const [rows, columns] = drawing.grid
  const small = new OffscreenCanvas(columns, rows)
  small.getContext('2d')!.putImageData(new ImageData(pixels, columns, rows), 0, 0)
  const at = placed(drawing, width, height)
  context.imageSmoothingEnabled = false
  if (drawing.spotlight && bitmap && show === 'over') {
    const lit = new OffscreenCanvas(Math.max(1, Math.round(width)), Math.max(1, Math.round(height)))
    const light = lit.getContext('2d')!
    light.imageSmoothingEnabled = false
    light.drawImage(small, at.left, at.top, at.width, at.height)
    light.globalCompositeOperation = 'source-in'
    light.imageSmoothingEnabled = true
    light.drawImage(bitmap, 0, 0, lit.width, lit.height)
    context.drawImage(lit, 0, 0, width, height)
    return
  }
  context.globalAlpha = show === 'over' ? opacity : 1
  context.drawImage(small, at.left, at.top, at.width, at.height)
  context.globalAlpha = 1
}

/** Where the network's patches lie in a picture drawn `width` × `height`. */
export function placed({ size, area }: Drawing, width: number, height: number) {
  const [x, y] = [width / size.width, height / size.height]
  return { left: area.x * x, top: area.y * y, width: area.width * x, height: area.height * y }
}

/** The outline as lines in the same units. */
export function outlineLines(
  drawing: Drawing,
  width: number,
  height: number,
): [number, number, number, number][] {
  const at = placed(drawing, width, height)
  const [rows, columns] = drawing.grid
  const x = (column: number): number => at.left + (column * at.width) / columns
  const y = (row: number): number => at.top + (row * at.height) / rows
  return drawing.edges.map(({ x0, y0, x1, y1 }) => [x(x0), y(y0), x(x1), y(y1)])
}

/** The outline and the clicked patch: each a white line inside a black one, so that it shows on any picture. */
export function drawMarks(context: Context, drawing: Drawing, width: number, height: number): void {
  const lines = outlineLines(drawing, width, height)
  const at = placed(drawing, width, height)
  const [rows, columns] = drawing.grid
  const step = { x: at.width / columns, y: at.height / rows }
  context.lineCap = 'square'
  for (const [colour, thick] of [
    ['rgba(0, 0, 0, .65)', 3.5],
    ['#fff', 1.6],
  ] as const) {
    context.strokeStyle = colour
    context.lineWidth = thick * drawing.weight
    context.beginPath()
    for (const [x0, y0, x1, y1] of lines) {
      context.moveTo(x0, y0)
      context.lineTo(x1, y1)
    }
    context.stroke()
    if (!drawing.mark) continue
    // A ring, so that the clicked patch is told from an outline of one patch.
    const { row, column } = drawing.mark
    context.beginPath()
    context.arc(
      at.left + (column + 0.5) * step.x,
      at.top + (row + 0.5) * step.y,
      Math.max(3.5, Math.min(step.x, step.y) * 0.32) * drawing.weight,
      0,
      2 * Math.PI,
    )
    context.stroke()
  }
}

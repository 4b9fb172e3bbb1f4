// How is one frame drawn? The frame as it is, under its attention, or under its parts; the stage and exports share it.
import { photoFilter, drawScene, type DimCache } from '../../canvas/scene.ts'
import { pixelCanvas } from '../../canvas/dpi.ts'
import type { Ramp, Theme } from '../../canvas/ramps.ts'
import { behind, drawGround, type Behind } from '../parts/draw.ts'
import { masked, partPixels } from '../parts/paint.ts'
import { strongest, type HeadChoice } from '../../state/field.ts'
import { headValues } from './maps.ts'
import type { Reel, Seen } from './reel.ts'
import type { VideoSettings } from './settings.ts'
import type { PaintedFrame } from './work.ts'

/** How all frames are drawn. */
export interface FrameStyle {
  readonly show: VideoSettings['show']
  readonly head: HeadChoice
  /** The weight that gets the last colour; null: each frame's own highest. */
  readonly max: number | null
  readonly opacity: number
  readonly colouring: VideoSettings['colouring']
  readonly ramp: Ramp
  readonly theme: Theme
}

/** One of them. */
export interface FrameDrawing extends FrameStyle {
  readonly bitmap: ImageBitmap
  readonly seen: Seen | null
  readonly painted: PaintedFrame | null
}

export function drawingOf(
  reel: Pick<Reel, 'seen' | 'painted'>,
  style: FrameStyle,
  frame: number,
  bitmap: ImageBitmap,
): FrameDrawing {
  return { ...style, bitmap, seen: reel.seen(frame), painted: reel.painted(frame) }
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Stepped-back frames share one canvas each, so that playing makes no garbage of the size of a frame. */
export interface FrameBrush {
  readonly dim: DimCache
  readonly behind: Behind
}

export function frameBrush(): FrameBrush {
  const through = (filters: Readonly<Record<Theme, string>>) => {
    let canvas: OffscreenCanvas | null = null
    let made: { bitmap: ImageBitmap; theme: Theme } | null = null
    return (bitmap: ImageBitmap, theme: Theme): OffscreenCanvas => {
      if (!canvas || canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
        made = null
      }
      if (made?.bitmap !== bitmap || made.theme !== theme) {
        const context = canvas.getContext('2d')!
        context.filter = filters[theme]
        context.clearRect(0, 0, canvas.width, canvas.height)
        context.drawImage(bitmap, 0, 0)
        made = { bitmap, theme }
      }
      return canvas
    }
  }
  return {
    dim: { get: through(photoFilter), map: pixelCanvas() },
    behind: { get: through(behind) },
  }
}

/** Draws into a context whose units are pixels, the frame filling `width` × `height` from the given corner. */
export function drawFrame(
  context: Context,
  drawing: FrameDrawing,
  box: { x: number; y: number; width: number; height: number },
  brush: FrameBrush,
): void {
  const { bitmap, seen, painted, show, theme } = drawing
  const size = { width: bitmap.width, height: bitmap.height }
  const area = areaIn(size.width, seen) ?? { x: 0, y: 0, ...size }
  context.save()
  context.translate(box.x, box.y)
  if (show === 'parts' && seen && painted) {
    const pixels = masked(partPixels(painted.colours, drawing.colouring, drawing.ramp), painted.foreground)
    const { layout } = seen
    const rest = { edges: [], mark: null, weight: 1 }
    drawGround(
      context,
      { bitmap, size, area, grid: layout.grid, pixels, show: 'over', theme, ...rest },
      box.width,
      box.height,
      brush.behind,
    )
  } else {
    const values = show === 'attention' && seen ? headValues(seen.rows, seen.heads, drawing.head) : null
    drawScene(
      context,
      {
        picture: bitmap,
        size,
        area,
        grid: seen?.layout.grid ?? [1, 1],
        values,
        max: drawing.max ?? (values ? strongest(values).value : 0),
        overlay: 'heat',
        opacity: drawing.opacity,
        smooth: false,
        ramp: drawing.ramp,
        theme,
        edges: [],
        query: null,
        rings: [],
        weight: 1,
      },
      { x: 0, y: 0, scale: box.width / size.width },
      brush.dim,
    )
  }
  context.restore()
}

/** What the network saw, in pixels of a bitmap that may be smaller than the frame that was sent. */
function areaIn(width: number, seen: Seen | null): Seen['area'] | null {
  if (!seen) return null
  const scale = width / seen.wide
  const { area } = seen
  return { x: area.x * scale, y: area.y * scale, width: area.width * scale, height: area.height * scale }
}

/** Where a frame of any shape lies inside a place, as large as can be. */
export function inside(
  frame: { width: number; height: number },
  place: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const scale = Math.min(place.width / frame.width, place.height / frame.height)
  const [width, height] = [frame.width * scale, frame.height * scale]
  return { x: (place.width - width) / 2, y: (place.height - height) / 2, width, height }
}

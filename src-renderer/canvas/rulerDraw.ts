// How is the patch ruler drawn? Ticks along the top and the left of the picture, the query's row and column in the accent.
import type { Place } from '../state/query.ts'
import { ticks } from './ruler.ts'
import type { Size } from './viewport.ts'

export interface RulerInk {
  readonly ink: string
  readonly accent: string
  readonly font: string
}

/** Draws both rulers; `left`, `top`, `stepX`, `stepY` place the patches on the stage, whose corner is at (ruler, ruler). */
export function drawRulers(
  context: CanvasRenderingContext2D,
  patches: { left: number; top: number; stepX: number; stepY: number; grid: readonly [number, number] },
  query: Place | null,
  stage: Size,
  ruler: number,
  ink: RulerInk,
): void {
  const { grid, left, top, stepX, stepY } = patches
  context.save()
  context.fillStyle = ink.ink
  context.font = ink.font
  context.textBaseline = 'alphabetic'
  const end = {
    x: Math.min(stage.width, left + grid[1] * stepX),
    y: Math.min(stage.height, top + grid[0] * stepY),
  }

  for (const tick of ticks(grid[1], stepX)) {
    const x = left + tick.index * stepX
    if (x < Math.max(0, left) - 0.5 || x > end.x + 0.5) continue
    context.globalAlpha = tick.large ? 0.9 : 0.45
    context.fillRect(ruler + x - 0.5, ruler - (tick.large ? 6 : 3) - 1, 1, tick.large ? 6 : 3)
    context.globalAlpha = 1
    if (!tick.text) continue
    context.textAlign = tick.index === 0 ? 'left' : 'center'
    context.fillText(tick.text, ruler + x, ruler - 8)
  }
  for (const tick of ticks(grid[0], stepY)) {
    const y = top + tick.index * stepY
    if (y < Math.max(0, top) - 0.5 || y > end.y + 0.5) continue
    context.globalAlpha = tick.large ? 0.9 : 0.45
    context.fillRect(ruler - (tick.large ? 6 : 3) - 1, ruler + y - 0.5, tick.large ? 6 : 3, 1)
    context.globalAlpha = 1
    if (!tick.text || tick.index === 0) continue
    context.textAlign = 'right'
    context.fillText(tick.text, ruler - 9, ruler + y + 3)
  }
  if (query) {
    context.fillStyle = ink.accent
    const x = left + query.column * stepX
    const y = top + query.row * stepY
    if (x + stepX > 0 && x < stage.width)
      context.fillRect(ruler + Math.max(0, x), ruler - 5, Math.max(2, stepX), 4)
    if (y + stepY > 0 && y < stage.height)
      context.fillRect(ruler - 5, ruler + Math.max(0, y), 4, Math.max(2, stepY))
  }
  context.restore()
}

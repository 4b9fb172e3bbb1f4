// How is a plot drawn? Grid, lines to measure by, stretches and flags behind, curves in front; words at the edges.
import { sizedContext } from '../../canvas/dpi.ts'
import { clockTicks, clockWords, tickWords, ticks } from './axes.ts'
import type { Clock } from './log.ts'
import type { Points } from './series.ts'

export interface DrawnCurve extends Points {
  /** A CSS colour. */
  readonly colour: string
  readonly dashed?: boolean
}
export interface Flag {
  readonly at: number
  readonly label: string
}
export interface Tint {
  readonly from: number
  readonly to: number
}
export interface Reference {
  readonly value: number
  readonly label: string
}

export interface PlotScene {
  readonly width: number
  readonly height: number
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly clock: Clock
  readonly curves: readonly DrawnCurve[]
  readonly lines: readonly Reference[]
  readonly flags: readonly Flag[]
  readonly tints: readonly Tint[]
  /** No curve has a number yet. */
  readonly empty: boolean
  /** The axis is read in per cent. */
  readonly percent: boolean
  /** Labels of flags are written, not only their lines. */
  readonly named: boolean
  /** The presenter's scale. */
  readonly k: number
}

export interface Gutters {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Room for words around the field: the right one only where lines have labels. */
export function guttersOf(scene: Pick<PlotScene, 'lines' | 'k' | 'y' | 'height'>): Gutters {
  const { k } = scene
  const longest = Math.max(0, ...scene.lines.map(({ label }) => label.length))
  return { left: 38 * k, right: (longest > 0 ? 8 + longest * 5.6 : 10) * k, top: 14 * k, bottom: 18 * k }
}

/** Where a value of the axis lies, in pixels, and back. */
export function xScale({ width, x }: Pick<PlotScene, 'width' | 'x'>, { left, right }: Gutters) {
  const field = Math.max(1, width - left - right)
  return {
    field,
    at: (value: number): number => left + ((value - x[0]) / (x[1] - x[0])) * field,
    from: (pixels: number): number =>
      x[0] + (Math.min(field, Math.max(0, pixels - left)) / field) * (x[1] - x[0]),
  }
}

/** Moves labels that would lie over each other apart, keeping their order; `gap` in pixels. */
export function apart(places: readonly number[], gap: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!)
  const moved = [...places]
  for (let n = 1; n < order.length; n++) {
    const [above, here] = [moved[order[n - 1]!]!, moved[order[n]!]!]
    if (here - above < gap) moved[order[n]!] = above + gap
  }
  return moved
}

/** Draws a plot; `style` gives the values of the look's tokens. */
export function drawPlot(
  canvas: HTMLCanvasElement,
  scene: PlotScene,
  style: (token: string) => string,
): void {
  const { width, height, k, y } = scene
  const context = sizedContext(canvas, width, height)
  context.clearRect(0, 0, width, height)
  const gutters = guttersOf(scene)
  const { at, field } = xScale(scene, gutters)
  const [top, bottom] = [gutters.top, height - gutters.bottom]
  const yAt = (value: number): number => bottom - ((value - y[0]) / (y[1] - y[0])) * (bottom - top)
  const right = gutters.left + field
  context.font = `${10 * k}px ${style('--font')}`
  context.lineWidth = 1

  // Stretches behind everything.
  context.fillStyle = style('--bad-soft')
  for (const { from, to } of scene.tints) {
    const [a, b] = [Math.max(gutters.left, at(from)), Math.min(right, at(to))]
    if (b > a) context.fillRect(a, top, b - a, bottom - top)
  }

  // Grid and axes.
  const marks = ticks(y[0], y[1], Math.max(2, Math.round((bottom - top) / (40 * k))))
  const words = scene.percent
    ? tickWords(marks.map((mark) => mark * 100)).map((word) => `${word} %`)
    : tickWords(marks)
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  marks.forEach((mark, i) => {
    const line = Math.round(yAt(mark)) + 0.5
    context.strokeStyle = style('--line')
    context.beginPath()
    context.moveTo(gutters.left, line)
    context.lineTo(right, line)
    context.stroke()
    context.fillStyle = style('--tx-3')
    // Without a number there is nothing to measure.
    if (!scene.empty) context.fillText(words[i]!, gutters.left - 6 * k, line)
  })
  context.textBaseline = 'alphabetic'
  context.textAlign = 'center'
  for (const mark of clockTicks(
    scene.x[0],
    scene.x[1],
    scene.clock,
    Math.max(2, Math.round(field / (74 * k))),
  )) {
    const text = clockWords(mark, scene.clock)
    const half = context.measureText(text).width / 2
    const place = Math.min(width - half - 1, Math.max(half + 1, at(mark)))
    context.fillText(text, place, height - 4 * k)
  }

  // Lines to measure by, named at the right end.
  const inside = scene.lines.filter(({ value }) => value >= y[0] && value <= y[1])
  const places = apart(
    inside.map(({ value }) => yAt(value)),
    12 * k,
  )
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  inside.forEach(({ value, label }, i) => {
    const line = Math.round(yAt(value)) + 0.5
    context.strokeStyle = style('--tx-3')
    context.setLineDash([4, 3])
    context.beginPath()
    context.moveTo(gutters.left, line)
    context.lineTo(right, line)
    context.stroke()
    context.setLineDash([])
    context.fillStyle = style('--tx-2')
    context.fillText(label, right + 5 * k, places[i]!)
  })

  // What a person changed: dashed flags, named where there is room.
  let free = -Infinity
  for (const { at: when, label } of scene.flags) {
    const line = Math.round(at(when)) + 0.5
    if (line < gutters.left || line > right) continue
    context.strokeStyle = style('--tx-2')
    context.setLineDash([2, 3])
    context.beginPath()
    context.moveTo(line, top - 2)
    context.lineTo(line, bottom)
    context.stroke()
    context.setLineDash([])
    const wide = context.measureText(label).width
    if (!scene.named || label === '') continue
    const before = line - gutters.left > wide + 8
    const start = before ? line - wide - 5 : line + 5
    if (start <= free || start + wide > width) continue
    context.fillStyle = style('--tx-2')
    context.fillText(label, start, top - 6 * k)
    free = start + wide + 6
  }

  // The curves.
  context.save()
  context.beginPath()
  context.rect(gutters.left, top - 3, field, bottom - top + 6)
  context.clip()
  context.lineJoin = 'round'
  for (const curve of scene.curves) {
    context.strokeStyle = context.fillStyle = curve.colour
    context.lineWidth = 1.6 * k
    context.setLineDash(curve.dashed ? [5, 3] : [])
    context.beginPath()
    curve.x.forEach((value, i) => {
      if (i === 0) context.moveTo(at(value), yAt(curve.y[i]!))
      else context.lineTo(at(value), yAt(curve.y[i]!))
    })
    context.stroke()
    // Few points are points: a single value would not be seen as a line.
    if (curve.x.length > 0 && curve.x.length <= 40)
      curve.x.forEach((value, i) => {
        context.beginPath()
        context.arc(at(value), yAt(curve.y[i]!), 2 * k, 0, 2 * Math.PI)
        context.fill()
      })
  }
  context.restore()
}

/** A reader of the look's tokens where an element stands. */
export function tokensAt(element: Element): (token: string) => string {
  const style = getComputedStyle(element)
  const known = new Map<string, string>()
  return (token) => {
    let value = known.get(token)
    if (value === undefined) known.set(token, (value = style.getPropertyValue(token).trim()))
    return value
  }
}

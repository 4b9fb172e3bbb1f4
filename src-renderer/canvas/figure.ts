// What is a figure made of? Pictures, lines, boxes and words at places: drawn as pixels, SVG or PDF from one description.

export interface FigureImage {
  readonly kind: 'image'
  /** `[height, width, 4]`. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  readonly columns: number
  readonly rows: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** False: every pixel stays a sharp box. */
  readonly smooth: boolean
}
export interface FigureLines {
  readonly kind: 'lines'
  readonly lines: readonly (readonly [number, number, number, number])[]
  readonly colour: string
  readonly opacity: number
  readonly weight: number
}
export interface FigureBox {
  readonly kind: 'box'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly colour: string
  readonly opacity: number
  readonly weight: number
}
export interface FigureRing {
  readonly kind: 'ring'
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly colour: string
  readonly opacity: number
  readonly weight: number
}
export interface FigureText {
  readonly kind: 'text'
  readonly text: string
  readonly x: number
  /** The base line. */
  readonly y: number
  readonly size: number
  readonly bold: boolean
  readonly colour: string
}
export type FigureItem = FigureImage | FigureLines | FigureBox | FigureRing | FigureText

/** A figure in points (1/72 inch), items from back to front. */
export interface Figure {
  readonly width: number
  readonly height: number
  readonly ground: string
  readonly items: readonly FigureItem[]
  /** One sentence, for screen readers and file properties. */
  readonly title: string
  /** What made it: model, picture, layer, head, query, …; written into the file. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** A white stroke inside a black one: both halves of a mark that shows on any picture. */
export const markStrokes = [
  { colour: '#000000', opacity: 0.65, weight: 4 },
  { colour: '#ffffff', opacity: 1, weight: 2 },
] as const

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** Draws a figure into a context, `scale` pixels per point. */
export function drawFigure(context: Context, figure: Figure, scale: number): void {
  context.save()
  context.scale(scale, scale)
  context.fillStyle = figure.ground
  context.fillRect(0, 0, figure.width, figure.height)
  for (const item of figure.items) {
    context.globalAlpha = 1
    if (item.kind === 'image') {
      const canvas = new OffscreenCanvas(item.columns, item.rows)
      canvas.getContext('2d')!.putImageData(new ImageData(item.pixels, item.columns, item.rows), 0, 0)
      context.imageSmoothingEnabled = item.smooth
      context.imageSmoothingQuality = 'high'
      context.drawImage(canvas, item.x, item.y, item.width, item.height)
      continue
    }
    if (item.kind === 'text') {
      context.fillStyle = item.colour
      context.font = `${item.bold ? 600 : 400} ${item.size}px 'Inter Variable', Helvetica, Arial, sans-serif`
      context.textBaseline = 'alphabetic'
      context.fillText(item.text, item.x, item.y)
      continue
    }
    context.globalAlpha = item.opacity
    context.strokeStyle = item.colour
    context.lineWidth = item.weight
    context.lineCap = 'square'
    context.beginPath()
    if (item.kind === 'box') context.rect(item.x, item.y, item.width, item.height)
    else if (item.kind === 'ring') context.arc(item.x, item.y, item.radius, 0, 2 * Math.PI)
    else
      for (const [x0, y0, x1, y1] of item.lines) {
        context.moveTo(x0, y0)
        context.lineTo(x1, y1)
      }
    context.stroke()
  }
  context.restore()
}

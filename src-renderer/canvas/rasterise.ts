// How does a figure become a PNG? Drawn at twice its size, its settings written beside the pixels.
import { drawFigure, type Figure } from './figure.ts'
import { encodePng } from './png.ts'

/** The figure as a PNG file, `scale` pixels per point. */
export async function figurePng(figure: Figure, scale = 2): Promise<Uint8Array<ArrayBuffer>> {
  const width = Math.round(figure.width * scale)
  const height = Math.round(figure.height * scale)
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  drawFigure(context, figure, scale)
  const pixels = context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>
  return encodePng(pixels, width, height, {
    Title: figure.title,
    Software: 'Emergence',
    Emergence: JSON.stringify(figure.settings),
  })
}

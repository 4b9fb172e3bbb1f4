// How many device pixels has a canvas? Sized so that one CSS pixel is drawn by whole device pixels.

/** Gives a canvas the pixels for its size in CSS and returns its context, one unit being one CSS pixel. */
export function sizedContext(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D {
  const ratio = globalThis.devicePixelRatio || 1
  const wide = Math.max(1, Math.round(width * ratio))
  const high = Math.max(1, Math.round(height * ratio))
  if (canvas.width !== wide) canvas.width = wide
  if (canvas.height !== high) canvas.height = high
  const context = canvas.getContext('2d', { alpha: true })
  if (!context) throw new Error('This browser gives no drawing surface.')
  context.setTransform(wide / Math.max(1, width), 0, 0, high / Math.max(1, height), 0, 0)
  return context
}

/** An off-screen canvas that holds pixels for drawing them enlarged; filled again and again, so that a redraw makes none. */
export interface PixelCanvas {
  fill(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): OffscreenCanvas
}

export function pixelCanvas(): PixelCanvas {
  let canvas: OffscreenCanvas | null = null
  let context: OffscreenCanvasRenderingContext2D | null = null
  return {
    fill(pixels, width, height) {
      if (!canvas || canvas.width !== width || canvas.height !== height) {
        canvas = new OffscreenCanvas(width, height)
        context = canvas.getContext('2d')
      }
      context?.putImageData(new ImageData(pixels, width, height), 0, 0)
      return canvas
    },
  }
}

// How many device pixels has a canvas? Sized so that one CSS pixel is drawn by whole device pixels.

/** Gives a canvas the pixels for its size in CSS and returns its context, one unit being one CSS pixel. */
export function sizedContext(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
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

/** A small off-screen canvas that holds pixels, for drawing them enlarged. */
export function pixelCanvas(pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0)
  return canvas
}

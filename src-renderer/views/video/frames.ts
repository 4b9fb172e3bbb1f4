// What is a source of frames, and how do its pixels travel? Shared by all that decode.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { longestFrame } from '../../../src-shared/protocol/calls/video.ts'

/** Who asks: each has a place of its own in the video, so that neither makes the other seek. */
export type Lane = 'show' | 'compute'

/** Frames by number, at even times. Nothing of a frame is kept here. */
export interface FrameSource {
  /** `video`: decoded by WebCodecs. `element`: by the page's video element. `frames`: pictures of a folder. */
  readonly kind: 'video' | 'element' | 'frames'
  /** Pixels, upright; of a folder those of its first picture. */
  readonly width: number
  readonly height: number
  readonly total: number
  /** Frames for a second. */
  readonly rate: number
  /** What it is encoded in, for people; empty where that is not known. */
  readonly codec: string
  /** The pixels of a frame, its longest side at most `longestFrame`. Throws Failure `bad-picture`. */
  read(frame: number, lane: Lane): Promise<ImageBitmap>
  close(): void
}

/** A frame's size as it travels: its own, or smaller. */
export function framed(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, longestFrame / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Pixels of anything that draws itself into a context. */
export function bitmapOf(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D, width: number, height: number) => void,
): ImageBitmap {
  const size = framed(width, height)
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext('2d')
  if (!context) throw new Failure('internal', 'This window gives no drawing surface.')
  context.imageSmoothingQuality = 'high'
  draw(context, size.width, size.height)
  return canvas.transferToImageBitmap()
}

/** `[height, width, 3]` of a frame. */
export function rgbOf(bitmap: ImageBitmap): { width: number; height: number; rgb: Uint8Array } {
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Failure('internal', 'This window gives no drawing surface.')
  // What is clear lies over white, as in every picture.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4) {
    rgb[to++] = data[from]!
    rgb[to++] = data[from + 1]!
    rgb[to++] = data[from + 2]!
  }
  return { width, height, rgb }
}

/** Width of the small pictures below the stage, in pixels. */
const thumbWidth = 240

export const smallOf = (bitmap: ImageBitmap): Promise<ImageBitmap> =>
  createImageBitmap(bitmap, { resizeWidth: thumbWidth, resizeQuality: 'medium' })

/** Work that is done one piece after the other, whatever becomes of each. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
}

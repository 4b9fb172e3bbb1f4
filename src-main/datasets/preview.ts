// How does a picture look in a window? Upright, in the window's colours, small where it was asked small.
import sharp from 'sharp'
import { decode } from './pictures.ts'

export interface Preview {
  type: 'image/png' | 'image/jpeg'
  bytes: Uint8Array
  /** Of the whole picture, upright, in pixels. */
  width: number
  height: number
}

/**
 * A picture with at most `side` pixels on its longest side, as JPEG; with all of them, as PNG without loss, where
 * `side` is null. Nothing is enlarged. Throws Failure as `decode` does.
 */
export async function previewOf(
  source: string | Uint8Array,
  side: number | null,
  name?: string,
): Promise<Preview> {
  const { width, height, rgb } = await decode(source, name)
  const pixels = sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
  const bytes =
    side === null
      ? await pixels.png({ compressionLevel: 3 }).toBuffer()
      : await pixels
          .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
          .toBuffer()
  return { type: side === null ? 'image/png' : 'image/jpeg', bytes: new Uint8Array(bytes), width, height }
}

/**
 * Pixels with at most `side` on their longest side, as JPEG; all of them as PNG where `side` is null. Small ones are not
 * enlarged. `width` and `height` are those of the result.
 */
export async function smallPicture(
  { width, height, rgb }: { width: number; height: number; rgb: Uint8Array },
  side: number | null,
): Promise<Preview> {
  const pixels = sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
  if (side === null) {
    const bytes = await pixels.png({ compressionLevel: 3 }).toBuffer()
    return { type: 'image/png', bytes: new Uint8Array(bytes), width, height }
  }
  const { data, info } = await pixels
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer({ resolveWithObject: true })
  return { type: 'image/jpeg', bytes: new Uint8Array(data), width: info.width, height: info.height }
}

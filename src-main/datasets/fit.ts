// Which part of a picture, at which size, does a network get? The four fits, and the normalised tensor.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec, Preprocessing } from '../../src-shared/domain/modelSpec.ts'
import type { Picture } from './pictures.ts'
import { resize } from './resize.ts'

export interface Size {
  width: number
  height: number
}

/**
 * `native`: the picture's own shape, longest side at most 1,024 px, or scaled to lie within `size`.
 * `resize`: stretched to `size`. `crop`: scaled to cover `size`, the middle kept. Without a size: the model's crop.
 * `model`: as the model was trained: shorter side to the spec's resize, then the middle of the spec's crop;
 * with a size the same at that size. All end at whole patches.
 */
export interface FitOptions {
  fit: 'native' | 'resize' | 'crop' | 'model'
  size?: Size | undefined
  /** Told the size of the result before a pixel is computed; may throw. */
  before?: ((target: Size) => void) | undefined
}

export interface Fitted {
  /** Sides are multiples of the patch. */
  picture: Picture
  /** What of the given picture is seen, in its own pixels. */
  region: { x: number; y: number; width: number; height: number }
  notices: string[]
}

/** The longest side of a picture in its native fit, in pixels. */
export const longestNative = 1024

/**
 * How large the input becomes, in whole patches, without touching a pixel. Throws Failure `bad-picture` for less than
 * a patch, `bad-argument` for such a size.
 */
export function fittedSize(
  picture: Size,
  spec: Pick<ModelSpec, 'patch' | 'preprocessing'>,
  options: FitOptions,
): Size {
  const { patch } = spec
  if (picture.width < patch || picture.height < patch)
    throw new Failure(
      'bad-picture',
      `The picture is ${picture.width} × ${picture.height} px, smaller than one patch of ${patch} × ${patch} px.`,
      'Use a larger picture.',
    )
  const { size } = options
  if (size && (size.width < patch || size.height < patch))
    throw new Failure(
      'bad-argument',
      `A size of ${size.width} × ${size.height} px is smaller than one patch of ${patch} × ${patch} px.`,
      `Ask for at least ${patch} px on each side.`,
    )
  if (options.fit === 'native') return nativeSize(picture, patch, size).target
  const { crop } = spec.preprocessing
  const asked = size ?? { width: crop, height: crop }
  return { width: wholePatches(asked.width, patch), height: wholePatches(asked.height, patch) }
}

/** The picture as a network of this spec gets it. Throws Failure `bad-picture` for less than a patch, `bad-argument` for such a size. */
export function fit(
  picture: Picture,
  spec: Pick<ModelSpec, 'patch' | 'preprocessing'>,
  options: FitOptions,
): Fitted {
  const { patch } = spec
  const { size } = options
  const target = fittedSize(picture, spec, options)
  options.before?.(target)
  if (options.fit === 'native') return fitNative(picture, patch, size)

  const { crop, resize: shorter, filter } = spec.preprocessing
  const asked = size ?? { width: crop, height: crop }
  const notices = [...(picture.notices ?? []), ...roundingNotice(asked, target, patch)]
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  if (options.fit === 'resize') return { picture: pixels(resize(picture, target)), region: whole, notices }

  const margin = options.fit === 'model' ? Math.max(1, shorter / crop) : 1
  const cover = { width: Math.round(asked.width * margin), height: Math.round(asked.height * margin) }
  const scaled = covering(picture, cover)
  return {
    ...cropMiddle(picture, scaled, target, options.fit === 'model' ? filter : 'bicubic'),
    notices,
  }
}

/** The box of a native fit, how much the picture is scaled into it, and the whole patches nearest to that. */
function nativeSize(
  { width, height }: Size,
  patch: number,
  size: Size | undefined,
): { scale: number; target: Size } {
  const box = size ?? { width: longestNative, height: longestNative }
  let scale = Math.min(box.width / width, box.height / height)
  if (!size) scale = Math.min(1, scale)
  const shown = { width: Math.round(width * scale), height: Math.round(height * scale) }
  if (shown.width < patch || shown.height < patch)
    throw new Failure(
      'bad-picture',
      `The picture is ${width} × ${height} px; within ${box.width} × ${box.height} px it becomes ${shown.width} × ${shown.height} px, less than one patch of ${patch} px.`,
      'Use --fit crop, or a larger --size.',
    )
  // The nearest whole patches that enlarge nothing: never past the box, nor past a picture shown as it is.
  const most = scale < 1 || size ? box : { width, height }
  const target = {
    width: nearestPatches(shown.width, patch, most.width),
    height: nearestPatches(shown.height, patch, most.height),
  }
  return { scale, target }
}

function fitNative(picture: Picture, patch: number, size: Size | undefined): Fitted {
  const { width, height } = picture
  const { scale, target } = nativeSize(picture, patch, size)
  const notices = [...(picture.notices ?? [])]
  if (target.width !== width || target.height !== height)
    notices.push(
      scale === 1
        ? roundingNotice(picture, target, patch)[0]!
        : `${width} × ${height} px is shown at ${target.width} × ${target.height} px, in whole patches of ${patch} px.`,
    )
  return { picture: pixels(resize(picture, target)), region: { x: 0, y: 0, width, height }, notices }
}

const pixels = ({ width, height, rgb }: Picture): Picture => ({ width, height, rgb })
const wholePatches = (side: number, patch: number) => Math.floor(side / patch) * patch

function nearestPatches(side: number, patch: number, most: number): number {
  const nearest = Math.ceil(side / patch - 0.5) * patch
  return Math.max(patch, Math.min(nearest, wholePatches(most, patch)))
}

function roundingNotice(asked: Size, target: Size, patch: number): string[] {
  if (asked.width === target.width && asked.height === target.height) return []
  return [
    `${asked.width} × ${asked.height} is not a multiple of ${patch}. Showing ${target.width} × ${target.height}.`,
  ]
}

/** The size in the picture's shape that just covers a box; the side that reaches further is rounded. */
function covering(picture: Size, box: Size): Size {
  const wide = picture.width * box.height >= box.width * picture.height
  return wide
    ? { width: Math.round((box.height * picture.width) / picture.height), height: box.height }
    : { width: box.width, height: Math.round((box.width * picture.height) / picture.width) }
}

/** Half of a difference, halves to the even side: the offset of torchvision's CenterCrop. */
function halfToEven(difference: number): number {
  const half = Math.floor(difference / 2)
  return difference % 2 === 0 ? half : half + (half % 2)
}

function cropMiddle(
  picture: Picture,
  scaled: Size,
  target: Size,
  filter: Preprocessing['filter'],
): Pick<Fitted, 'picture' | 'region'> {
  const left = halfToEven(scaled.width - target.width)
  const top = halfToEven(scaled.height - target.height)
  const { rgb } = resize(picture, scaled, filter, { left, top, ...target })
  const scaleX = picture.width / scaled.width
  const scaleY = picture.height / scaled.height
  return {
    picture: { ...target, rgb },
    region: {
      x: left * scaleX,
      y: top * scaleY,
      width: target.width * scaleX,
      height: target.height * scaleY,
    },
  }
}

/**
 * What the network reads: `[3, height, width]`, (byte / 255 − mean) / std per channel, rounded to float32 at each step
 * as torchvision's ToTensor and Normalize do. Written into `tensor` from `offset` where one is given, for batches.
 */
export function toTensor(
  picture: Picture,
  { mean, std }: Pick<Preprocessing, 'mean' | 'std'>,
  tensor: Float32Array = new Float32Array(3 * picture.width * picture.height),
  offset = 0,
): Float32Array {
  const count = picture.width * picture.height
  for (let channel = 0; channel < 3; channel++) {
    const centre = Math.fround(mean[channel]!)
    const table = Float32Array.from({ length: 256 }, (_, byte) =>
      Math.fround(Math.fround(Math.fround(byte / 255) - centre) / Math.fround(std[channel]!)),
    )
    const start = offset + channel * count
    for (let i = 0; i < count; i++) tensor[start + i] = table[picture.rgb[i * 3 + channel]!]!
  }
  return tensor
}

/** The bytes that a normalised `[3, height, width]` tensor shows: `toTensor` backwards, clamped to 0 … 255. */
export function fromTensor(
  tensor: Float32Array,
  { width, height }: Size,
  { mean, std }: Pick<Preprocessing, 'mean' | 'std'>,
): Picture {
  const count = width * height
  const rgb = new Uint8ClampedArray(count * 3)
  for (let channel = 0; channel < 3; channel++)
    for (let i = 0; i < count; i++)
      rgb[i * 3 + channel] = (tensor[channel * count + i]! * std[channel]! + mean[channel]!) * 255
  return { width, height, rgb: new Uint8Array(rgb.buffer) }
}

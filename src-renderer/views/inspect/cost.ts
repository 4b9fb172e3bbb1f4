// How large is the input that a choice of size and shape gives, and is it heavy enough to ask first?
import type { Fit, PictureRow } from '../../client/lab.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'

/** Longest side of a picture that is looked at in its own shape, in pixels; `--size` of the command says otherwise. */
export const nativeLongest = 1024
/** Tokens from which the cost is said before the pass runs: about a second on two cores for ViT-S. */
export const heavyTokens = 1600

/** The input in pixels, whole patches: the rule of the lab (datasets/fit.ts, `fittedSize`), which has the last word. */
export function inputSize(
  picture: Pick<PictureRow, 'width' | 'height'>,
  spec: Pick<ModelSpec, 'patch' | 'preprocessing'>,
  size: number | null,
  fit: Fit,
): { width: number; height: number } {
  const { patch } = spec
  const whole = (length: number): number => Math.max(patch, Math.floor(length / patch) * patch)
  if (fit !== 'native') {
    const side = whole(size ?? spec.preprocessing.crop)
    return { width: side, height: side }
  }
  const box = size ?? nativeLongest
  const fitting = Math.min(box / picture.width, box / picture.height)
  const scale = size === null ? Math.min(1, fitting) : fitting
  // The nearest whole patches that enlarge nothing.
  const side = (length: number): number => {
    const most = scale < 1 || size !== null ? box : length
    const nearest = Math.ceil(Math.round(length * scale) / patch - 0.5) * patch
    return Math.max(patch, Math.min(nearest, whole(most)))
  }
  return { width: side(picture.width), height: side(picture.height) }
}

export function tokensOf(
  input: { width: number; height: number },
  spec: Pick<ModelSpec, 'patch' | 'cls' | 'registers'>,
): number {
  return (input.width / spec.patch) * (input.height / spec.patch) + (spec.cls ? 1 : 0) + spec.registers
}

/** Bytes of q and k of every layer, which the window holds. */
export function windowBytes(tokens: number, spec: Pick<ModelSpec, 'width' | 'depth'>): number {
  return 2 * 4 * tokens * spec.width * spec.depth
}

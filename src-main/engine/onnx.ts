// How does an encoder leave the lab as a graph? `images` in; tokens, logits and attention out, any batch.
import { Failure } from '../../src-shared/domain/failure.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import { writeOnnx } from '../compute/onnx/file.ts'
import { forward, forwardInputs, forwardOutputs } from '../networks/vit.ts'
import type { LoadedModel } from './models.ts'
import type { Tasks } from './task.ts'

export interface OnnxOptions {
  size: { width: number; height: number } | undefined
  attentions: boolean
}

/**
 * Writes the encoder for pictures of one size, `images` `[batch, 3, height, width]`, normalised: outputs `tokens`
 * `[batch, tokens, width]` after the final norm, `logits` where there is a head, and `attention.I`
 * `[batch, heads, tokens, tokens]` where asked for. Throws Failure.
 */
export function exportOnnx(
  { spec, weights, inspection }: LoadedModel,
  path: string,
  { size, attentions }: OnnxOptions,
): Tasks['exportModel']['out'] {
  const { patch, imageSize, preprocessing } = spec
  const { width, height } = size ?? imageSize
  if (width % patch !== 0 || height % patch !== 0)
    throw new Failure(
      'bad-argument',
      `${width} × ${height} px is not a multiple of this network's patch of ${patch} px.`,
      `Ask for --size ${Math.max(1, Math.round(width / patch)) * patch}x${Math.max(1, Math.round(height / patch)) * patch}.`,
    )
  const layout = layoutFor(spec, width, height)
  const { constants, inputs } = forwardInputs(spec, weights, width, height)
  const layers = Array.from({ length: spec.depth }, (_, i) => `attention.${i}`)
  const outputs = ['tokens', ...(spec.classes === null ? [] : ['logits']), ...(attentions ? layers : [])]
  const { files, weights: keys } = writeOnnx(
    (t) => forwardOutputs(forward(spec, layout, t)),
    inputs,
    constants,
    path,
    {
      outputs,
      description: `A vision transformer (${spec.family}, depth ${spec.depth}, width ${spec.width}, patch ${patch}) for pictures of ${width} × ${height} px.`,
      metadata: {
        family: spec.family,
        layout: JSON.stringify(layout),
        mean: preprocessing.mean.join(' '),
        std: preprocessing.std.join(' '),
      },
    },
  )
  const fixed = `The graph takes pictures of ${width} × ${height} px, any number at once.`
  return { files, keys, notices: [...inspection.notices, fixed] }
}

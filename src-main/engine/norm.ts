// How does a layer's output look through the final norm? As the original code's get_intermediate_layers gives it.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { firstPatch, tokenCount } from '../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'

/**
 * LayerNorm with the network's final norm over every token of `tokens` `[batch, tokens, width]`, in place. Where
 * [CLS] and registers have a norm of their own (a DINOv3 option) they get that one.
 */
export function finalNorm(
  spec: Pick<ModelSpec, 'width' | 'normEps' | 'clsNorm'>,
  layout: TokenLayout,
  weights: Weights,
  tokens: Float32Array,
): void {
  const { width, normEps } = spec
  const perPicture = tokenCount(layout)
  const prefix = firstPatch(layout)
  const get = (name: string): Float32Array => {
    const weight = weights.get(name)
    if (!weight)
      throw new Failure(
        'missing-weights',
        `The network has no final norm (${name} is missing).`,
        'Use --no-norm.',
      )
    return weight.data
  }
  const patches = [get('norm.weight'), get('norm.bias')] as const
  const cls = spec.clsNorm ? ([get('clsNorm.weight'), get('clsNorm.bias')] as const) : patches
  for (let row = 0; row * width < tokens.length; row++) {
    const [weight, bias] = row % perPicture < prefix ? cls : patches
    const x = tokens.subarray(row * width, (row + 1) * width)
    let mean = 0
    for (const value of x) mean += value
    mean /= width
    let variance = 0
    for (const value of x) variance += (value - mean) ** 2
    const scale = 1 / Math.sqrt(variance / width + normEps)
    for (let c = 0; c < width; c++) x[c] = (x[c]! - mean) * scale * weight[c]! + bias[c]!
  }
}

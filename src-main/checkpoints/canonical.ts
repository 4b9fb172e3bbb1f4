// Which weights does a network of this spec have? Canonical names (docs/rooms.md) and their shapes.
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'

/**
 * Canonical names and PyTorch shapes of every weight of a network, in the order a forward pass meets them.
 * `clsRow`: whether the position table has a row for [CLS] (it has not in DeiT III and timm's DINOv2 with registers).
 */
export function canonicalShapes(spec: ModelSpec, clsRow = spec.cls): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  const linear = (name: string, outputs: number, inputs: number, bias = true) => {
    shapes.set(`${name}.weight`, [outputs, inputs])
    if (bias) shapes.set(`${name}.bias`, [outputs])
  }
  const norm = (name: string, width: number) => {
    shapes.set(`${name}.weight`, [width])
    shapes.set(`${name}.bias`, [width])
  }
  const blocks = (
    prefix: string,
    depth: number,
    width: number,
    hidden: number,
    encoder: ModelSpec | null,
  ) => {
    for (let i = 0; i < depth; i++) {
      const block = `${prefix}.${i}`
      norm(`${block}.norm1`, width)
      linear(`${block}.attention.qkv`, 3 * width, width, encoder?.qkvBias ?? true)
      linear(`${block}.attention.projection`, width, width)
      if (encoder?.layerScale === true) shapes.set(`${block}.scale1`, [width])
      norm(`${block}.norm2`, width)
      linear(`${block}.ffn.in`, encoder?.ffn.kind === 'swiglu' ? 2 * hidden : hidden, width)
      linear(`${block}.ffn.out`, width, hidden)
      if (encoder?.layerScale === true) shapes.set(`${block}.scale2`, [width])
    }
  }

  const { width } = spec
  linear('patch', width, 3 * spec.patch ** 2)
  if (spec.cls) shapes.set('cls', [width])
  if (spec.registers > 0) shapes.set('registers', [spec.registers, width])
  if (spec.maskToken) shapes.set('mask', [width])
  if (spec.position.kind === 'rotary') shapes.set('rope.periods', [width / spec.heads / 4])
  else {
    if (clsRow) shapes.set('position.cls', [width])
    shapes.set('position.patches', [spec.position.rows * spec.position.columns, width])
  }
  blocks('blocks', spec.depth, width, spec.ffn.hidden, spec)
  norm('norm', width)
  if (spec.clsNorm) norm('clsNorm', width)
  if (spec.classes !== null) linear('head', spec.classes, width)

  const { decoder, predictor, projectionHead } = spec
  if (decoder !== null) {
    const patches = spec.position.kind === 'rotary' ? 0 : spec.position.rows * spec.position.columns
    linear('decoder.embed', decoder.width, width)
    shapes.set('decoder.mask', [decoder.width])
    if (spec.cls) shapes.set('decoder.position.cls', [decoder.width])
    shapes.set('decoder.position.patches', [patches, decoder.width])
    blocks('decoder.blocks', decoder.depth, decoder.width, decoder.ffnHidden, null)
    norm('decoder.norm', decoder.width)
    linear('decoder.prediction', 3 * spec.patch ** 2, decoder.width)
  }
  if (predictor !== null) {
    const patches = spec.position.kind === 'rotary' ? 0 : spec.position.rows * spec.position.columns
    linear('predictor.embed', predictor.width, width)
    shapes.set('predictor.mask', [predictor.width])
    shapes.set('predictor.position', [patches, predictor.width])
    blocks('predictor.blocks', predictor.depth, predictor.width, predictor.ffnHidden, null)
    norm('predictor.norm', predictor.width)
    linear('predictor.projection', width, predictor.width)
  }
  if (projectionHead !== null) {
    const { layers, hidden, bottleneck, prototypes } = projectionHead
    for (let i = 0; i < layers; i++)
      linear(`projectionHead.${i}`, i === layers - 1 ? bottleneck : hidden, i === 0 ? width : hidden)
    shapes.set('projectionHead.last.weight', [prototypes, bottleneck])
  }
  return shapes
}

/** Number of elements of a shape; 1 for a scalar. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

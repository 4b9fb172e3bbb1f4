// How does a network start? Random weights as the original repositories draw them, from a seed.
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weight, Weights } from '../../src-shared/domain/weights.ts'
import { fillNormal, fillUniform, random, type Random } from '../../src-shared/numerics/random.ts'
import { sincosTable } from './positions.ts'

/** The size of every canonical weight of a spec, in the order of the forward pass (docs/rooms.md). */
export function weightShapes(spec: ModelSpec): Map<string, number[]> {
  const shapes = new Map<string, number[]>()
  const { width, position } = spec
  const affine = (name: string, size: number) => {
    shapes.set(`${name}.weight`, [size])
    shapes.set(`${name}.bias`, [size])
  }
  const linear = (name: string, outputs: number, inputs: number, bias = true) => {
    shapes.set(`${name}.weight`, [outputs, inputs])
    if (bias) shapes.set(`${name}.bias`, [outputs])
  }
  const block = (name: string, size: number, hidden: number, plain: boolean) => {
    affine(`${name}.norm1`, size)
    linear(`${name}.attention.qkv`, 3 * size, size, plain || spec.qkvBias)
    linear(`${name}.attention.projection`, size, size)
    if (!plain && spec.layerScale) shapes.set(`${name}.scale1`, [size])
    affine(`${name}.norm2`, size)
    linear(`${name}.ffn.in`, !plain && spec.ffn.kind === 'swiglu' ? 2 * hidden : hidden, size)
    linear(`${name}.ffn.out`, size, hidden)
    if (!plain && spec.layerScale) shapes.set(`${name}.scale2`, [size])
  }

  linear('patch', width, 3 * spec.patch ** 2)
  if (spec.cls) shapes.set('cls', [width])
  if (spec.registers > 0) shapes.set('registers', [spec.registers, width])
  if (spec.maskToken) shapes.set('mask', [width])
  if (position.kind === 'rotary') shapes.set('rope.periods', [width / spec.heads / 4])
  else {
    if (spec.cls) shapes.set('position.cls', [width])
    shapes.set('position.patches', [position.rows * position.columns, width])
  }
  for (let i = 0; i < spec.depth; i++) block(`blocks.${i}`, width, spec.ffn.hidden, false)
  affine('norm', width)
  if (spec.clsNorm) affine('clsNorm', width)
  if (spec.classes !== null) linear('head', spec.classes, width)

  const grid = position.kind === 'rotary' ? 0 : position.rows * position.columns
  if (spec.decoder) {
    const { decoder } = spec
    linear('decoder.embed', decoder.width, width)
    shapes.set('decoder.mask', [decoder.width])
    shapes.set('decoder.position.cls', [decoder.width])
    shapes.set('decoder.position.patches', [grid, decoder.width])
    for (let i = 0; i < decoder.depth; i++)
      block(`decoder.blocks.${i}`, decoder.width, decoder.ffnHidden, true)
    affine('decoder.norm', decoder.width)
    linear('decoder.prediction', 3 * spec.patch ** 2, decoder.width)
  }
  if (spec.predictor) {
    const { predictor } = spec
    linear('predictor.embed', predictor.width, width)
    shapes.set('predictor.mask', [predictor.width])
    shapes.set('predictor.position', [grid, predictor.width])
    for (let i = 0; i < predictor.depth; i++)
      block(`predictor.blocks.${i}`, predictor.width, predictor.ffnHidden, true)
    affine('predictor.norm', predictor.width)
    linear('predictor.projection', width, predictor.width)
  }
  if (spec.projectionHead) {
    const { layers, hidden, bottleneck, prototypes } = spec.projectionHead
    for (let i = 0; i < layers; i++)
      linear(`projectionHead.${i}`, i === layers - 1 ? bottleneck : hidden, i === 0 ? width : hidden)
    linear('projectionHead.last', prototypes, bottleneck, false)
  }
  return shapes
}

/**
 * A network with random weights, the same for the same seed. Tables and matrices are normal with standard
 * deviation 0.02 (the originals cut it at ±2, a hundred standard deviations away), biases 0, gains 1,
 * LayerScale 1e-5 (dinov2, ssl_default_config), prototypes of length 1. MAE's matrices are Xavier-uniform, and
 * MAE and I-JEPA have sine-cosine tables; I-JEPA shrinks a block's outputs by its depth (fix_init_weight).
 */
export function randomModel(spec: ModelSpec, seed: number): Weights {
  const weights: Weights = new Map()
  const source = random(seed)
  for (const [name, shape] of weightShapes(spec)) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
    fill(spec, name, { shape, data }, source.split(name))
    weights.set(name, { shape, data })
  }
  return weights
}

function fill(spec: ModelSpec, name: string, { shape, data }: Weight, source: Random): void {
  const [outputs = 1, inputs = 1] = shape
  const isFixedTable = spec.family === 'mae' || spec.family === 'ijepa'
  if (name.endsWith('.bias')) return
  if (/(^|\.)(norm\d?|clsNorm)\.weight$/.test(name)) data.fill(1)
  else if (/\.scale[12]$/.test(name)) data.fill(1e-5)
  else if (name === 'rope.periods') data.forEach((_, k) => (data[k] = 100 ** (k / data.length)))
  else if (isFixedTable && /position\.cls$/.test(name)) return
  else if (isFixedTable && /position(\.patches)?$/.test(name)) fillSincos(spec, inputs, data)
  else if (name === 'projectionHead.last.weight') fillUnitRows(source, data, inputs)
  else if (spec.family === 'mae' && shape.length === 2) {
    const bound = Math.sqrt(6 / (outputs + inputs))
    fillUniform(source, data, -bound, bound)
  } else fillNormal(source, data, 0, 0.02 / depthFactor(spec, name))
}

function fillSincos(spec: ModelSpec, width: number, data: Float32Array): void {
  if (spec.position.kind !== 'rotary') data.set(sincosTable(width, spec.position.rows, spec.position.columns))
}

function fillUnitRows(source: Random, data: Float32Array, width: number): void {
  fillUniform(source, data, -1, 1)
  for (let at = 0; at < data.length; at += width) {
    const row = data.subarray(at, at + width)
    const length = Math.hypot(...row)
    row.forEach((value, i) => (row[i] = value / length))
  }
}

function depthFactor(spec: ModelSpec, name: string): number {
  const output = /blocks\.(\d+)\.(attention\.projection|ffn\.out)\.weight$/.exec(name)
  return spec.family === 'ijepa' && output ? Math.sqrt(2 * (Number(output[1]) + 1)) : 1
}

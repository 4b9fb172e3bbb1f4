// Does an exported ONNX file compute what the lab computes, in any runtime?
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { afterAll, describe, expect, it } from 'vitest'
import { compile } from '../../../src-main/compute/compile.ts'
import { writeOnnx } from '../../../src-main/compute/onnx/file.ts'
import { linear, scaledMatMul } from '../../../src-main/compute/ops.ts'
import type { Constants, ModelFunction, TensorValue } from '../../../src-main/compute/program.ts'
import { forward, forwardInputs, forwardOutputs } from '../../../src-main/networks/vit.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { load } from '../../parity/tokens.ts'
import { goldenCases } from '../../tools/goldens.ts'
import { readOnnx } from './onnxReader.ts'

const folder = mkdtempSync(join(tmpdir(), 'onnx-file-'))
afterAll(() => rmSync(folder, { recursive: true }))
const quiet = { intraOpNumThreads: 1, logSeverityLevel: 3 as const }

/** All outputs of a file, as another program would run it: from its path. */
async function runFile(path: string, feeds: Record<string, TensorValue>) {
  const session = await InferenceSession.create(path, quiet)
  try {
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, shape }]) => [
        name,
        new OrtTensor('float32', data as Float32Array, shape),
      ]),
    )
    return await session.run(inputs)
  } finally {
    await session.release()
  }
}

function numbers(shape: number[], phase = 0): TensorValue {
  const length = shape.reduce((product, size) => product * size, 1)
  const data = Float32Array.from({ length }, (_, index) => Math.sin(index * 0.7 + phase))
  return { dtype: 'float32', shape, data }
}

function expectClose(actual: OrtTensor | undefined, expected: TensorValue | undefined) {
  expect(actual?.dims).toEqual(expected?.shape)
  const far = Array.from(expected!.data).filter(
    (value, index) => !(Math.abs((actual!.data[index] as number) - value) <= 2e-5 + 2e-4 * Math.abs(value)),
  )
  expect(far).toEqual([])
}

const networks = [
  ['dino_vit', 'backbone.pth', '80x48'],
  ['dinov2_vit_reg4', 'backbone.pth', '70x70'],
  ['dinov2_vit_swiglu', 'backbone.pth', '126x84'],
  ['dinov3_vit', 'backbone.pth', ''],
  ['mae', 'checkpoint-0.pth', '56x56'],
] as const

describe.each(networks)('an exported %s', (name, file, label) => {
  const golden = goldenCases().find((one) => one.name === name)!
  const size = label || Object.keys(golden.facts.sizes)[0]!
  const { spec, weights } = load(golden, file)
  const { width, height } = golden.facts.sizes[size]!
  const { constants, inputs } = forwardInputs(spec, weights, width, height)
  const fn: ModelFunction = (t) => forwardOutputs(forward(spec, layoutFor(spec, width, height), t))
  const outputs = ['tokens', ...Array.from({ length: spec.depth }, (_, i) => `attention.${i}`)]

  it.each(['inside', 'beside'])('gives the same tokens and attention, weights %s', async (where) => {
    const path = join(folder, `${name}-${where}.onnx`)
    const { files } = writeOnnx(fn, inputs, constants, path, {
      outputs,
      ...(where === 'beside' ? { mostInside: 1000 } : {}),
    })
    expect(files).toEqual(where === 'beside' ? [path, `${path}.data`] : [path])
    const program = await compile(fn, inputs, constants, { device: 'cpu', threads: 1 })
    for (const batch of [1, 3]) {
      const feeds = { images: numbers([batch, 3, height, width], batch) }
      const [actual, expected] = [await runFile(path, feeds), await program.run(feeds, outputs)]
      expect(Object.keys(actual).sort()).toEqual([...outputs].sort())
      for (const output of outputs) expectClose(actual[output], expected[output])
    }
    await program.release()
  })

  it('holds standard operators alone, and names a person knows', () => {
    const path = join(folder, `${name}-standard.onnx`)
    const { weights: written } = writeOnnx(fn, inputs, constants, path, { outputs })
    const model = readOnnx(readFileSync(path))
    expect(model.operatorSets).toEqual([['', 20]])
    expect(model.nodes.map(({ domain }) => domain).filter((domain) => domain !== '')).toEqual([])
    expect(model.inputs).toEqual([{ name: 'images', shape: ['batch', 3, height, width] }])
    expect(model.outputs.map((output) => output.name)).toEqual(outputs)
    expect(model.outputs[0]?.shape[0]).toBe('batch')
    expect(written).toEqual(expect.arrayContaining(['blocks.0.attention.qkv.weight', 'norm.bias']))
    const names = model.initializers.map((initializer) => initializer.name)
    for (const weight of written) expect(names).toContain(weight)
  })

  it('equals the original', async () => {
    const path = join(folder, `${name}-golden.onnx`)
    writeOnnx(fn, inputs, constants, path, { outputs: [`attention.${spec.depth - 1}`], batch: 1 })
    const images = golden.read(`input_${size}.npy`)
    const feeds = { images: { ...numbers(images.shape), data: Float32Array.from(images.data) } }
    const attention = (await runFile(path, feeds))[`attention.${spec.depth - 1}`]!
    const stored = golden.read(`attn_last_${size}.npy`)
    expectClose(attention, {
      dtype: 'float32',
      shape: [1, ...stored.shape],
      data: stored.data as Float32Array,
    })
  })
})

describe('writeOnnx', () => {
  const weight = numbers([64, 40], 1)
  const constants: Constants = new Map([['w', { shape: [64, 40], data: weight.data as Float32Array }]])
  const inputs = { x: { shape: ['batch', 40] as const } }
  const product: ModelFunction = (t) => ({
    y: linear(t['x'] as Tensor, t['w'] as Tensor, null),
    twice: tf.mul(t['x'] as Tensor, 2),
  })
  const path = join(folder, 'product.onnx')

  it('lowers every form of scaled and transposed product', async () => {
    const shapes = { a: { shape: ['batch', 3, 4] as const }, b: { shape: ['batch', 5, 4] as const } }
    const fn: ModelFunction = ({ a, b }) => ({
      scores: scaledMatMul(a as Tensor, b as Tensor, { transposeB: true, scale: 0.3 }),
      turned: tf.matMul(b as Tensor, tf.mul(a as Tensor, 2), false, true),
      outer: tf.matMul(a as Tensor, a as Tensor, true, false),
    })
    writeOnnx(fn, shapes, new Map(), path)
    const feeds = { a: numbers([2, 3, 4]), b: numbers([2, 5, 4], 2) }
    const program = await compile(fn, shapes, new Map(), { device: 'cpu', threads: 1 })
    const [actual, expected] = [await runFile(path, feeds), await program.run(feeds)]
    for (const name of ['scores', 'turned', 'outer']) expectClose(actual[name], expected[name])
    const { nodes } = readOnnx(readFileSync(path))
    expect(nodes.map(({ op }) => op)).not.toContain('FusedMatMul')
    await program.release()
  })

  it('writes only the outputs that are asked for, and what they need', () => {
    expect(writeOnnx(product, inputs, constants, path, { outputs: ['twice'] }).weights).toEqual([])
    const { initializers, outputs } = readOnnx(readFileSync(path))
    expect(initializers.map(({ name }) => name)).not.toContain('w')
    expect(outputs).toEqual([{ name: 'twice', shape: ['batch', 40] }])
    expect(() => writeOnnx(product, inputs, constants, path, { outputs: ['none'] })).toThrow('y, twice')
  })

  it('keeps facts about the model in the file', () => {
    writeOnnx(product, inputs, constants, path, { description: 'A product.', metadata: { patch: '8' } })
    const { description, metadata } = readOnnx(readFileSync(path))
    expect(description).toBe('A product.')
    expect(metadata).toEqual({ patch: '8' })
  })

  it('writes one size of batch where one is given', async () => {
    writeOnnx(product, inputs, constants, path, { batch: 2 })
    expect(readOnnx(readFileSync(path)).inputs).toEqual([{ name: 'x', shape: [2, 40] }])
    await expect(runFile(path, { x: numbers([3, 40]) })).rejects.toThrow('invalid dimensions')
  })

  it('begins each weight beside the file at a multiple of 64 KiB', () => {
    const more: Constants = new Map([
      ...constants,
      ['w2', { shape: [40, 64], data: numbers([40, 64], 2).data as Float32Array }],
    ])
    const both: ModelFunction = (t) => ({
      y: linear(linear(t['x'] as Tensor, t['w'] as Tensor, null), t['w2'] as Tensor, null),
    })
    writeOnnx(both, inputs, more, path, { mostInside: 1000 })
    const outside = readOnnx(readFileSync(path)).initializers.filter(({ external }) => external !== null)
    expect(outside.map(({ name, external }) => [name, external])).toEqual([
      ['w', { location: 'product.onnx.data', offset: '0', length: '10240' }],
      ['w2', { location: 'product.onnx.data', offset: '65536', length: '10240' }],
    ])
    expect(statSync(`${path}.data`).size).toBe(65_536 + 10_240)
  })

  it('keeps weights inside up to the size that is given', () => {
    writeOnnx(product, inputs, constants, path)
    const { size } = statSync(path)
    expect(writeOnnx(product, inputs, constants, path, { mostInside: size }).files).toHaveLength(1)
    expect(writeOnnx(product, inputs, constants, path, { mostInside: size - 1 }).files).toHaveLength(2)
  })

  it('leaves what is there as it is where it cannot write, and nothing half done', () => {
    const blocked = join(folder, 'blocked')
    writeFileSync(blocked, 'a file, not a folder')
    expect(() => writeOnnx(product, inputs, constants, join(blocked, 'x.onnx'))).toThrow('cannot be written')
    const here = join(folder, 'here.onnx')
    writeOnnx(product, inputs, constants, here)
    const before = readFileSync(here)
    const failing: ModelFunction = () => {
      throw new Error('no graph')
    }
    expect(() => writeOnnx(failing, inputs, constants, here)).toThrow('no graph')
    expect(readFileSync(here).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((file) => file.endsWith('.part'))).toEqual([])
    expect(existsSync(join(blocked, 'x.onnx'))).toBe(false)
  })
})

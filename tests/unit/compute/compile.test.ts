import { Worker } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src-main/compute/compile.ts'
import { linear, layerNorm, scaledMatMul } from '../../../src-main/compute/ops.ts'
import type { Constants, InputSpecs, ModelFunction, TensorValue } from '../../../src-main/compute/program.ts'

const quiet = { threads: 1, spinning: false }
const none: Constants = new Map()

function numbers(shape: number[], phase = 0): TensorValue {
  const length = shape.reduce((product, size) => product * size, 1)
  const data = Float32Array.from({ length }, (_, index) => Math.sin(index * 0.7 + phase))
  return { dtype: 'float32', shape, data }
}

const constants = (shapes: Record<string, number[]>): Constants =>
  new Map(
    Object.entries(shapes).map(([name, shape], index) => [
      name,
      { shape, data: numbers(shape, index + 1).data as Float32Array },
    ]),
  )

async function once(
  fn: ModelFunction,
  inputs: InputSpecs,
  feeds: Record<string, TensorValue>,
  device: 'cpu' | 'tfjs-cpu' | 'wasm' = 'cpu',
  weights = none,
) {
  const program = await compile(fn, inputs, weights, { device, ...quiet })
  const outputs = await program.run(feeds)
  await program.release()
  return outputs
}

function expectClose(actual: Record<string, TensorValue>, expected: Record<string, TensorValue>) {
  for (const [name, want] of Object.entries(expected)) {
    expect(actual[name]?.shape).toEqual(want.shape)
    Array.from(want.data).forEach((value, index) =>
      expect(Math.abs((actual[name]?.data[index] as number) - value)).toBeLessThan(
        2e-5 + 2e-4 * Math.abs(value),
      ),
    )
  }
}

/** A small network with everything a transformer's shapes do. */
const small: ModelFunction = (t) => {
  const x = t['x'] as Tensor
  const [batch, tokens, width] = x.shape as [number, number, number]
  const flat = tf.reshape(layerNorm(x, t['norm'] as Tensor, t['norm.bias'] as Tensor, 1e-6), [-1, width])
  const qkv = tf.reshape(linear(flat, t['qkv'] as Tensor, null), [batch, tokens, 6, width / 2])
  const [q, k, v] = tf.split(tf.transpose(qkv, [0, 2, 1, 3]), 3, 1) as [Tensor, Tensor, Tensor]
  const attention = tf.softmax(scaledMatMul(q, k, { transposeB: true, scale: 0.5 }))
  const cls = tf.mul(t['cls'] as Tensor, tf.ones([batch, 1, 1]))
  const y = tf.reshape(tf.transpose(scaledMatMul(attention, v), [0, 2, 1, 3]), [batch, tokens, width])
  return { y: tf.concat([cls, y], 1), attention, sum: tf.sum(y, [1, 2]) }
}
const smallWeights = constants({ norm: [4], 'norm.bias': [4], qkv: [12, 4], cls: [1, 1, 4] })
const smallInputs: InputSpecs = { x: { shape: ['batch', 3, 4] } }

describe('compile', () => {
  it('serves every batch size with one program', async () => {
    const program = await compile(small, smallInputs, smallWeights, { device: 'cpu', ...quiet })
    for (const batch of [1, 2, 5]) {
      const feeds = { x: numbers([batch, 3, 4]) }
      expectClose(await program.run(feeds), await once(small, smallInputs, feeds, 'tfjs-cpu', smallWeights))
    }
    await program.release()
  })

  it('gives the same numbers with packed weights, and on TensorFlow.js’s wasm', async () => {
    const feeds = { x: numbers([2, 3, 4]) }
    const expected = await once(small, smallInputs, feeds, 'tfjs-cpu', smallWeights)
    const large = constants({ w: [64, 64] })
    const product: ModelFunction = (t) => ({ y: linear(t['x'] as Tensor, t['w'] as Tensor, null) })
    const inputs: InputSpecs = { x: { shape: ['batch', 64] } }
    const packed = await compile(product, inputs, large, { device: 'cpu', packed: true, ...quiet })
    const wide = { x: numbers([3, 64]) }
    expectClose(await packed.run(wide), await once(product, inputs, wide, 'cpu', large))
    expectClose(await once(small, smallInputs, feeds, 'wasm', smallWeights), expected)
  })

  it('multiplies in whole numbers where it may be fast, nearly the same', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const sizes = names.map((name, i): [string, number[]] => [name, i % 2 === 0 ? [96, 64] : [64, 96]])
    const weights = constants({ ...Object.fromEntries(sizes), bias: [64] })
    const layer: ModelFunction = (t) => ({
      y: names.reduce(
        (x, name) => linear(x, t[name] as Tensor, name === 'f' ? (t['bias'] as Tensor) : null),
        t['x'] as Tensor,
      ),
    })
    const inputs: InputSpecs = { x: { shape: ['batch', 64] } }
    const feeds = { x: numbers([5, 64]) }
    const exact = (await once(layer, inputs, feeds, 'cpu', weights))['y'] as TensorValue
    const program = await compile(layer, inputs, weights, { device: 'cpu', precision: 'fast', ...quiet })
    const fast = (await program.run(feeds))['y'] as TensorValue
    const dot = (a: TensorValue, b: TensorValue) =>
      Array.from(a.data).reduce((sum, value, index) => sum + value * (b.data[index] as number), 0)
    expect(dot(exact, fast) / Math.sqrt(dot(exact, exact) * dot(fast, fast))).toBeGreaterThan(0.9995)
    expect(Array.from(fast.data)).not.toEqual(Array.from(exact.data))
    expect(fast.shape).toEqual([5, 64])

    // One row that is much larger costs the others no digits.
    const outlier = numbers([5, 64])
    const data = outlier.data.map((value, index) => (index < 64 ? value * 1e4 : value))
    const beside = (await program.run({ x: { ...outlier, data } }))['y'] as TensorValue
    const rest = ({ data }: TensorValue) => Array.from(data).slice(64)
    rest(beside).forEach((value, index) => expect(value).toBeCloseTo(rest(fast)[index] as number, 1))
  })

  it('computes sizes from the batch wherever a shape depends on it', async () => {
    const shapes: ModelFunction = ({ x }) => {
      const [batch, columns] = (x as Tensor).shape as [number, number]
      const doubled = tf.concat([x as Tensor, tf.neg(x as Tensor)], 0)
      const [first, second] = tf.split(doubled, 2, 0) as [Tensor, Tensor]
      return {
        difference: tf.sub(first, second),
        spread: tf.tile(tf.reshape(x as Tensor, [1, batch, columns]), [3, 1, 1]),
        ones: tf.ones([batch, 2 * batch]),
        last: tf.slice(doubled, [batch, 0], [batch, 1]),
        padded: tf.pad(x as Tensor, [
          [0, batch],
          [1, 0],
        ]),
        same: x as Tensor,
      }
    }
    const inputs: InputSpecs = { x: { shape: ['batch', 3] } }
    for (const batch of [1, 4]) {
      const feeds = { x: numbers([batch, 3]) }
      expectClose(await once(shapes, inputs, feeds), await once(shapes, inputs, feeds, 'tfjs-cpu'))
    }
  })

  it('refuses a function that treats another batch size otherwise', async () => {
    const inputs: InputSpecs = { x: { shape: ['batch', 3] } }
    const scaled: ModelFunction = ({ x }) => ({ y: tf.mul(x as Tensor, (x as Tensor).shape[0] as number) })
    await expect(compile(scaled, inputs, none, { device: 'cpu' })).rejects.toThrow('every batch size alike')
    const unrolled: ModelFunction = ({ x }) => ({ y: tf.addN(tf.unstack(x as Tensor)) })
    await expect(compile(unrolled, inputs, none, { device: 'cpu' })).rejects.toThrow('every batch size alike')
    const squared: ModelFunction = ({ x }) => ({ y: tf.ones([((x as Tensor).shape[0] as number) ** 2]) })
    await expect(compile(squared, inputs, none, { device: 'cpu' })).rejects.toThrow('every batch size alike')
  })

  it('computes only the outputs that are asked for', async () => {
    // There is no tenth number: computing `costly` fails.
    const two: ModelFunction = ({ x, place }) => ({
      cheap: tf.mul(x as Tensor, 2),
      costly: tf.gather(x as Tensor, place as Tensor),
    })
    const inputs: InputSpecs = { x: { shape: [2] }, place: { shape: [1], dtype: 'int32' } }
    const program = await compile(two, inputs, none, { device: 'cpu', ...quiet })
    const feeds: Record<string, TensorValue> = {
      x: numbers([2]),
      place: { dtype: 'int32', shape: [1], data: Int32Array.of(9) },
    }
    expect(Object.keys(await program.run(feeds, ['cheap']))).toEqual(['cheap'])
    await expect(program.run(feeds)).rejects.toThrow('could not run the network on cpu')
    await expect(program.run(feeds, ['dear'])).rejects.toThrow("no output 'dear'; there are cheap, costly")
  })

  it('gives a part of a split whose other parts nobody wants', async () => {
    const part: ModelFunction = ({ x }) => ({ y: tf.split(x as Tensor, 3, 0)[0] as Tensor })
    const feeds = { x: numbers([6]) }
    const inputs: InputSpecs = { x: { shape: [6] } }
    expectClose(await once(part, inputs, feeds), await once(part, inputs, feeds, 'tfjs-cpu'))
  })

  it('gives constants, inputs and one value under two names as outputs', async () => {
    const plain: ModelFunction = ({ x }) => {
      const doubled = tf.mul(x as Tensor, 2)
      return { x: x as Tensor, zero: tf.zeros([2, 2]), table: tf.tensor1d([1, 2]), a: doubled, b: doubled }
    }
    const feeds = { x: numbers([2]) }
    const outputs = await once(plain, { x: { shape: [2] } }, feeds)
    expectClose(outputs, await once(plain, { x: { shape: [2] } }, feeds, 'tfjs-cpu'))
  })

  it('answers runs that overlap', async () => {
    const program = await compile(small, smallInputs, smallWeights, { device: 'cpu', ...quiet })
    const asked = [1, 2, 3, 4].map((batch) =>
      program.run({ x: numbers([batch, 3, 4]) }, batch % 2 === 0 ? ['y'] : ['sum']),
    )
    const shapes = (await Promise.all(asked)).map((outputs) => Object.values(outputs)[0]?.shape)
    expect(shapes).toEqual([[1], [2, 4, 4], [3], [4, 4, 4]])
  })

  it('says which input does not fit', async () => {
    const program = await compile(small, smallInputs, smallWeights, { device: 'cpu', ...quiet })
    await expect(program.run({})).rejects.toThrow("the input 'x' is missing")
    await expect(program.run({ x: numbers([1, 4, 4]) })).rejects.toThrow(
      '[1,4,4], compiled for float32 [batch,3,4]',
    )
    const short = { ...numbers([1, 3, 4]), data: new Float32Array(3) }
    await expect(program.run({ x: short })).rejects.toThrow("the input 'x'")
  })

  it('says so when the function reads a tensor that has no numbers yet', async () => {
    const reading: ModelFunction = ({ x }) => ({ y: tf.scalar((x as Tensor).dataSync()[0] as number) })
    await expect(compile(reading, { x: { shape: [2] } }, none, { device: 'cpu' })).rejects.toThrow(
      'cannot be read',
    )
  })

  it('leaves the backend of TensorFlow.js as it was', async () => {
    await once(small, smallInputs, { x: numbers([1, 3, 4]) }, 'tfjs-cpu', smallWeights)
    await tf.setBackend('cpu')
    const before = tf.memory().numTensors
    await once(small, smallInputs, { x: numbers([1, 3, 4]) }, 'cpu', smallWeights)
    expect(tf.getBackend()).toBe('cpu')
    expect(tf.memory().numTensors).toBe(before)
  })

  it('runs inside a worker thread', async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    const answer = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    )
    expect(answer).toEqual([2, 4, 6])
    await worker.terminate()
  })
})

import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { gelu, layerNorm, linear } from '../../../src-main/compute/ops.ts'
import type { Constants, InputSpecs, TensorValue } from '../../../src-main/compute/program.ts'
import { compileStep } from '../../../src-main/compute/step.ts'
import type { StepFunction, StepProgram } from '../../../src-main/compute/step.ts'

const shapes: Record<string, number[]> = {
  'in.weight': [12, 6],
  'in.bias': [12],
  'norm.weight': [12],
  'norm.bias': [12],
  'out.weight': [3, 12],
  'out.bias': [3],
}
const names = Object.keys(shapes)
const wave = (length: number, phase: number) =>
  Float32Array.from({ length }, (_, index) => Math.sin(index * 1.7 + phase))

/** Student, its AdamW moments, and the teacher that follows it, by role and name. */
const state: Constants = new Map(
  ['student', 'teacher', 'first', 'second'].flatMap((role) =>
    names.map((name, index) => {
      const shape = shapes[name] as number[]
      const size = shape.reduce((product, one) => product * one, 1)
      const starts = role === 'student' || role === 'teacher'
      const data = starts ? wave(size, index).map((one) => one * 0.4) : new Float32Array(size)
      return [`${role}.${name}`, { shape, data }] as const
    }),
  ),
)

const inputs: InputSpecs = {
  x: { shape: [8, 6] },
  labels: { shape: [8], dtype: 'int32' },
  biasCorrection: { shape: [2] },
}

/** A two-layer network: cross-entropy, gradients clipped to norm 1, AdamW (Loshchilov and Hutter 2019), EMA. */
const step: StepFunction = (t) => {
  const tensor = (name: string) => t[name] as Tensor
  const loss = (...student: Tensor[]): Scalar => {
    const [w1, b1, g, b, w2, b2] = student as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
    const hidden = gelu(layerNorm(linear(tensor('x'), w1, b1), g, b, 1e-6))
    const logits = linear(hidden, w2, b2)
    const target = tf.oneHot(tensor('labels'), 3, 1, 0, 'float32')
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)))
  }
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => tensor(`student.${name}`)))
  const norm = tf.sqrt(tf.addN(grads.map((gradient) => tf.sum(tf.square(gradient)))))
  const clip = tf.minimum(tf.div(1, tf.add(norm, 1e-6)), 1)
  const [correction1, correction2] = tf.split(tensor('biasCorrection'), 2) as [Tensor, Tensor]
  const next: Record<string, Tensor> = {}
  names.forEach((name, index) => {
    const gradient = tf.mul(grads[index] as Tensor, clip)
    const first = tf.add(tf.mul(tensor(`first.${name}`), 0.9), tf.mul(gradient, 0.1))
    const second = tf.add(tf.mul(tensor(`second.${name}`), 0.999), tf.mul(tf.square(gradient), 0.001))
    const update = tf.div(tf.div(first, correction1), tf.add(tf.sqrt(tf.div(second, correction2)), 1e-8))
    const decayed = tf.mul(tensor(`student.${name}`), 1 - 0.01 * 0.05)
    const student = tf.sub(decayed, tf.mul(update, 0.01))
    next[`first.${name}`] = first
    next[`second.${name}`] = second
    next[`student.${name}`] = student
    next[`teacher.${name}`] = tf.add(tf.mul(tensor(`teacher.${name}`), 0.95), tf.mul(student, 0.05))
  })
  return { state: next, outputs: { loss: value, norm } }
}

function feeds(count: number): Record<string, TensorValue> {
  return {
    x: { dtype: 'float32', shape: [8, 6], data: wave(48, count) },
    labels: {
      dtype: 'int32',
      shape: [8],
      data: Int32Array.from({ length: 8 }, (_, i) => (i * i + count) % 3),
    },
    biasCorrection: {
      dtype: 'float32',
      shape: [2],
      data: Float32Array.of(1 - 0.9 ** count, 1 - 0.999 ** count),
    },
  }
}

const start = (device: 'cpu' | 'tfjs-cpu') =>
  compileStep(step, inputs, state, { device, threads: 1, spinning: false })
const largestDifference = (a: TensorValue, b: TensorValue) =>
  Math.max(...Array.from(a.data, (value, index) => Math.abs(value - (b.data[index] as number))))

async function train(program: StepProgram, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let count = from; count <= to; count++)
    losses.push((await program.step(feeds(count)))['loss']?.data[0] as number)
  return losses
}

describe('compileStep', () => {
  it('follows the same step run operation by operation, for fifty steps', async () => {
    const [graph, eager] = [await start('cpu'), await start('tfjs-cpu')]
    for (let count = 1; count <= 50; count++) {
      const [one, other] = [await graph.step(feeds(count)), await eager.step(feeds(count))]
      expect(one['loss']?.data[0]).toBeCloseTo(other['loss']?.data[0] as number, 4)
      const [now, reference] = [graph.read(), eager.read()]
      for (const name of state.keys())
        expect(
          largestDifference(now[name] as TensorValue, reference[name] as TensorValue),
          name,
        ).toBeLessThan(1e-4)
    }
    const trained = graph.read(['teacher.in.weight'])['teacher.in.weight'] as TensorValue
    const initial = {
      dtype: 'float32',
      shape: [12, 6],
      data: state.get('teacher.in.weight')?.data,
    } as TensorValue
    expect(largestDifference(trained, initial)).toBeGreaterThan(0.01)
    await graph.release()
  })

  it('reads the state as it was before the step, whatever is written first', async () => {
    const size = 40_000
    const before: Constants = new Map([
      ['a', { shape: [size], data: new Float32Array(size).fill(1) }],
      ['b', { shape: [size], data: new Float32Array(size).fill(2) }],
    ])
    // Each becomes the other: written in place, both would become the same.
    const exchange: StepFunction = (t) => ({
      state: { a: tf.neg(tf.sin(t['b'] as Tensor)), b: tf.neg(tf.sin(t['a'] as Tensor)) },
      outputs: { sum: tf.add(tf.mean(t['a'] as Tensor), tf.mean(t['b'] as Tensor)) },
    })
    const program = await compileStep(exchange, {}, before, { device: 'cpu', threads: 1, spinning: false })
    expect((await program.step({}))['sum']?.data[0]).toBeCloseTo(3, 5)
    await program.step({})
    const { a, b } = program.read()
    expect(a?.data[size - 1]).toBeCloseTo(Math.sin(Math.sin(1)), 5)
    expect(b?.data[size - 1]).toBeCloseTo(Math.sin(Math.sin(2)), 5)
    await program.release()
  })

  it('goes on from a state that was read and written', async () => {
    const [straight, resumed] = [await start('cpu'), await start('cpu')]
    const losses = await train(straight, 1, 6)
    const first = await train(resumed, 1, 3)
    const saved = resumed.read()
    await resumed.release()
    const again = await start('cpu')
    again.write(
      Object.fromEntries(Object.entries(saved).map(([name, { data }]) => [name, data as Float32Array])),
    )
    expect([...first, ...(await train(again, 4, 6))]).toEqual(losses)
    await Promise.all([straight.release(), again.release()])
  })

  it('gives copies of its state, and keeps its own copy of what it started from', async () => {
    const program = await start('cpu')
    const before = program.read(['student.out.bias'])['student.out.bias'] as TensorValue
    const kept = before.data.slice()
    await train(program, 1, 3)
    expect(before.data).toEqual(kept)
    expect(state.get('student.out.bias')?.data).toEqual(kept)
    await program.release()
  })

  it('says what does not fit the state', async () => {
    const forgetful: StepFunction = (t) => ({ state: {}, outputs: { x: t['x'] as Tensor } })
    const grown: StepFunction = () => ({ state: { w: tf.zeros([3]) }, outputs: {} })
    const one: Constants = new Map([['w', { shape: [2], data: new Float32Array(2) }]])
    const compiled = (fn: StepFunction) => compileStep(fn, { x: { shape: [1] } }, one, { device: 'cpu' })
    await expect(compiled(forgetful)).rejects.toThrow("returned no 'w'")
    await expect(compiled(grown)).rejects.toThrow("returned 'w' as [3]; it was [2]")
    const program = await compiled((t) => ({ state: { w: t['w'] as Tensor }, outputs: {} }))
    expect(() => program.write({ w: new Float32Array(3) })).toThrow("'w' has 2 numbers, not 3")
    expect(() => program.read(['v'])).toThrow("no 'v'")
    await program.release()
  })
})

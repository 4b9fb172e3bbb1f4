import { registerHooks } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../../src-main/compute/compile.ts'
import type { InputSpecs, ModelFunction, TensorValue } from '../../../src-main/compute/program.ts'
import { kernelRules } from '../../../src-main/compute/rules/kernels.ts'
import { cases } from './cases.ts'
import { gradientError } from './differences.ts'
import type { Case } from './cases.ts'

const none = new Map()
const names = (one: Case) => one.shapes.map((_, index) => `x${index}`)

function feedsOf(one: Case): Record<string, TensorValue> {
  const numbers = one.numbers ?? ((index: number) => Math.sin(index * 0.7))
  return Object.fromEntries(
    one.shapes.map((shape, which): [string, TensorValue] => {
      const indices = one.indices?.[which]
      const size = tf.util.sizeFromShape(shape)
      return indices === undefined
        ? [
            `x${which}`,
            {
              dtype: 'float32',
              shape,
              data: Float32Array.from({ length: size }, (_, i) => numbers(i + which * 0.31)),
            },
          ]
        : [`x${which}`, { dtype: 'int32', shape, data: Int32Array.from(indices) }]
    }),
  )
}

function inputsOf(one: Case): InputSpecs {
  return Object.fromEntries(
    Object.entries(feedsOf(one)).map(([name, { dtype, shape }]) => [
      name,
      { dtype: dtype as 'float32', shape },
    ]),
  )
}

/** The case's outputs, named. */
const forward = (one: Case): ModelFunction => {
  return (tensors) => {
    const outputs = [one.fn(...names(one).map((name) => tensors[name] as Tensor))].flat()
    return Object.fromEntries(outputs.map((output, index) => [`y${index}`, output]))
  }
}

/** Gradients of a weighted sum of the case's outputs, for every input of floating point numbers. */
const backward = (one: Case): ModelFunction => {
  return (tensors) => {
    const all = names(one).map((name) => tensors[name] as Tensor)
    const variable = all.flatMap((tensor, index) => (tensor.dtype === 'float32' ? [index] : []))
    const loss = (...some: Tensor[]) => {
      const inputs = all.map((tensor, index) => some[variable.indexOf(index)] ?? tensor)
      const sums = [one.fn(...inputs)].flat().map((output) => {
        const wave = Float32Array.from({ length: output.size }, (_, i) => Math.cos(i * 0.9 + 0.4))
        return tf.sum(tf.mul(output, tf.tensor(wave, output.shape)))
      })
      return tf.addN(sums) as tf.Scalar
    }
    const gradients = tf.grads(loss)(variable.map((index) => all[index] as Tensor))
    return Object.fromEntries(gradients.map((gradient, index) => [`dx${variable[index]}`, gradient]))
  }
}

async function run(fn: ModelFunction, one: Case, device: 'cpu' | 'tfjs-cpu') {
  const program = await compile(fn, inputsOf(one), none, { device, threads: 1, spinning: false })
  const outputs = await program.run(feedsOf(one))
  await program.release()
  return outputs
}

function expectClose(actual: Record<string, TensorValue>, expected: Record<string, TensorValue>) {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  for (const [name, want] of Object.entries(expected)) {
    const got = actual[name] as TensorValue
    expect({ name, dtype: got.dtype, shape: got.shape }).toEqual({
      name,
      dtype: want.dtype,
      shape: want.shape,
    })
    const worst = Math.max(
      0,
      ...Array.from(
        want.data,
        (value, i) => Math.abs(value - (got.data[i] as number)) - 2e-4 * Math.abs(value),
      ),
    )
    expect(worst, `${name}: ${got.data.slice(0, 8)} against ${want.data.slice(0, 8)}`).toBeLessThan(2e-5)
  }
}

const everyCase = Object.entries(cases).flatMap(([kernel, list]) =>
  list.map((one, index) => ({ label: list.length > 1 ? `${kernel} ${index + 1}` : kernel, kernel, one })),
)

/** Cases whose gradient has nothing else to be compared with. */
const alone = everyCase.filter(({ one }) => one.differentiable !== false && one.noReference === true)

describe('rules of the kernels', () => {
  beforeAll(() => tf.setBackend('cpu'))

  it('have a case each', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(kernelRules).sort())
  })

  it.each(everyCase)('$label computes what TensorFlow.js computes', async ({ kernel, one }) => {
    const feeds = feedsOf(one)
    await tf.setBackend('cpu')
    const ran = await tf.profile(() => {
      const tensors = Object.entries(feeds).map(([name, { data, shape, dtype }]) => [
        name,
        tf.tensor(data, shape, dtype),
      ])
      return forward(one)(Object.fromEntries(tensors)) as never
    })
    expect(ran.kernelNames).toContain(kernel)
    expectClose(await run(forward(one), one, 'cpu'), await run(forward(one), one, 'tfjs-cpu'))
  })

  it.each(everyCase.filter(({ one }) => one.differentiable !== false))(
    '$label has the gradient it has eagerly',
    async ({ one }) => {
      expectClose(await run(backward(one), one, 'cpu'), await run(backward(one), one, 'tfjs-cpu'))
    },
  )

  it.each(alone)('$label has a gradient that is the limit of differences', async ({ one }) => {
    await tf.setBackend('cpu')
    const all = Object.values(feedsOf(one)).map(({ data, shape, dtype }) => tf.tensor(data, shape, dtype))
    const variable = all.flatMap((tensor, index) => (tensor.dtype === 'float32' ? [index] : []))
    const fn = (...some: Tensor[]) =>
      one.fn(...all.map((tensor, index) => some[variable.indexOf(index)] ?? tensor))
    const error = gradientError(
      fn,
      variable.map((index) => all[index] as Tensor),
    )
    expect(error).toBeLessThan(3e-3)
  })
})

describe("gradients that TensorFlow.js's sources have too", () => {
  const ours = new Map<string, Record<string, TensorValue>>()
  const compared = everyCase.filter(({ one }) => one.differentiable !== false && one.noReference !== true)

  beforeAll(async () => {
    for (const { label, one } of compared) ours.set(label, await run(backward(one), one, 'tfjs-cpu'))
    // TensorFlow.js's own gradients are ES modules that name their neighbours without an extension.
    registerHooks({
      resolve: (specifier, context, next) =>
        context.parentURL?.includes('/tfjs-core/dist/') === true &&
        specifier.startsWith('.') &&
        !specifier.endsWith('.js')
          ? next(`${specifier}.js`, context)
          : next(specifier, context),
    })
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  })

  it.each(compared)("$label is TensorFlow.js's own", async ({ label, one }) => {
    expectClose(ours.get(label) ?? {}, await run(backward(one), one, 'tfjs-cpu'))
  })
})

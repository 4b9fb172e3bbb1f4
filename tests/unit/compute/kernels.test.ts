import { registerHooks } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TensorValue } from '../../../src-main/compute/program.ts'
import { kernelRules } from '../../../src-main/compute/rules/kernels.ts'
import { cases } from './cases.ts'
import { backward, everyCase, expectClose, feedsOf, forward, run } from './check.ts'
import { gradientError } from './differences.ts'

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

import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { linear } from '../../../src-main/compute/ops.ts'
import type { Constants, TensorValue } from '../../../src-main/compute/program.ts'
import { compileStep } from '../../../src-main/compute/step.ts'
import type { StepFunction } from '../../../src-main/compute/step.ts'
import { whyNoWebGpu } from '../../tools/webgpu.ts'
import { backward, everyCase, expectClose, forward, run } from './check.ts'

const x: TensorValue = { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }
const missing = await whyNoWebGpu('its tests')

describe.skipIf(missing !== null)('WebGPU', () => {
  it.each(everyCase)('$label computes what the processor computes', async ({ one }) => {
    expectClose(await run(forward(one), one, 'webgpu'), await run(forward(one), one, 'cpu'))
  })

  it.each(everyCase.filter(({ one }) => one.differentiable !== false))(
    '$label has the gradient it has on the processor',
    async ({ one }) => {
      expectClose(await run(backward(one), one, 'webgpu'), await run(backward(one), one, 'cpu'))
    },
  )

  it('trains as the processor does', async () => {
    const state: Constants = new Map([['w', { shape: [2, 2], data: Float32Array.of(1, 0.5, -0.5, 2) }]])
    const step: StepFunction = (t) => {
      const loss = (w: Tensor): tf.Scalar => tf.mean(tf.square(linear(t['x'] as Tensor, w, null)))
      const { value, grad } = tf.valueAndGrad(loss)(t['w'] as Tensor)
      return { state: { w: tf.sub(t['w'] as Tensor, tf.mul(grad, 0.1)) }, outputs: { loss: value } }
    }
    const trained = await Promise.all(
      (['webgpu', 'cpu'] as const).map(async (device) => {
        const program = await compileStep(step, { x: { shape: [1, 2] } }, state, { device })
        for (let count = 0; count < 5; count++) await program.step({ x })
        return program.read()
      }),
    )
    expectClose(trained[0] as Record<string, TensorValue>, trained[1] as Record<string, TensorValue>)
    expect(trained[0]?.['w']?.data[0]).not.toBe(1)
  })
})

// Does a case compute the same on two devices? Its inputs, its outputs and its gradients.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { compile } from '../../../src-main/compute/compile.ts'
import type { InputSpecs, ModelFunction, TensorValue } from '../../../src-main/compute/program.ts'
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import { cases } from './cases.ts'
import type { Case } from './cases.ts'

const none = new Map()
const names = (one: Case) => one.shapes.map((_, index) => `x${index}`)

/** A case's inputs. */
export function feedsOf(one: Case): Record<string, TensorValue> {
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
export const forward = (one: Case): ModelFunction => {
  return (tensors) => {
    const outputs = [one.fn(...names(one).map((name) => tensors[name] as Tensor))].flat()
    return Object.fromEntries(outputs.map((output, index) => [`y${index}`, output]))
  }
}

/** Gradients of a weighted sum of the case's outputs, for every input of floating point numbers. */
export const backward = (one: Case): ModelFunction => {
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

/** A function of a case's inputs, compiled for a device and run once. */
export async function run(fn: ModelFunction, one: Case, device: DeviceId) {
  const program = await compile(fn, inputsOf(one), none, { device, threads: 1, spinning: false })
  const outputs = await program.run(feedsOf(one))
  await program.release()
  return outputs
}

/** Fails where two results differ by more than 2e-5 + 2e-4 of the number. */
export function expectClose(actual: Record<string, TensorValue>, expected: Record<string, TensorValue>) {
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

/** All cases, each with its kernel's name. */
export const everyCase = Object.entries(cases).flatMap(([kernel, list]) =>
  list.map((one, index) => ({ label: list.length > 1 ? `${kernel} ${index + 1}` : kernel, kernel, one })),
)

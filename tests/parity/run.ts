// How is a network run in the parity tests? Compiled, as the application runs it, or op by op in TensorFlow.js.
import { compile } from '../../src-main/compute/compile.ts'
import type { ModelFunction, TensorValue } from '../../src-main/compute/program.ts'
import type { ForwardInputs } from '../../src-main/networks/vit.ts'
import type { DeviceId } from '../../src-shared/domain/device.ts'

export type Feeds = Record<string, TensorValue>
export type Runner = (
  fn: ModelFunction,
  graph: ForwardInputs,
  feeds: Feeds,
) => Promise<Record<string, TensorValue>>

/** Runs a function once on a device, all its outputs. */
export function runOn(device: DeviceId): Runner {
  return async (fn, { constants, inputs }, feeds) => {
    const program = await compile(fn, inputs, constants, { device })
    try {
      return await program.run(feeds)
    } finally {
      await program.release()
    }
  }
}

/** A float32 or int32 array as a feed. */
export function feed(shape: readonly number[], data: ArrayLike<number>): TensorValue {
  if (data instanceof Int32Array) return { dtype: 'int32', shape: [...shape], data }
  return { dtype: 'float32', shape: [...shape], data: Float32Array.from(data) }
}

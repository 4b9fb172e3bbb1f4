// What does compile() give, and what does it want? The types of the door to this room.
import type { Tensor } from '@tensorflow/tfjs-core'

/** Numbers with a shape, in C order, on their way into or out of a program. */
export interface TensorValue {
  dtype: 'float32' | 'int32' | 'bool'
  shape: number[]
  data: Float32Array | Int32Array | Uint8Array
}

/** Numbers that stay the same in every run, by name: a network's weights and tables. */
export type Constants = ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>

/** An input's shape; `'batch'` as the first axis stands for any size. */
export interface InputSpec {
  shape: readonly (number | 'batch')[]
  dtype?: 'float32' | 'int32'
}
export type InputSpecs = Record<string, InputSpec>

/** Model text: TensorFlow.js operations from named inputs and constants to named outputs. */
export type ModelFunction = (tensors: Record<string, Tensor>) => Record<string, Tensor>

/** A compiled function, ready to run any number of times. */
export interface Program {
  /**
   * Computes the wanted outputs (all of them where none are named); others cost nothing.
   * Throws a `Failure` where an input is missing or has another shape than the program was compiled for.
   */
  run(feeds: Record<string, TensorValue>, wanted?: readonly string[]): Promise<Record<string, TensorValue>>
  /** Gives back the memory; the program cannot run any more. */
  release(): Promise<void>
}

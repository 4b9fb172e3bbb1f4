// How does a network train fast? A whole step (forward, backward, clipping, optimiser, averages) is one graph whose
// state stays in buffers between steps.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { fuse } from './graph/fuse.ts'
import { sameShape } from './graph/graph.ts'
import { forDevice } from './graph/lowerings.ts'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import { lower } from './onnx/lower.ts'
import type { Constants, InputSpecs, TensorValue } from './program.ts'
import { eagerProgram } from './runtime/eager.ts'
import { asFailure, createSession, valueOf } from './runtime/session.ts'
import { trace } from './trace/trace.ts'

/** What one step gives: the state after it (a tensor for each name that went in), and anything to look at. */
export interface StepResult {
  state: Record<string, Tensor>
  outputs: Record<string, Tensor>
}

/** One training step, written with TensorFlow.js: state and inputs by name, in one record. */
export type StepFunction = (tensors: Record<string, Tensor>) => StepResult

export interface StepOptions {
  device: DeviceId
  threads?: number
  spinning?: boolean
  /** The state's arrays become the step's own instead of being copied: less memory for large networks. */
  takes?: boolean
}

/** A training step that can run again and again on its own state. */
export interface StepProgram {
  /** Runs one step on the state and keeps the new one; gives the outputs that are asked for (all where none are named). */
  step(feeds: Record<string, TensorValue>, wanted?: readonly string[]): Promise<Record<string, TensorValue>>
  /** Copies of the state (all of it where no names are given). */
  read(names?: readonly string[]): Record<string, TensorValue>
  /** Replaces parts of the state. Throws RangeError where a name or a size is not the state's. */
  write(values: Record<string, Float32Array>): void
  release(): Promise<void>
}

/** How outputs that are the next state are named in the graph. */
const nextName = (name: string) => `next/${name}`

/**
 * Compiles a training step. `inputs` are given at each step, their shapes without open sizes; `state` is float32,
 * starts as given (its numbers are copied unless they are taken) and after each step is what `fn` returned under the same names. It lies in
 * this process's memory: on `webgpu` and `cuda` it travels to the device and back in each step.
 */
export async function compileStep(
  fn: StepFunction,
  inputs: InputSpecs,
  state: Constants,
  options: StepOptions,
): Promise<StepProgram> {
  const { device, takes = false, ...settings } = options
  if (device === 'tfjs-cpu' || device === 'wasm' || device === 'tfjs-gpu') return eagerStep(fn, state, device)
  const sized = [
    ...Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => {
      if (shape[0] === 'batch')
        throw new RangeError(`the input '${name}' of a step needs a size for its batch`)
      return { name, shape: shape as readonly number[], type: dtype }
    }),
    ...Array.from(state, ([name, { shape }]) => ({ name, shape, type: 'float32' as const })),
  ]
  const graph = fuse(trace((tensors) => named(fn(tensors), state), sized, new Map()))
  const session = await createSession(lower(forDevice(graph, device), new Map(), 'fed'), {
    device,
    ...settings,
    arena: true,
  })
  const outputs = [...graph.outputs.keys()].filter((name) => !name.startsWith(nextName('')))
  return sessionStep(session, await buffersOf(state, takes), outputs, device)
}

/** A step's outputs in one record, its next state checked against the state it started from. */
function named({ state: next, outputs }: StepResult, state: Constants): Record<string, Tensor> {
  const all = { ...outputs }
  for (const [name, { shape }] of state) {
    const tensor = next[name]
    if (tensor === undefined) throw new RangeError(`the step returned no '${name}'`)
    if (!sameShape(tensor.shape, shape))
      throw new RangeError(`the step returned '${name}' as [${tensor.shape}]; it was [${shape}]`)
    all[nextName(name)] = tensor
  }
  return all
}

type Buffers = Map<string, OrtTensor>

/** A step reads one set and writes the other: a buffer that is both would be overwritten while it is still read. */
async function buffersOf(state: Constants, takes: boolean): Promise<{ current: Buffers; next: Buffers }> {
  const { Tensor } = await import('onnxruntime-node')
  const taken = new Set<ArrayBufferLike>()
  const current: Buffers = new Map()
  const next: Buffers = new Map()
  for (const [name, { shape, data }] of state) {
    // Two names may have been given the same array.
    const own = takes && !taken.has(data.buffer) ? data : data.slice()
    taken.add(own.buffer)
    current.set(name, new Tensor('float32', own, [...shape]))
    next.set(name, new Tensor('float32', new Float32Array(data.length), [...shape]))
  }
  return { current, next }
}

async function sessionStep(
  session: InferenceSession,
  start: { current: Buffers; next: Buffers },
  outputs: readonly string[],
  device: 'cpu' | 'webgpu' | 'cuda',
): Promise<StepProgram> {
  const { Tensor } = await import('onnxruntime-node')
  let { current, next } = start

  return {
    async step(feeds, wanted = outputs) {
      const given: Record<string, OrtTensor> = {}
      for (const name of session.inputNames) {
        const value = feeds[name]
        given[name] =
          current.get(name) ??
          new Tensor(value?.dtype as 'float32', value?.data as Float32Array, [...(value?.shape ?? [])])
      }
      const fetched: Record<string, OrtTensor | null> = {}
      for (const name of wanted) fetched[name] = null
      for (const [name, buffer] of next) fetched[nextName(name)] = buffer
      try {
        const results = await session.run(given, fetched)
        ;[current, next] = [next, current]
        return Object.fromEntries(wanted.map((name) => [name, valueOf(results[name] as OrtTensor)]))
      } catch (error) {
        throw asFailure(error, device)
      }
    },
    read: (names = [...current.keys()]) =>
      Object.fromEntries(
        names.map((name) => {
          const { dtype, shape, data } = valueOf(bufferNamed(current, name))
          return [name, { dtype, shape, data: data.slice() }]
        }),
      ),
    write(values) {
      for (const [name, data] of Object.entries(values)) {
        const buffer = bufferNamed(current, name).data as Float32Array
        if (buffer.length !== data.length)
          throw new RangeError(`'${name}' has ${buffer.length} numbers, not ${data.length}`)
        buffer.set(data)
      }
    },
    release: () => session.release(),
  }
}

function bufferNamed<T>(buffers: ReadonlyMap<string, T>, name: string): T {
  const buffer = buffers.get(name)
  if (buffer === undefined) throw new RangeError(`the state has no '${name}'`)
  return buffer
}

/** The same step run operation by operation: the state is fed to each run and read back after it. */
async function eagerStep(
  fn: StepFunction,
  state: Constants,
  device: 'tfjs-cpu' | 'wasm' | 'tfjs-gpu',
): Promise<StepProgram> {
  const program = await eagerProgram((tensors) => named(fn(tensors), state), new Map(), device)
  const current = new Map(
    Array.from(state, ([name, { shape, data }]): [string, TensorValue] => [
      name,
      { dtype: 'float32', shape: [...shape], data: data.slice() },
    ]),
  )
  return {
    async step(feeds, wanted) {
      const results = await program.run({ ...feeds, ...Object.fromEntries(current) })
      for (const name of current.keys()) {
        current.set(name, results[nextName(name)] as TensorValue)
        delete results[nextName(name)]
      }
      return Object.fromEntries(
        (wanted ?? Object.keys(results)).map((name) => [name, results[name] as TensorValue]),
      )
    },
    read: (names = [...current.keys()]) =>
      Object.fromEntries(
        names.map((name) => {
          const { dtype, shape, data } = bufferNamed(current, name)
          return [name, { dtype, shape: [...shape], data: data.slice() }]
        }),
      ),
    write(values) {
      for (const [name, data] of Object.entries(values)) {
        const value = bufferNamed(current, name)
        if (value.data.length !== data.length)
          throw new RangeError(`'${name}' has ${value.data.length} numbers, not ${data.length}`)
        value.data.set(data)
      }
    },
    release: () => program.release(),
  }
}

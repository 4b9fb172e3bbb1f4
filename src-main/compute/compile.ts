// How does a model run fast? compile() traces its text once and hands the whole computation to a device.
import type { DeviceId } from '../../src-shared/domain/device.ts'
import { anyBatch, traceSizes } from './graph/batch.ts'
import { fuse } from './graph/fuse.ts'
import type { Graph } from './graph/graph.ts'
import { forDevice } from './graph/lowerings.ts'
import { quantise } from './graph/quantise.ts'
import { rebuild } from './graph/rebuild.ts'
import { lower } from './onnx/lower.ts'
import type { OnnxModel } from './onnx/lower.ts'
import type { Constants, InputSpec, InputSpecs, ModelFunction, Program, TensorValue } from './program.ts'
import { eagerProgram } from './runtime/eager.ts'
import { forgetModel, runModel } from './runtime/session.ts'
import { trace } from './trace/trace.ts'

export interface CompileOptions {
  device: DeviceId
  /** Threads inside one operator; as many as there are cores where it is not given. */
  threads?: number
  /** Threads without work wait actively for a moment. On where it is not given; off to leave every core to others. */
  spinning?: boolean
  /**
   * Weights are copied once into the order the processor multiplies fastest in: a run of one picture takes 5 to 10 %
   * less, making the graph several times longer, and memory holds every weight twice. For many small runs.
   */
  packed?: boolean
  /**
   * `fast`: most linear layers multiply in whole numbers of 8 bits, on `cpu` only: a third less time, the median
   * cosine with the exact tokens 0.999 (docs/measurements.md). For previews and large embeddings. Exact where it is not
   * given.
   */
  precision?: 'exact' | 'fast'
}

/**
 * Compiles a function of tensors, written with TensorFlow.js and `ops.ts`, for a device.
 *
 * `inputs` name the tensors that each run gives; a first axis of `'batch'` may be any size, the same for all inputs.
 * `constants` are the tensors that never change; `fn` sees both under their names. On `cpu`, `webgpu` and `cuda`
 * the function runs once, now, without numbers, and what it did runs as one graph; a graph is made for each set
 * of outputs that is asked for, when it is first asked for. On the other devices the function itself runs each time.
 * Runs block their thread. Throws where the function does something that no graph can do.
 */
export async function compile(
  fn: ModelFunction,
  inputs: InputSpecs,
  constants: Constants,
  options: CompileOptions,
): Promise<Program> {
  const { device, packed = false, precision = 'exact', ...settings } = options
  if (device === 'tfjs-cpu' || device === 'wasm' || device === 'tfjs-gpu') {
    const program = await eagerProgram(fn, constants, device)
    return { ...program, run: async (feeds, wanted) => program.run(checkFeeds(inputs, feeds), wanted) }
  }
  const { graph, shapes } = traceAnyBatch(fn, inputs, constants)
  // Another device must have its own copy anyway.
  const whole = precision === 'fast' && device === 'cpu'
  const weightsAre = packed || whole || device !== 'cpu' ? 'stored' : 'fed'
  const prepared = (part: Graph) => (whole ? quantise(part) : forDevice(part, device))
  const models = new Map<string, OnnxModel>()
  const modelFor = (wanted: readonly string[]): OnnxModel => {
    const key = JSON.stringify([...wanted].sort())
    const model = models.get(key) ?? lower(prepared(rebuild(graph, wanted)), shapes, weightsAre)
    models.set(key, model)
    return model
  }
  return {
    run: async (feeds, wanted = [...graph.outputs.keys()]) =>
      runModel(modelFor(wanted), { device, ...settings }, checkFeeds(inputs, feeds), wanted),
    async release() {
      for (const model of models.values()) await forgetModel(model, { device, ...settings })
      models.clear()
    },
  }
}

/** The function's graph; where inputs have a batch axis, one for every size of it. */
export function traceAnyBatch(fn: ModelFunction, inputs: InputSpecs, constants: Constants) {
  const at = (batch: number): Graph => {
    const sized = Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => ({
      name,
      shape: shape.map((size) => (size === 'batch' ? batch : size)),
      type: dtype,
    }))
    return fuse(trace(fn, sized, constants))
  }
  const batched = Object.keys(inputs).filter((name) => inputs[name]?.shape[0] === 'batch')
  if (batched.length === 0) return { graph: at(1), shapes: new Map<string, readonly (number | string)[]>() }
  return anyBatch(at(traceSizes[0]), at(traceSizes[1]), batched)
}

/** The feeds, where each input is there and has the type and shape it was compiled for. */
function checkFeeds(inputs: InputSpecs, feeds: Record<string, TensorValue>): Record<string, TensorValue> {
  let batch: number | undefined
  for (const [name, spec] of Object.entries(inputs)) {
    const value = feeds[name]
    if (value === undefined) throw new RangeError(`the input '${name}' is missing`)
    const first = spec.shape[0] === 'batch' ? value.shape[0] : undefined
    batch ??= first
    if (!fits(spec, value, batch))
      throw new RangeError(
        `the input '${name}' is ${value.dtype} [${value.shape}], compiled for ${spec.dtype ?? 'float32'} [${spec.shape}]`,
      )
  }
  return feeds
}

function fits(spec: InputSpec, value: TensorValue, batch: number | undefined): boolean {
  return (
    value.dtype === (spec.dtype ?? 'float32') &&
    value.shape.length === spec.shape.length &&
    value.shape.every((size, axis) => size === (spec.shape[axis] === 'batch' ? batch : spec.shape[axis])) &&
    value.data.length === value.shape.reduce((product, size) => product * size, 1)
  )
}

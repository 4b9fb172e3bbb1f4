// How does TensorFlow.js code become a graph? By running it once on a backend whose tensors are names: every kernel
// appends its nodes (rules/) and returns the value that will hold the result.
import * as tf from '@tensorflow/tfjs-core'
import type { BackendValues, DataType, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { constant } from '../graph/graph.ts'
import type { Graph, Numbers, NumberType, Value } from '../graph/graph.ts'
import { kernelRules } from '../rules/kernels.ts'
import type { Rule } from '../rules/rule.ts'

/** The backend's name in TensorFlow.js's registry. */
export const traceBackend = 'trace'

class TraceBackend extends tf.KernelBackend {
  /** The graph that kernels append to; null between traces. */
  graph: Graph | null = null
  private readonly known = new WeakMap<object, Value>()

  override write(numbers: BackendValues, shape: number[], dtype: DataType): object {
    const dataId = {}
    this.move(dataId, numbers, shape, dtype)
    return dataId
  }

  override move(dataId: object, numbers: BackendValues, shape: number[], dtype: DataType): void {
    this.known.set(dataId, constant(this.open(), asNumbers(numbers, dtype), shape, dtype as NumberType))
  }

  override readSync(dataId: object): Numbers & BackendValues {
    const { source } = this.traced(dataId)
    if (source.kind === 'weight' || source.kind === 'table') return source.data as Numbers & BackendValues
    throw new Error(
      'compile() runs its function once, without numbers: a tensor that depends on an input cannot be read inside it',
    )
  }

  override async read(dataId: object): Promise<BackendValues> {
    return this.readSync(dataId)
  }

  /** A tensor's value in the graph. */
  traced(dataId: object): Value {
    const value = this.known.get(dataId)
    if (value === undefined) throw new Error('this tensor belongs to no trace')
    return value
  }

  /** A value of the graph as a tensor. */
  infoOf(value: Value): TensorInfo {
    const dataId = {}
    this.known.set(dataId, value)
    return { dataId, shape: [...value.shape], dtype: value.type as DataType }
  }

  open(): Graph {
    if (this.graph === null) throw new Error('a tensor was made on the trace backend outside of a trace')
    return this.graph
  }

  override floatPrecision(): 16 | 32 {
    return 32
  }
  override epsilon(): number {
    return 1e-7
  }
  override timerAvailable(): boolean {
    return false
  }
  override disposeData(): boolean {
    return true
  }
  override incRef(): void {}
  override refCount(): number {
    return 1
  }
  override numDataIds(): number {
    return 0
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }
}

function asNumbers(numbers: BackendValues, dtype: DataType): Numbers {
  if (dtype === 'float32')
    return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers as Int32Array)
  if (dtype === 'int32')
    return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers as Float32Array)
  if (dtype === 'bool') return Uint8Array.from(numbers as Uint8Array)
  throw new TypeError(`tensors of type ${dtype} cannot be traced`)
}

const kernel = (rule: Rule) => {
  return (call: {
    inputs: Record<string, TensorInfo | undefined>
    backend: object
    attrs?: NamedAttrMap
  }) => {
    const backend = call.backend as TraceBackend
    const values = Object.entries(call.inputs).flatMap(([name, info]): [string, Value][] =>
      info === undefined ? [] : [[name, backend.traced(info.dataId)]],
    )
    const results = rule(backend.open(), Object.fromEntries(values), call.attrs ?? {})
    return Array.isArray(results) ? results.map((result) => backend.infoOf(result)) : backend.infoOf(results)
  }
}

/** The thread's tracing backend; registered when it is first asked for. */
export function tracer(): TraceBackend {
  if (tf.findBackend(traceBackend) === null) {
    tf.registerBackend(traceBackend, () => new TraceBackend())
    for (const [kernelName, rule] of Object.entries(kernelRules))
      tf.registerKernel({ kernelName, backendName: traceBackend, kernelFunc: kernel(rule) })
  }
  return tf.findBackend(traceBackend) as TraceBackend
}

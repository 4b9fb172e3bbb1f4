// What does a function compute? Runs it once on named values and returns the graph of what it did.
import * as tf from '@tensorflow/tfjs-core'
import type { DataType, Tensor } from '@tensorflow/tfjs-core'
import { addValue, emptyGraph, tangible } from '../graph/graph.ts'
import type { Graph, Value } from '../graph/graph.ts'
import type { Constants, ModelFunction } from '../program.ts'
import '../fused/kernels.ts'
import { traceBackend, tracer } from './backend.ts'

/** An input of a trace: a name, and a shape without open sizes. */
export interface TraceInput {
  name: string
  shape: readonly number[]
  type: 'float32' | 'int32'
}

/**
 * The graph of what `fn` does with these inputs and constants. `fn` may take gradients with TensorFlow.js's own
 * functions; it sees no numbers but those of the constants. The current TensorFlow.js backend stays as it was.
 */
export function trace(fn: ModelFunction, inputs: readonly TraceInput[], constants: Constants): Graph {
  const backend = tracer()
  const graph = emptyGraph()
  const engine = tf.engine()
  const before = engine.backendName
  tf.setBackend(traceBackend)
  backend.graph = graph
  engine.startScope('trace')
  try {
    const tensorOf = (value: Value): Tensor => {
      const { dataId, shape, dtype } = backend.infoOf(value)
      return engine.makeTensorFromDataId(dataId, shape, dtype as DataType, backend)
    }
    const tensors: Record<string, Tensor> = {}
    for (const { name, shape, type } of inputs) {
      const value = addValue(graph, shape, type, { kind: 'input', name })
      graph.inputs.push(value)
      tensors[name] = tensorOf(value)
    }
    for (const [name, { shape, data }] of constants)
      tensors[name] = tensorOf(addValue(graph, shape, 'float32', { kind: 'weight', name, data }))
    for (const [name, tensor] of Object.entries(fn(tensors)))
      graph.outputs.set(name, tangible(graph, backend.traced(tensor.dataId)))
    return graph
  } finally {
    engine.endScope()
    backend.graph = null
    if (before !== null && before !== undefined && before !== traceBackend) tf.setBackend(before)
  }
}

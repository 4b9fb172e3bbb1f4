// How do gathering and scattering become nodes?
import { addNode, addOne, constant, expand, uniform } from '../graph/graph.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { elementTypes } from '../onnx/model.ts'
import { binary, select } from './elementwise.ts'
import { given, numberType, positiveAxis, typeNamed } from './rule.ts'
import type { Rules } from './rule.ts'
import { reshape } from './shape.ts'

const wide = (graph: Graph, indices: Value) =>
  addOne(graph, 'Cast', [indices], indices.shape, 'int64', { to: { int: elementTypes.int64 } })

/** Kernels that look numbers up by their place. */
export const indexingRules: Rules = {
  GatherV2: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const indices = given(inputs, 'indices')
    const axis = positiveAxis(attributes['axis'] as number, x.shape.length)
    const batch = (attributes['batchDims'] ?? 0) as number
    const inner = x.shape.slice(axis + 1)
    if (batch === 0) {
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...inner]
      return addOne(graph, 'Gather', [x, indices], shape, x.type, { axis: { int: axis } })
    }
    if (batch !== axis) throw new RangeError('gather: batchDims other than the axis itself is not supported')
    const places = reshape(graph, wide(graph, indices), [...indices.shape, 1])
    return addOne(graph, 'GatherND', [x, places], [...indices.shape, ...inner], x.type, {
      batch_dims: { int: batch },
    })
  },
  UnsortedSegmentSum: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const ids = given(inputs, 'segmentIds')
    const shape = [attributes['numSegments'] as number, ...x.shape.slice(1)]
    const zeros = expand(graph, uniform(graph, 0, [], numberType(x)), shape)
    const places = reshape(graph, wide(graph, ids), [ids.shape[0] as number, 1])
    return addNode(graph, {
      op: 'ScatterND',
      inputs: [zeros, places, x],
      outputs: [[shape, x.type]],
      attributes: { reduction: { text: 'add' } },
    })[0] as Value
  },
  OneHot: (graph, inputs, attributes) => {
    const indices = given(inputs, 'indices')
    const depth = attributes['depth'] as number
    const type = typeNamed(attributes['dtype'])
    const classes = constant(
      graph,
      Int32Array.from({ length: depth }, (_, index) => index),
      [depth],
      'int32',
    )
    const column = reshape(graph, indices, [...indices.shape, 1])
    const hit = binary(graph, 'Equal', column, classes, (a, b) => Number(a === b), 'bool')
    const level = (name: string) => uniform(graph, attributes[name] as number, [], type)
    return select(graph, hit, level('onValue'), level('offValue'))
  },
}

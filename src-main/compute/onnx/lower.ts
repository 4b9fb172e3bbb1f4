// How does a graph become an ONNX file? Every value gets a name; large weights stay in memory beside it.
import type { Graph, NumberType, Value } from '../graph/graph.ts'
import { countUses } from '../graph/rebuild.ts'
import { modelBytes } from './model.ts'
import type { OnnxGraph, OnnxInitializer, OnnxNode } from './model.ts'

/** A weight that is not written into the ONNX file: the name it has there, and its numbers. */
export interface OutsideWeight {
  name: string
  type: 'float32' | 'int8'
  shape: readonly number[]
  data: Float32Array | Int8Array
}

export interface OnnxModel {
  bytes: Uint8Array
  weights: OutsideWeight[]
  /**
   * `fed`: weights are inputs of the graph; nothing is copied, and the session is made at once.
   * `stored`: weights are constants of the graph in files beside it, of their own names; the session copies them
   * to where and how the device reads them best.
   */
  weightsAre: 'fed' | 'stored'
}

/** Weights of fewer bytes are written into the file itself. */
const inlineLimit = 4096

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

function filled(type: NumberType, shape: readonly number[], value: number): ArrayBufferView {
  return new arrays[type](shape.reduce((product, size) => product * size, 1)).fill(value)
}

/** The graph as an ONNX file. `shapes` are those of its inputs and outputs, where they differ from the graph's own. */
export function lower(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly (number | string)[]>,
  weightsAre: OnnxModel['weightsAre'],
): OnnxModel {
  const { weights, ...onnx } = lowerGraph(graph, shapes)
  const [inputs, initializers] = [[...onnx.inputs], [...onnx.initializers]]
  for (const { name, type, shape, data } of weights)
    if (weightsAre === 'fed') inputs.push({ name, type, shape })
    else
      initializers.push({ name, type, shape, content: { location: name, offset: 0, bytes: data.byteLength } })
  return { bytes: modelBytes({ ...onnx, inputs, initializers }), weights, weightsAre }
}

/** The graph in ONNX's words, and the weights that are in none of its parts yet. */
export function lowerGraph(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly (number | string)[]>,
): OnnxGraph & { weights: OutsideWeight[] } {
  const names = nameValues(graph)
  const name = (value: Value) => names.get(value) as string
  const uses = countUses(graph)
  const weights: OutsideWeight[] = []
  const initializers: OnnxInitializer[] = []
  const nodes: OnnxNode[] = []
  const written = new Set<Value>()

  const writeConstant = (value: Value) => {
    const { type, shape, source } = value
    if (source.kind === 'node' || source.kind === 'input' || written.has(value)) return
    written.add(value)
    if (source.kind === 'weight' && source.data.byteLength > inlineLimit) {
      weights.push({ name: name(value), type: 'float32', shape, data: source.data })
      return
    }
    if (source.kind === 'table' && source.data instanceof Int8Array && source.data.length > inlineLimit) {
      weights.push({ name: name(value), type: 'int8', shape, data: source.data })
      return
    }
    const data = source.kind === 'uniform' ? filled(type as NumberType, shape, source.value) : source.data
    initializers.push({ name: name(value), type, shape, content: { data } })
  }

  for (const node of graph.nodes) {
    node.inputs.forEach(writeConstant)
    // Outputs at the end that nobody reads need not be computed; but Split must name every part.
    const last =
      node.op === 'Split' ? node.outputs.length : node.outputs.findLastIndex((output) => uses.has(output))
    nodes.push({
      op: node.op,
      domain: node.domain,
      inputs: node.inputs.map(name),
      outputs: node.outputs.slice(0, last + 1).map(name),
      attributes: node.attributes,
    })
  }
  for (const [wanted, value] of graph.outputs) {
    writeConstant(value)
    if (name(value) !== wanted)
      nodes.push({ op: 'Identity', domain: '', inputs: [name(value)], outputs: [wanted], attributes: {} })
  }
  const declared = (label: string, value: Value) => ({
    name: label,
    type: value.type,
    shape: shapes.get(label) ?? value.shape,
  })
  const inputs = graph.inputs.flatMap((value) =>
    value.source.kind === 'input' && uses.has(value) ? [declared(value.source.name, value)] : [],
  )
  const outputs = [...graph.outputs].map(([label, value]) => declared(label, value))
  return { nodes, initializers, inputs, outputs, weights }
}

/** Inputs and outputs keep their names; weights too, where they are free; the rest are numbered. */
function nameValues(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>()
  const taken = new Set<string>(graph.outputs.keys())
  for (const value of graph.inputs)
    if (value.source.kind === 'input') {
      names.set(value, value.source.name)
      taken.add(value.source.name)
    }
  for (const [name, value] of graph.outputs)
    if (value.source.kind === 'node' && !names.has(value)) names.set(value, name)
  const call = (value: Value, wanted: string) => {
    if (names.has(value)) return
    const free = taken.has(wanted) ? `${wanted}.${value.id}` : wanted
    taken.add(free)
    names.set(value, free)
  }
  const callAll = (value: Value) =>
    call(value, value.source.kind === 'weight' ? value.source.name : `v${value.id}`)
  for (const node of graph.nodes) {
    node.inputs.forEach(callAll)
    node.outputs.forEach(callAll)
  }
  for (const value of graph.outputs.values()) callAll(value)
  return names
}

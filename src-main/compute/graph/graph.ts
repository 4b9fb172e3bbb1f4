// What is a traced computation? Values, the nodes that make them, and the one way to add a node.
import type { Attribute, ElementType } from '../onnx/model.ts'

export type Numbers = Float32Array | Int32Array | Uint8Array | Int8Array | BigInt64Array
/** Types that TensorFlow.js knows too. */
export type NumberType = 'float32' | 'int32' | 'bool'

/** Where a value comes from. A `table` is written into the graph; a `weight` stays in the caller's memory. */
export type Source =
  | { kind: 'input'; name: string }
  | { kind: 'weight'; name: string; data: Float32Array }
  | { kind: 'table'; data: Numbers }
  | { kind: 'uniform'; value: number }
  | { kind: 'node'; node: GraphNode; index: number }

/** An n-d array of the graph; its numbers are known before the graph runs unless an input or a node makes them. */
export interface Value {
  readonly id: number
  readonly shape: readonly number[]
  readonly type: ElementType
  readonly source: Source
}

/** One operator, in ONNX's words. */
export interface GraphNode {
  readonly op: string
  /** Empty for the standard operators, `com.microsoft` for ONNX Runtime's own. */
  readonly domain: string
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A computation: nodes in an order in which they can run. */
export interface Graph {
  readonly nodes: GraphNode[]
  readonly inputs: Value[]
  readonly outputs: Map<string, Value>
  /** Nodes and constants that exist already, by what they compute: equal ones are made once. */
  readonly known: Map<string, Value[]>
  nextId: number
}

/** A graph with nothing in it. */
export function emptyGraph(): Graph {
  return { nodes: [], inputs: [], outputs: new Map(), known: new Map(), nextId: 0 }
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
/** How many numbers a value has. */
export const sizeOfValue = (value: Value): number => sizeOf(value.shape)
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

/** Adds a value that no node makes. */
export function addValue(graph: Graph, shape: readonly number[], type: ElementType, source: Source): Value {
  return { id: graph.nextId++, shape: [...shape], type, source }
}

/** A constant every number of which is the same; it takes no memory. */
export function uniform(
  graph: Graph,
  value: number,
  shape: readonly number[] = [],
  type: NumberType = 'float32',
): Value {
  return once(graph, `uniform ${type} ${Object.is(value, -0) ? '-0' : value} [${shape}]`, () => [
    addValue(graph, shape, type, { kind: 'uniform', value }),
  ])[0] as Value
}

/** The number a uniform constant is made of; undefined for any other value. */
export const uniformValue = (value: Value): number | undefined =>
  value.source.kind === 'uniform' ? value.source.value : undefined

/** A constant from numbers; recognised as uniform where all are equal. */
export function constant(graph: Graph, data: Numbers, shape: readonly number[], type: ElementType): Value {
  const first = data[0]
  if (type !== 'int64' && type !== 'int8' && typeof first === 'number' && !Number.isNaN(first))
    if ((data as Float32Array).every((one) => one === first))
      return uniform(graph, first, shape, type as NumberType)
  return addValue(graph, shape, type, { kind: 'table', data })
}

/** A list of 64-bit integers, as operators take shapes, axes and cuts. */
export function integers(graph: Graph, list: readonly number[]): Value {
  return once(graph, `integers ${list}`, () => [
    addValue(graph, [list.length], 'int64', { kind: 'table', data: BigInt64Array.from(list, BigInt) }),
  ])[0] as Value
}

/** What a new node is: an operator on values, with the shape and type of each of its outputs. */
export interface NodeSpec {
  op: string
  domain?: 'com.microsoft'
  inputs: readonly Value[]
  outputs: readonly (readonly [shape: readonly number[], type: ElementType])[]
  attributes?: Readonly<Record<string, Attribute>>
}

/** Adds a node, or finds the one that computes the same already; its outputs. */
export function addNode(graph: Graph, spec: NodeSpec): Value[] {
  const { op, domain = '', attributes = {} } = spec
  const inputs = spec.inputs.map((input) => tangible(graph, input))
  const identity = [op, domain, JSON.stringify(attributes), ...inputs.map(({ id }) => id)].join(' ')
  return once(graph, identity, () => {
    const outputs: Value[] = []
    const node: GraphNode = { op, domain, inputs, outputs, attributes }
    spec.outputs.forEach(([shape, type], index) =>
      outputs.push(addValue(graph, shape, type, { kind: 'node', node, index })),
    )
    graph.nodes.push(node)
    return outputs
  })
}

/** Adds a node with one output. */
export function addOne(
  graph: Graph,
  op: string,
  inputs: readonly Value[],
  shape: readonly number[],
  type: ElementType,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  return addNode(graph, { op, inputs, outputs: [[shape, type]], attributes })[0] as Value
}

/** The node that makes a value, where one of these operators does. */
export function madeBy(value: Value, ...ops: readonly string[]): GraphNode | null {
  const { source } = value
  return source.kind === 'node' && ops.includes(source.node.op) ? source.node : null
}

/** A value spread out to a larger shape; no node where it has that shape already. */
export function expand(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value
  const same = uniformValue(value)
  if (same !== undefined) return uniform(graph, same, shape, value.type as NumberType)
  return addOne(graph, 'Expand', [value, integers(graph, shape)], shape, value.type)
}

/** A uniform constant of many numbers, as operators can read it: a scalar, spread out when the graph runs. */
export function tangible(graph: Graph, value: Value): Value {
  const same = uniformValue(value)
  if (same === undefined || value.shape.length === 0) return value
  const scalar = uniform(graph, same, [], value.type as NumberType)
  return addOne(graph, 'Expand', [scalar, integers(graph, value.shape)], value.shape, value.type)
}

function once(graph: Graph, identity: string, make: () => Value[]): Value[] {
  const existing = graph.known.get(identity)
  if (existing !== undefined) return existing
  const made = make()
  graph.known.set(identity, made)
  return made
}

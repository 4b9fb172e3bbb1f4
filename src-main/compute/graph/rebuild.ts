// How is a graph changed? By copying it node by node, with what a pass wants done differently.
import { addNode, addValue, emptyGraph, integers, uniform } from './graph.ts'
import type { Graph, GraphNode, NumberType, Value } from './graph.ts'

/** What a pass makes of one node: its outputs in the new graph, or null to copy it as it is. */
export type Rewrite = (
  target: Graph,
  node: GraphNode,
  inputs: readonly Value[],
  place: number,
) => Value[] | null

/** The nodes that these outputs need, in the graph's order. */
export function liveNodes(graph: Graph, outputs: Iterable<Value>): GraphNode[] {
  const live = new Set<GraphNode>()
  const open = [...outputs]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value.source.kind !== 'node' || live.has(value.source.node)) continue
    live.add(value.source.node)
    open.push(...value.source.node.inputs)
  }
  return graph.nodes.filter((node) => live.has(node))
}

/** A copy of the graph with only these outputs and what they need; each node passes through `rewrite`. */
export function rebuild(graph: Graph, outputs: readonly string[], rewrite: Rewrite = () => null): Graph {
  const target = emptyGraph()
  const copies = new Map<Value, Value>()
  const copy = (value: Value): Value => {
    const existing = copies.get(value)
    if (existing !== undefined) return existing
    const made = copyConstant(target, value)
    copies.set(value, made)
    return made
  }
  for (const input of graph.inputs) {
    const made = addValue(target, input.shape, input.type, input.source)
    copies.set(input, made)
    target.inputs.push(made)
  }
  const wanted = outputs.map((name) => [name, outputNamed(graph, name)] as const)
  const nodes = liveNodes(
    graph,
    wanted.map(([, value]) => value),
  )
  nodes.forEach((node, place) => {
    const inputs = node.inputs.map(copy)
    const made = rewrite(target, node, inputs, place) ?? copyNode(target, node, inputs)
    node.outputs.forEach((output, index) => copies.set(output, made[index] as Value))
  })
  for (const [name, value] of wanted) target.outputs.set(name, copy(value))
  return target
}

/** An output of a graph by name. */
export function outputNamed(graph: Graph, name: string): Value {
  const value = graph.outputs.get(name)
  if (value === undefined)
    throw new RangeError(`there is no output '${name}'; there are ${[...graph.outputs.keys()].join(', ')}`)
  return value
}

/** How often each value is read, by nodes and as an output of the graph. */
export function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>()
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1)
  for (const node of graph.nodes) node.inputs.forEach(count)
  for (const value of graph.outputs.values()) count(value)
  return uses
}

/** The same node on other inputs. */
export function copyNode(target: Graph, node: GraphNode, inputs: readonly Value[]): Value[] {
  const outputs = node.outputs.map(({ shape, type }) => [shape, type] as const)
  const { op, attributes } = node
  return addNode(target, {
    op,
    inputs,
    outputs,
    attributes,
    ...(node.domain === 'com.microsoft' ? { domain: node.domain } : {}),
  })
}

function copyConstant(target: Graph, value: Value): Value {
  const { shape, type, source } = value
  if (source.kind === 'uniform') return uniform(target, source.value, shape, type as NumberType)
  if (source.kind === 'table' && type === 'int64' && shape.length === 1)
    return integers(target, Array.from(source.data as BigInt64Array, Number))
  if (source.kind === 'node') throw new Error(`${source.node.op} is read before it is made`)
  return addValue(target, shape, type, source)
}

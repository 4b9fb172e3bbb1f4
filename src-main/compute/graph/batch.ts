// How does one graph serve every batch size? The function is traced at two sizes: where the two graphs differ, a
// size depends on the batch, and is computed from it when the graph runs.
import { addNode, addOne, integers, sameShape } from './graph.ts'
import type { Graph, GraphNode, Numbers, Value } from './graph.ts'
import { copyNode, rebuild } from './rebuild.ts'

/** The sizes to trace at: small, and with no small factor in common that another size could be taken for. */
export const traceSizes = [2, 3] as const

/** How a size depends on the batch: `factor · batch + offset`. */
interface BatchSize {
  factor: number
  offset: number
}

/** A graph for any batch size, with the shapes of its inputs and outputs, open sizes by name. */
export interface BatchedGraph {
  graph: Graph
  /** Shapes by input's and output's name. */
  shapes: ReadonlyMap<string, readonly (number | string)[]>
}

/**
 * One graph from two traces of one function, at `traceSizes`; `batched` names the inputs whose first axis is the batch.
 * Throws where the function does something else at another size: then it cannot be compiled for every batch.
 */
export function anyBatch(two: Graph, three: Graph, batched: readonly string[]): BatchedGraph {
  if (two.nodes.length !== three.nodes.length) throw differs('the number of operations')
  const outputs = [...two.outputs.keys()]
  const graph = rebuild(two, outputs, (target, node, inputs, place) => {
    const other = three.nodes[place] as GraphNode
    if (other.op !== node.op || other.inputs.length !== node.inputs.length) throw differs(node.op)
    if (JSON.stringify(other.attributes) !== JSON.stringify(node.attributes)) throw differs(node.op)
    const open = inputs.map((input, index) =>
      openSizes(target, node.op, input, node.inputs[index] as Value, other.inputs[index] as Value, batched),
    )
    return open.every((input, index) => input === inputs[index]) ? null : copyNode(target, node, open)
  })
  const shapes = new Map<string, readonly (number | string)[]>()
  two.inputs.forEach((input, index) => {
    const { source } = input
    if (source.kind === 'input') shapes.set(source.name, openShape(input, three.inputs[index] as Value))
  })
  for (const [name, value] of two.outputs)
    shapes.set(name, openShape(value, three.outputs.get(name) as Value))
  return { graph, shapes }
}

const differs = (what: string) =>
  new Error(`the function does not treat every batch size alike (${what} differs); compile it for one size`)

function batchSize(two: number, three: number): BatchSize {
  const factor = (three - two) / (traceSizes[1] - traceSizes[0])
  const offset = two - factor * traceSizes[0]
  if (factor < 0 || offset < 0) throw differs(`a size of ${two} and ${three}`)
  return { factor, offset }
}

function openShape(two: Value, three: Value): (number | string)[] {
  return two.shape.map((size, axis) => {
    const other = three.shape[axis] as number
    if (size === other) return size
    const { factor, offset } = batchSize(size, other)
    return `batch${factor === 1 ? '' : `*${factor}`}${offset === 0 ? '' : `+${offset}`}`
  })
}

/** An input of a node; where it is a list of sizes that differ, a list that is computed from the batch. */
function openSizes(
  target: Graph,
  op: string,
  input: Value,
  two: Value,
  three: Value,
  batched: readonly string[],
): Value {
  if (two.source.kind !== three.source.kind) throw differs(op)
  if (two.source.kind === 'uniform' && three.source.kind === 'uniform') {
    if (!Object.is(two.source.value, three.source.value)) throw differs(`a constant of ${op}`)
  }
  if (two.source.kind !== 'table' || three.source.kind !== 'table') return input
  if (sameNumbers(two.source.data, three.source.data) && sameShape(two.shape, three.shape)) return input
  if (two.type !== 'int64' || !sameShape(two.shape, three.shape)) throw differs(`a table of ${op}`)
  const sizes = Array.from(two.source.data as BigInt64Array, Number)
  const others = Array.from(three.source.data as BigInt64Array, Number)
  const open = sizes.flatMap((size, place) => (size === others[place] ? [] : [place]))
  if (op === 'Reshape' && open.length === 1) return integers(target, sizes.with(open[0] as number, -1))
  const batch = batchOf(target, batched)
  const parts: Value[] = []
  let from = 0
  for (const place of open) {
    if (place > from) parts.push(integers(target, sizes.slice(from, place)))
    parts.push(sizeFromBatch(target, batch, batchSize(sizes[place] as number, others[place] as number)))
    from = place + 1
  }
  if (from < sizes.length) parts.push(integers(target, sizes.slice(from)))
  if (parts.length === 1) return parts[0] as Value
  return addOne(target, 'Concat', parts, [sizes.length], 'int64', { axis: { int: 0 } })
}

/** The batch size when the graph runs, as a list of one number. */
function batchOf(target: Graph, batched: readonly string[]): Value {
  const input = target.inputs.find(({ source }) => source.kind === 'input' && batched.includes(source.name))
  if (input === undefined) throw differs('a size')
  return addNode(target, {
    op: 'Shape',
    inputs: [input],
    outputs: [[[1], 'int64']],
    attributes: { start: { int: 0 }, end: { int: 1 } },
  })[0] as Value
}

function sizeFromBatch(target: Graph, batch: Value, { factor, offset }: BatchSize): Value {
  const times =
    factor === 1 ? batch : addOne(target, 'Mul', [batch, integers(target, [factor])], [1], 'int64')
  return offset === 0 ? times : addOne(target, 'Add', [times, integers(target, [offset])], [1], 'int64')
}

const sameNumbers = (a: Numbers, b: Numbers) =>
  a === b || (a.length === b.length && (a as Float32Array).every((one, index) => one === b[index]))

// How do operations that move, copy and cut numbers become nodes?
import { addNode, addOne, addValue, constant, expand, integers, madeBy } from '../graph/graph.ts'
import { sameShape, sizeOfValue, uniform, uniformValue } from '../graph/graph.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { axesOf, given, numberType, positiveAxis, typeNamed } from './rule.ts'
import type { RuleInputs, Rules } from './rule.ts'

/** The same numbers in another shape. */
export function reshape(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (sameShape(x.shape, shape)) return x
  const { source } = x
  if (source.kind === 'uniform') return uniform(graph, source.value, shape, numberType(x))
  if (source.kind === 'table') return addValue(graph, shape, x.type, source)
  const earlier = madeBy(x, 'Reshape')
  if (earlier !== null) return reshape(graph, earlier.inputs[0] as Value, shape)
  return addOne(graph, 'Reshape', [x, integers(graph, shape)], shape, x.type)
}

/** Axes in another order: axis i of the result is axis `order[i]` of x. */
export function transpose(graph: Graph, x: Value, order: readonly number[]): Value {
  if (order.every((axis, index) => axis === index)) return x
  const shape = order.map((axis) => x.shape[axis] as number)
  const same = uniformValue(x)
  if (same !== undefined) return uniform(graph, same, shape, numberType(x))
  const earlier = madeBy(x, 'Transpose')
  if (earlier !== null) {
    const before = (earlier.attributes['perm'] as { ints: readonly number[] }).ints
    return transpose(
      graph,
      earlier.inputs[0] as Value,
      order.map((axis) => before[axis] as number),
    )
  }
  return addOne(graph, 'Transpose', [x], shape, x.type, { perm: { ints: order } })
}

/** A box of x: from `begin`, `size` numbers along each axis (−1: all that are left). */
export function slice(graph: Graph, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const from = x.shape.map((_, axis) => begin[axis] ?? 0)
  const shape = x.shape.map((whole, axis) => {
    const wanted = size[axis] ?? -1
    return wanted === -1 ? whole - (from[axis] as number) : wanted
  })
  const same = uniformValue(x)
  if (same !== undefined) return uniform(graph, same, shape, numberType(x))
  const cut = x.shape.flatMap((whole, axis) => (whole === shape[axis] ? [] : [axis]))
  if (cut.length === 0) return x
  const starts = cut.map((axis) => from[axis] as number)
  const ends = cut.map((axis) => (from[axis] as number) + (shape[axis] as number))
  return addOne(
    graph,
    'Slice',
    [x, integers(graph, starts), integers(graph, ends), integers(graph, cut)],
    shape,
    x.type,
  )
}

/** Pieces of these sizes along an axis. */
export function split(graph: Graph, x: Value, sizes: readonly number[], axis: number): Value[] {
  if (sizes.length === 1) return [x]
  const shapeOf = (size: number) => x.shape.map((whole, index) => (index === axis ? size : whole))
  const same = uniformValue(x)
  if (same !== undefined) return sizes.map((size) => uniform(graph, same, shapeOf(size), numberType(x)))
  return addNode(graph, {
    op: 'Split',
    inputs: [x, integers(graph, sizes)],
    outputs: sizes.map((size) => [shapeOf(size), x.type] as const),
    attributes: { axis: { int: axis } },
  })
}

/** Arrays one after another along an axis. */
export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  const first = parts[0] as Value
  const full = parts.filter((part) => sizeOfValue(part) > 0)
  if (full.length === 1) return full[0] as Value
  const length = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0)
  const shape = first.shape.map((size, index) => (index === axis ? length : size))
  return addOne(graph, 'Concat', full, shape, first.type, { axis: { int: axis } })
}

/** A tensor's copies along its axes. */
function tile(graph: Graph, x: Value, reps: readonly number[]): Value {
  const shape = x.shape.map((size, axis) => size * (reps[axis] ?? 1))
  if (x.shape.every((size, axis) => size === 1 || (reps[axis] ?? 1) === 1)) return expand(graph, x, shape)
  return addOne(graph, 'Tile', [x, integers(graph, reps)], shape, x.type)
}

const inOrder = (inputs: RuleInputs) => Object.values(inputs)
const listed = (attribute: unknown) => [attribute as number | number[]].flat()

/** Kernels that rearrange numbers. */
export const shapeRules: Rules = {
  Reshape: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const shape = listed(attributes['shape'])
    const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1)
    return reshape(
      graph,
      x,
      shape.map((size) => (size === -1 ? sizeOfValue(x) / known : size)),
    )
  },
  ExpandDims: (graph, inputs, attributes) => {
    const input = given(inputs, 'input')
    const shape = [...input.shape]
    shape.splice(positiveAxis(attributes['dim'] as number, input.shape.length + 1), 0, 1)
    return reshape(graph, input, shape)
  },
  Transpose: (graph, inputs, attributes) => transpose(graph, given(inputs, 'x'), listed(attributes['perm'])),
  Slice: (graph, inputs, attributes) =>
    slice(graph, given(inputs, 'x'), listed(attributes['begin']), listed(attributes['size'])),
  SplitV: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const axis = positiveAxis(attributes['axis'] as number, x.shape.length)
    const whole = x.shape[axis] as number
    const wanted = attributes['numOrSizeSplits'] as number | number[]
    const sizes = typeof wanted === 'number' ? Array<number>(wanted).fill(whole / wanted) : [...wanted]
    const open = sizes.indexOf(-1)
    if (open >= 0) sizes[open] = whole - sizes.reduce((sum, size) => sum + size, 1)
    return split(graph, x, sizes, axis)
  },
  Concat: (graph, inputs, attributes) => {
    const parts = inOrder(inputs)
    const rank = (parts[0] as Value).shape.length
    return concat(graph, parts, positiveAxis(attributes['axis'] as number, rank))
  },
  Pack: (graph, inputs, attributes) => {
    const parts = inOrder(inputs)
    const shape = [...(parts[0] as Value).shape]
    const axis = positiveAxis(attributes['axis'] as number, shape.length + 1)
    shape.splice(axis, 0, 1)
    return concat(
      graph,
      parts.map((part) => reshape(graph, part, shape)),
      axis,
    )
  },
  Unpack: (graph, inputs, attributes) => {
    const value = given(inputs, 'value')
    const axis = positiveAxis(attributes['axis'] as number, value.shape.length)
    const sizes = Array<number>(value.shape[axis] as number).fill(1)
    const shape = value.shape.filter((_, index) => index !== axis)
    return split(graph, value, sizes, axis).map((part) => reshape(graph, part, shape))
  },
  Tile: (graph, inputs, attributes) => tile(graph, given(inputs, 'x'), listed(attributes['reps'])),
  PadV2: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const paddings = attributes['paddings'] as unknown as [number, number][]
    const shape = x.shape.map((size, axis) => {
      const [before, after] = paddings[axis] as [number, number]
      return size + before + after
    })
    if (sameShape(shape, x.shape)) return x
    const amounts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]
    const filler = uniform(graph, attributes['constantValue'] as number, [], numberType(x))
    return addOne(graph, 'Pad', [x, integers(graph, amounts), filler], shape, x.type)
  },
  Reverse: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const axes = axesOf(attributes['dims'], x.shape.length)
    if (axes.length === 0) return x
    const each = (value: number) => integers(graph, Array<number>(axes.length).fill(value))
    const beforeAll = -(2 ** 31)
    return addOne(
      graph,
      'Slice',
      [x, each(-1), each(beforeAll), integers(graph, axes), each(-1)],
      x.shape,
      x.type,
    )
  },
  Fill: (graph, _inputs, attributes) => {
    const value = attributes['value'] as number
    return uniform(graph, value, listed(attributes['shape']), typeNamed(attributes['dtype']))
  },
  ZerosLike: (graph, inputs) => {
    const x = given(inputs, 'x')
    return uniform(graph, 0, x.shape, numberType(x))
  },
  OnesLike: (graph, inputs) => {
    const x = given(inputs, 'x')
    return uniform(graph, 1, x.shape, numberType(x))
  },
  Range: (graph, _inputs, attributes) => {
    const [start, stop, step] = ['start', 'stop', 'step'].map((name) => attributes[name] as number) as [
      number,
      number,
      number,
    ]
    const length = Math.max(0, Math.ceil((stop - start) / step))
    const numbers = Array.from({ length }, (_, index) => start + index * step)
    const type = attributes['dtype'] === 'int32' ? 'int32' : 'float32'
    const data = type === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers)
    return constant(graph, data, [length], type)
  },
}

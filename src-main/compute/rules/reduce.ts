// How do sums, means, maxima and softmax become nodes?
import { addOne, integers, sizeOfValue, uniform, uniformValue } from '../graph/graph.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { cast } from './elementwise.ts'
import { axesOf, given, numberType, positiveAxis } from './rule.ts'
import type { Rule, Rules } from './rule.ts'
import { reshape } from './shape.ts'

function reduceOnce(graph: Graph, op: string, x: Value, axes: readonly number[], keep: boolean): Value {
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]))
  return addOne(graph, op, [x, integers(graph, axes)], shape, x.type, { keepdims: { int: keep ? 1 : 0 } })
}

/** A sum of more numbers than this in one pass loses digits that a sum of sums keeps. */
const longSum = 4096

/** A sum or mean over everything, as a reduction per axis: partial sums stay small and keep their digits. */
function reduceInSteps(graph: Graph, op: string, x: Value): Value {
  const lastAxis = x.shape.length - 1
  if (lastAxis > 0) return reduceInSteps(graph, op, reduceOnce(graph, op, x, [lastAxis], false))
  const total = sizeOfValue(x)
  const width = widthOfSquare(total)
  if (total <= longSum || width === 1) return reduceOnce(graph, op, x, [0], false)
  return reduceInSteps(graph, op, reshape(graph, x, [total / width, width]))
}

/** The divisor of a length nearest to its square root from below. */
function widthOfSquare(length: number): number {
  let width = Math.floor(Math.sqrt(length))
  while (length % width !== 0) width--
  return width
}

const reduction = (op: string, overUniform: (value: number, count: number) => number): Rule => {
  return (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const rank = x.shape.length
    const axes = axesOf(attributes['axis'] ?? attributes['reductionIndices'], rank)
    const keep = attributes['keepDims'] === true
    if (axes.length === 0) return x
    const same = uniformValue(x)
    if (same !== undefined) {
      const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]))
      const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1)
      return uniform(graph, overUniform(same, count), shape, numberType(x))
    }
    const adds = op === 'ReduceSum' || op === 'ReduceMean'
    if (!adds || axes.length < rank) return reduceOnce(graph, op, x, axes, keep)
    const total = reduceInSteps(graph, op, x)
    return keep
      ? reshape(
          graph,
          total,
          x.shape.map(() => 1),
        )
      : total
  }
}

/** Reductions of truth values, by way of numbers. */
const logical = (op: string): Rule => {
  return (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const axes = axesOf(attributes['axis'], x.shape.length)
    const numbers = cast(graph, x, 'int32')
    return cast(graph, reduceOnce(graph, op, numbers, axes, attributes['keepDims'] === true), 'bool')
  }
}

const argument = (op: string): Rule => {
  return (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const axis = positiveAxis(attributes['axis'] as number, x.shape.length)
    const shape = x.shape.filter((_, index) => index !== axis)
    const index = addOne(graph, op, [x], shape, 'int64', { axis: { int: axis }, keepdims: { int: 0 } })
    return cast(graph, index, 'int32')
  }
}

/** Kernels that make few numbers from many. */
export const reduceRules: Rules = {
  Sum: reduction('ReduceSum', (value, count) => value * count),
  Mean: reduction('ReduceMean', (value) => value),
  Max: reduction('ReduceMax', (value) => value),
  Min: reduction('ReduceMin', (value) => value),
  Prod: reduction('ReduceProd', (value, count) => value ** count),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: (graph, inputs, attributes) => {
    const logits = given(inputs, 'logits')
    const axis = positiveAxis(attributes['dim'] as number, logits.shape.length)
    return addOne(graph, 'Softmax', [logits], logits.shape, logits.type, { axis: { int: axis } })
  },
  Cumsum: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const axis = positiveAxis(attributes['axis'] as number, x.shape.length)
    return addOne(graph, 'CumSum', [x, reshape(graph, integers(graph, [axis]), [])], x.shape, x.type, {
      exclusive: { int: attributes['exclusive'] === true ? 1 : 0 },
      reverse: { int: attributes['reverse'] === true ? 1 : 0 },
    })
  },
}

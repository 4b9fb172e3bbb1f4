// How do operations that work number by number become nodes?
import { elementTypes } from '../onnx/model.ts'
import { addOne, expand, madeBy, sameShape, uniform, uniformValue } from '../graph/graph.ts'
import type { Graph, NumberType, Value } from '../graph/graph.ts'
import { broadcastShape, given, numberType } from './rule.ts'
import type { Rule, Rules } from './rule.ts'

type Fold = (a: number, b: number) => number

const round = (value: number, type: NumberType) =>
  type === 'float32' ? Math.fround(value) : type === 'int32' ? Math.trunc(value) : Number(value !== 0)

/** An operand beside one that has the result's shape already: broadcasting spreads it out for nothing. */
function narrow(graph: Graph, value: Value, other: Value, shape: readonly number[]): Value {
  if (!sameShape(other.shape, shape)) return value
  const same = uniformValue(value)
  if (same !== undefined) return uniform(graph, same, [], numberType(value))
  return madeBy(value, 'Expand')?.inputs[0] ?? value
}

/** True: the operation leaves its other operand as it is. */
function isNeutral(op: string, value: Value, side: 'left' | 'right'): boolean {
  const same = uniformValue(value)
  if (op === 'Mul') return same === 1
  if (op === 'Add') return same === 0
  return side === 'right' && ((op === 'Div' && same === 1) || (op === 'Sub' && same === 0))
}

/** An operator on two values that broadcast against each other, folded where their numbers are known. */
export function binary(
  graph: Graph,
  op: string,
  a: Value,
  b: Value,
  fold: Fold,
  type: NumberType = numberType(a),
): Value {
  const shape = broadcastShape(a.shape, b.shape)
  const left = uniformValue(a)
  const right = uniformValue(b)
  if (left !== undefined && right !== undefined)
    return uniform(graph, round(fold(left, right), type), shape, type)
  if (isNeutral(op, b, 'right')) return expand(graph, a, shape)
  if (isNeutral(op, a, 'left')) return expand(graph, b, shape)
  // The operation on the few numbers before they are spread out, not on the many after it.
  const spreadA = madeBy(a, 'Expand')?.inputs[0]
  if (spreadA !== undefined && right !== undefined && sameShape(a.shape, shape))
    return expand(
      graph,
      binary(graph, op, spreadA, uniform(graph, right, [], numberType(b)), fold, type),
      shape,
    )
  const spreadB = madeBy(b, 'Expand')?.inputs[0]
  if (spreadB !== undefined && left !== undefined && sameShape(b.shape, shape))
    return expand(
      graph,
      binary(graph, op, uniform(graph, left, [], numberType(a)), spreadB, fold, type),
      shape,
    )
  return addOne(graph, op, [narrow(graph, a, b, shape), narrow(graph, b, a, shape)], shape, type)
}

export const add = (graph: Graph, a: Value, b: Value): Value => binary(graph, 'Add', a, b, (x, y) => x + y)
export const multiply = (graph: Graph, a: Value, b: Value): Value =>
  binary(graph, 'Mul', a, b, (x, y) => x * y)
export const subtract = (graph: Graph, a: Value, b: Value): Value =>
  binary(graph, 'Sub', a, b, (x, y) => x - y)

const twoOperands = (op: string, fold: Fold, type?: NumberType): Rule => {
  return (graph, inputs) => binary(graph, op, given(inputs, 'a'), given(inputs, 'b'), fold, type)
}

/** An operator on one value, folded where its numbers are known. */
export function unary(graph: Graph, op: string, x: Value, fold?: (value: number) => number): Value {
  const same = uniformValue(x)
  const type = numberType(x)
  if (same !== undefined && fold !== undefined) return uniform(graph, round(fold(same), type), x.shape, type)
  return addOne(graph, op, [x], x.shape, type)
}

const oneOperand = (op: string, fold?: (value: number) => number): Rule => {
  return (graph, inputs) => unary(graph, op, given(inputs, 'x'), fold)
}

/** A value in another type. */
export function cast(graph: Graph, x: Value, type: NumberType): Value {
  if (x.type === type) return x
  const same = uniformValue(x)
  if (same !== undefined) return uniform(graph, round(same, type), x.shape, type)
  return addOne(graph, 'Cast', [x], x.shape, type, { to: { int: elementTypes[type] } })
}

/** A choice between two values number by number, each broadcast to the result's shape. */
export function select(graph: Graph, condition: Value, yes: Value, no: Value): Value {
  const shape = broadcastShape(condition.shape, broadcastShape(yes.shape, no.shape))
  const slim = (value: Value) => {
    const same = uniformValue(value)
    return same !== undefined && sameShape(condition.shape, shape)
      ? uniform(graph, same, [], numberType(value))
      : value
  }
  return addOne(graph, 'Where', [condition, slim(yes), slim(no)], shape, yes.type)
}

/** Kernels that work number by number. */
export const elementwiseRules: Rules = {
  Abs: oneOperand('Abs', Math.abs),
  Ceil: oneOperand('Ceil', Math.ceil),
  Cos: oneOperand('Cos', Math.cos),
  Erf: oneOperand('Erf'),
  Exp: oneOperand('Exp', Math.exp),
  Floor: oneOperand('Floor', Math.floor),
  Log: oneOperand('Log', Math.log),
  LogicalNot: oneOperand('Not', (value) => Number(value === 0)),
  Neg: oneOperand('Neg', (value) => -value),
  Reciprocal: oneOperand('Reciprocal', (value) => 1 / value),
  Relu: oneOperand('Relu', (value) => Math.max(0, value)),
  Round: oneOperand('Round'),
  Sigmoid: oneOperand('Sigmoid'),
  Sign: oneOperand('Sign', Math.sign),
  Sin: oneOperand('Sin', Math.sin),
  Softplus: oneOperand('Softplus'),
  Sqrt: oneOperand('Sqrt', Math.sqrt),
  Tanh: oneOperand('Tanh', Math.tanh),
  Rsqrt: (graph, inputs) => {
    const root = unary(graph, 'Sqrt', given(inputs, 'x'), Math.sqrt)
    return unary(graph, 'Reciprocal', root, (value) => 1 / value)
  },
  Square: (graph, inputs) => multiply(graph, given(inputs, 'x'), given(inputs, 'x')),
  Identity: (_graph, inputs) => given(inputs, 'x'),
  Cast: (graph, inputs, attributes) => cast(graph, given(inputs, 'x'), attributes['dtype'] as NumberType),
  LeakyRelu: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    return addOne(graph, 'LeakyRelu', [x], x.shape, x.type, {
      alpha: { float: attributes['alpha'] as number },
    })
  },
  ClipByValue: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const limit = (name: string) => uniform(graph, attributes[name] as number, [], numberType(x))
    return addOne(graph, 'Clip', [x, limit('clipValueMin'), limit('clipValueMax')], x.shape, x.type)
  },
  Step: (graph, inputs, attributes) => {
    const x = given(inputs, 'x')
    const positive = binary(graph, 'Greater', x, uniform(graph, 0), (a, b) => Number(a > b), 'bool')
    const alpha = (attributes['alpha'] ?? 0) as number
    if (alpha === 0) return cast(graph, positive, 'float32')
    return select(graph, positive, uniform(graph, 1), uniform(graph, alpha))
  },

  Add: twoOperands('Add', (a, b) => a + b),
  Sub: twoOperands('Sub', (a, b) => a - b),
  Multiply: twoOperands('Mul', (a, b) => a * b),
  RealDiv: twoOperands('Div', (a, b) => a / b),
  Pow: twoOperands('Pow', (a, b) => a ** b),
  Maximum: twoOperands('Max', Math.max),
  Minimum: twoOperands('Min', Math.min),
  Equal: twoOperands('Equal', (a, b) => Number(a === b), 'bool'),
  Greater: twoOperands('Greater', (a, b) => Number(a > b), 'bool'),
  GreaterEqual: twoOperands('GreaterOrEqual', (a, b) => Number(a >= b), 'bool'),
  Less: twoOperands('Less', (a, b) => Number(a < b), 'bool'),
  LessEqual: twoOperands('LessOrEqual', (a, b) => Number(a <= b), 'bool'),
  LogicalAnd: twoOperands('And', (a, b) => a * b, 'bool'),
  LogicalOr: twoOperands('Or', (a, b) => Math.max(a, b), 'bool'),
  NotEqual: (graph, inputs) => {
    const equal = binary(
      graph,
      'Equal',
      given(inputs, 'a'),
      given(inputs, 'b'),
      (a, b) => Number(a === b),
      'bool',
    )
    return unary(graph, 'Not', equal, (value) => Number(value === 0))
  },
  SquaredDifference: (graph, inputs) => {
    const difference = subtract(graph, given(inputs, 'a'), given(inputs, 'b'))
    return multiply(graph, difference, difference)
  },
  AddN: (graph, inputs) => Object.values(inputs).reduce((sum, value) => add(graph, sum, value)),
  Select: (graph, inputs) =>
    select(graph, given(inputs, 'condition'), given(inputs, 't'), given(inputs, 'e')),
}

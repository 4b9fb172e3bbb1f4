// What are the gradients of operations that work number by number?
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gradient, unbroadcast } from './define.ts'

/** dy · slope(x), for a function of one tensor. */
function unary(kernel: string, slope: (x: Tensor) => Tensor): void {
  gradient(kernel, ['x'], (dy, { inputs: { x } }) => ({ x: () => tf.mul(dy, slope(x as Tensor)) }))
}

/** dy · slope(y), for a function whose slope is cheaper from its result. */
function unaryFromResult(kernel: string, slope: (y: Tensor) => Tensor): void {
  gradient(kernel, ['output'], (dy, { output }) => ({ x: () => tf.mul(dy, slope(output)) }))
}

/** Operations whose slope is zero wherever it exists. */
function flat(kernel: string, names: readonly string[]): void {
  gradient(kernel, names, (_dy, { inputs }) =>
    Object.fromEntries(names.map((name) => [name, () => tf.zeros((inputs[name] as Tensor).shape)])),
  )
}

/** A function of two tensors that broadcast against each other. */
function binary(
  kernel: string,
  slopes: (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => { a: () => Tensor; b: () => Tensor },
): void {
  gradient(kernel, ['a', 'b', 'output'], (dy, { inputs, output }) => {
    const a = inputs['a'] as Tensor
    const b = inputs['b'] as Tensor
    const both = slopes(dy, a, b, output)
    return { a: () => unbroadcast(both.a(), a.shape), b: () => unbroadcast(both.b(), b.shape) }
  })
}

const asFloat = (condition: Tensor) => tf.cast(condition, 'float32')

/** Registers the gradients of the elementwise kernels. */
export function registerElementwise(): void {
  unary('Abs', (x) => tf.sign(x))
  unary('Cos', (x) => tf.neg(tf.sin(x)))
  unary('Erf', (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)))
  unary('Log', (x) => tf.reciprocal(x))
  unary('Relu', (x) => tf.step(x))
  unary('Sin', (x) => tf.cos(x))
  unary('Softplus', (x) => tf.sigmoid(x))
  unary('Square', (x) => tf.mul(x, 2))
  unaryFromResult('Exp', (y) => y)
  unaryFromResult('Reciprocal', (y) => tf.neg(tf.square(y)))
  unaryFromResult('Rsqrt', (y) => tf.mul(tf.mul(y, tf.square(y)), -0.5))
  unaryFromResult('Sigmoid', (y) => tf.mul(y, tf.sub(1, y)))
  unaryFromResult('Sqrt', (y) => tf.div(0.5, y))
  unaryFromResult('Tanh', (y) => tf.sub(1, tf.square(y)))
  for (const kernel of ['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'ZerosLike', 'OnesLike', 'LogicalNot'])
    flat(kernel, ['x'])
  for (const kernel of ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'])
    flat(kernel, ['a', 'b'])
  for (const kernel of ['LogicalAnd', 'LogicalOr']) flat(kernel, ['a', 'b'])

  gradient('Neg', [], (dy) => ({ x: () => tf.neg(dy) }))
  gradient('Identity', [], (dy) => ({ x: () => tf.cast(dy, 'float32') }))
  gradient('Cast', [], (dy) => ({ x: () => dy.clone() }))
  gradient<{ alpha: number }>('LeakyRelu', ['x'], (dy, { inputs: { x }, attributes: { alpha } }) => ({
    x: () => tf.where(tf.greater(x as Tensor, 0), dy, tf.mul(dy, alpha)),
  }))
  gradient<{ clipValueMin: number; clipValueMax: number }>(
    'ClipByValue',
    ['x'],
    (dy, { inputs, attributes }) => {
      const x = inputs['x'] as Tensor
      const above = () => tf.greaterEqual(x, attributes.clipValueMin)
      const below = () => tf.lessEqual(x, attributes.clipValueMax)
      return { x: () => tf.mul(dy, asFloat(tf.logicalAnd(above(), below()))) }
    },
  )

  binary('Add', (dy) => ({ a: () => dy, b: () => dy }))
  binary('Sub', (dy) => ({ a: () => dy, b: () => tf.neg(dy) }))
  binary('Multiply', (dy, a, b) => ({ a: () => tf.mul(dy, b), b: () => tf.mul(dy, a) }))
  binary('RealDiv', (dy, _a, b, y) => ({
    a: () => tf.div(dy, b),
    b: () => tf.neg(tf.div(tf.mul(dy, y), b)),
  }))
  binary('Maximum', (dy, a, b) => ({
    a: () => tf.mul(dy, asFloat(tf.greaterEqual(a, b))),
    b: () => tf.mul(dy, asFloat(tf.less(a, b))),
  }))
  binary('Minimum', (dy, a, b) => ({
    a: () => tf.mul(dy, asFloat(tf.lessEqual(a, b))),
    b: () => tf.mul(dy, asFloat(tf.greater(a, b))),
  }))
  binary('SquaredDifference', (dy, a, b) => ({
    a: () => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    b: () => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  }))
  binary('Pow', (dy, a, b, y) => ({
    a: () => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    b: () => tf.mul(dy, tf.mul(y, tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  }))
  gradient('Select', ['condition'], (dy, { inputs }) => {
    const condition = inputs['condition'] as Tensor
    return {
      condition: () => tf.zeros(condition.shape),
      t: () => tf.mul(dy, asFloat(condition)),
      e: () => tf.mul(dy, asFloat(tf.logicalNot(condition))),
    }
  })
  tf.registerGradient({
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) =>
      Object.fromEntries(saved.map((_, index) => [index, () => (dy as Tensor).clone()])),
  })
}

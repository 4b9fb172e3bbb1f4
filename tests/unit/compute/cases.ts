// Which computation shows that a kernel's rule is right? One entry per kernel, some with several shapes.
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gelu, geluTanh, layerNorm, linear, scaledMatMul } from '../../../src-main/compute/ops.ts'

export interface Case {
  /** Inputs' shapes; numbers are a fixed wave. */
  shapes: number[][]
  fn: (...tensors: Tensor[]) => Tensor | Tensor[]
  /** Numbers of the inputs; a wave between −1 and 1 where it is not given. */
  numbers?: (index: number) => number
  /** Integer inputs, by position. */
  indices?: Record<number, number[]>
  /** False: nothing here has a gradient. */
  differentiable?: false
  /** True: TensorFlow.js's own gradient is wrong or missing here. */
  noReference?: true
}

const positive = (index: number) => 1.1 + Math.sin(index * 0.7)
/** On a grid, the second tensor's numbers beside it: no two are nearly equal. */
const apart = (index: number) => Math.round(5 * Math.sin(index * 1.3)) / 5 + (index % 1) / 5
const onGrid = (index: number) => Math.round(3 * Math.sin(index * 1.3))
const [a, b, small] = [[2, 3, 4], [3, 1], [5]]

const one = (fn: (x: Tensor) => Tensor, numbers?: (index: number) => number): Case[] => [
  { shapes: [a], fn: (x) => fn(x as Tensor), ...(numbers ? { numbers } : {}) },
]
const two = (fn: (x: Tensor, y: Tensor) => Tensor, numbers?: (index: number) => number): Case[] => [
  { shapes: [a, a], fn: (x, y) => fn(x as Tensor, y as Tensor), ...(numbers ? { numbers } : {}) },
  { shapes: [a, b], fn: (x, y) => fn(x as Tensor, y as Tensor), ...(numbers ? { numbers } : {}) },
  { shapes: [b, a], fn: (x, y) => fn(x as Tensor, y as Tensor), ...(numbers ? { numbers } : {}) },
  { shapes: [a], fn: (x) => fn(x as Tensor, tf.scalar(0.5)), ...(numbers ? { numbers } : {}) },
]
const asNumber = (fn: (x: Tensor, y: Tensor) => Tensor) => (x: Tensor, y: Tensor) =>
  tf.mul(tf.cast(fn(x, y), 'float32'), x)

/** TensorFlow.js's own gradient does not sum over the axes that were broadcast. */
const unreferenced = (one: Case): Case => ({ ...one, noReference: true })

/** Every kernel's cases, by TensorFlow.js's name for the kernel. */
export const cases: Record<string, Case[]> = {
  Abs: one(tf.abs, (index) => Math.sin(index + 0.5)),
  Ceil: one(tf.ceil),
  Cos: one(tf.cos),
  Erf: one(tf.erf),
  Exp: one(tf.exp),
  Floor: one(tf.floor),
  Log: one(tf.log, positive),
  LogicalNot: one((x) => tf.mul(tf.cast(tf.logicalNot(tf.greater(x, 0)), 'float32'), x)),
  Neg: one(tf.neg),
  Reciprocal: one(tf.reciprocal, positive),
  Relu: one(tf.relu),
  Round: one(tf.round, (index) => 0.37 * index - 4),
  Sigmoid: one(tf.sigmoid),
  Sign: one(tf.sign),
  Sin: one(tf.sin),
  Softplus: one(tf.softplus),
  Sqrt: one(tf.sqrt, positive),
  Tanh: one(tf.tanh),
  Rsqrt: one(tf.rsqrt, positive),
  Square: one(tf.square),
  Identity: one((x) => tf.mul(tf.clone(x), 2)),
  Cast: [
    ...one((x) => tf.mul(tf.cast(tf.cast(x, 'bool'), 'float32'), x), onGrid),
    ...one(
      (x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), x),
      (index) => 2.7 * Math.sin(index),
    ),
  ],
  LeakyRelu: one((x) => tf.leakyRelu(x, 0.1)),
  ClipByValue: one((x) => tf.clipByValue(x, -0.5, 0.25)),
  Step: [...one((x) => tf.mul(tf.step(x), x)), ...one((x) => tf.mul(tf.step(x, 0.3), x))],

  Add: two(tf.add),
  Sub: [...two(tf.sub), { shapes: [a], fn: (x) => tf.sub(1, x as Tensor) }],
  Multiply: [...two(tf.mul), ...one((x) => tf.mul(tf.broadcastTo(tf.sum(x, 0, true), x.shape), 3))],
  RealDiv: [...two(tf.div, positive), { shapes: [a], fn: (x) => tf.div(2, x as Tensor), numbers: positive }],
  Pow: two(tf.pow, positive),
  Maximum: two(tf.maximum, apart).map(unreferenced),
  Minimum: two(tf.minimum, apart).map(unreferenced),
  Equal: two(asNumber(tf.equal), onGrid),
  Greater: two(asNumber(tf.greater), onGrid),
  GreaterEqual: two(asNumber(tf.greaterEqual), onGrid),
  Less: two(asNumber(tf.less), onGrid),
  LessEqual: two(asNumber(tf.lessEqual), onGrid),
  LogicalAnd: two(
    asNumber((x, y) => tf.logicalAnd(tf.greater(x, 0), tf.less(y, 1))),
    onGrid,
  ),
  LogicalOr: two(
    asNumber((x, y) => tf.logicalOr(tf.greater(x, 0), tf.less(y, 1))),
    onGrid,
  ),
  NotEqual: two(asNumber(tf.notEqual), onGrid),
  SquaredDifference: two(tf.squaredDifference).map(unreferenced),
  AddN: [{ shapes: [a, a, a], fn: (...tensors) => tf.addN(tensors) }],
  Select: [
    {
      shapes: [a, a],
      fn: (x, y) => tf.where(tf.greater(x as Tensor, 0), tf.mul(x as Tensor, 2), y as Tensor),
    },
    { shapes: [a], fn: (x) => tf.where(tf.greater(x as Tensor, 0), x as Tensor, tf.zerosLike(x as Tensor)) },
  ],

  Reshape: one((x) => tf.reshape(tf.reshape(tf.square(x), [-1, 2]), [4, 6])),
  ExpandDims: one((x) => tf.mul(tf.expandDims(x, -1), 2)),
  Transpose: [
    ...one((x) => tf.transpose(x, [2, 0, 1])),
    ...one((x) => tf.transpose(tf.transpose(x, [2, 0, 1]), [0, 2, 1])),
  ],
  Slice: [
    ...one((x) => tf.slice(x, [0, 1, 1], [-1, 1, 2])),
    ...one((x) => tf.slice(x, [1])),
    ...one((x) => tf.mul(tf.slice(x, [0, 0, 0], [2, 3, 4]), 2)),
  ],
  SplitV: [
    ...[tf.split].map((split): Case => ({ shapes: [a], fn: (x) => split(x as Tensor, [1, 3], -1) })),
    { shapes: [[6, 2]], fn: (x) => tf.split(x as Tensor, 3, 0) },
    { shapes: [[6, 2]], fn: (x) => tf.split(x as Tensor, [1, -1, 2], 0), noReference: true },
  ],
  Concat: [
    { shapes: [a, a], fn: (x, y) => tf.concat([x as Tensor, y as Tensor], -1) },
    {
      shapes: [
        [2, 3],
        [4, 3],
      ],
      fn: (x, y) => tf.concat([x as Tensor, y as Tensor], 0),
    },
  ],
  Pack: [{ shapes: [a, a], fn: (x, y) => tf.stack([x as Tensor, y as Tensor], 1) }],
  Unpack: [{ shapes: [a], fn: (x) => tf.unstack(x as Tensor, 1) }],
  Tile: [
    { shapes: [[2, 3]], fn: (x) => tf.tile(x as Tensor, [2, 3]) },
    { shapes: [[2, 1, 3]], fn: (x) => tf.broadcastTo(x as Tensor, [2, 4, 3]) },
    { shapes: [[2, 1, 3, 1, 2]], fn: (x) => tf.tile(x as Tensor, [1, 2, 2, 3, 1]), noReference: true },
  ],
  PadV2: [
    {
      shapes: [[2, 3]],
      fn: (x) =>
        tf.pad(
          x as Tensor,
          [
            [1, 0],
            [0, 2],
          ],
          0.5,
        ),
    },
    {
      shapes: [[2, 3]],
      fn: (x) =>
        tf.pad(tf.square(x as Tensor), [
          [0, 0],
          [0, 0],
        ]),
    },
  ],
  Reverse: [
    { shapes: [[3, 4]], fn: (x) => tf.reverse(x as Tensor, [1]) },
    { shapes: [[3, 4]], fn: (x) => tf.reverse(x as Tensor, [0, 1]) },
  ],
  Fill: [{ shapes: [a], fn: (x) => tf.add(x as Tensor, tf.fill(a, 0.25)) }],
  ZerosLike: one((x) => tf.add(tf.zerosLike(x), x)),
  OnesLike: one((x) => tf.sub(tf.onesLike(x), x)),
  Range: [{ shapes: [small], fn: (x) => tf.mul(x as Tensor, tf.range(0, 5, 1, 'float32')) }],

  Sum: [
    ...one((x) => tf.sum(x)),
    ...one((x) => tf.sum(x, [0, 2])),
    ...one((x) => tf.sum(x, -1, true)),
    { shapes: [a], fn: (x) => tf.sum(tf.greater(x as Tensor, 0), 1), differentiable: false },
  ],
  Mean: [...one((x) => tf.mean(x)), ...one((x) => tf.mean(x, [1])), ...one((x) => tf.mean(x, [0, 1], true))],
  Max: [...one((x) => tf.max(x, -1)), ...one((x) => tf.max(x)), ...one((x) => tf.max(x, [0, 1], true))],
  Min: [...one((x) => tf.min(x, -1)), ...one((x) => tf.min(x, 0, true))],
  Prod: [{ shapes: [a], fn: (x) => tf.prod(x as Tensor, 1), differentiable: false }],
  All: [{ shapes: [a], fn: (x) => tf.all(tf.greater(x as Tensor, -0.5), 1), differentiable: false }],
  Any: [{ shapes: [a], fn: (x) => tf.any(tf.greater(x as Tensor, 0.9), 1), differentiable: false }],
  ArgMax: [{ shapes: [a], fn: (x) => tf.argMax(x as Tensor, 1), differentiable: false }],
  ArgMin: [{ shapes: [a], fn: (x) => tf.argMin(x as Tensor, -1), differentiable: false }],
  Softmax: [...one((x) => tf.softmax(x)), ...one((x) => tf.mul(tf.softmax(x), tf.logSoftmax(tf.mul(x, 3))))],
  Cumsum: [...one((x) => tf.cumsum(x, 1)).map(unreferenced), ...one((x) => tf.cumsum(x, 2, true, true))],

  BatchMatMul: [
    {
      shapes: [
        [3, 4],
        [4, 2],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor),
    },
    {
      shapes: [
        [4, 3],
        [2, 4],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor, true, true),
    },
    {
      shapes: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor),
    },
    {
      shapes: [
        [2, 4, 3],
        [2, 4, 5],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor, true, false),
    },
    {
      shapes: [
        [2, 3, 4],
        [2, 5, 4],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor, false, true),
    },
    {
      shapes: [
        [2, 3, 4],
        [4, 5],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor),
      noReference: true,
    },
    {
      shapes: [
        [2, 2, 3, 4],
        [1, 2, 4, 5],
      ],
      fn: (x, y) => tf.matMul(x as Tensor, y as Tensor),
      noReference: true,
    },
  ],

  GatherV2: [
    {
      shapes: [[4, 3], [5]],
      indices: { 1: [3, 0, 0, 2, 1] },
      fn: (x, i) => tf.gather(x as Tensor, i as Tensor, 0),
    },
    {
      shapes: [[2, 4, 3], [2]],
      indices: { 1: [3, 1] },
      fn: (x, i) => tf.gather(x as Tensor, i as Tensor, 1),
    },
    {
      shapes: [
        [2, 4, 3],
        [2, 3],
      ],
      indices: { 1: [3, 1, 1, 0, 2, 0] },
      fn: (x, i) => tf.gather(x as Tensor, i as Tensor, 1, 1),
      noReference: true,
    },
  ],
  UnsortedSegmentSum: [
    {
      shapes: [[5, 3], [5]],
      indices: { 1: [2, 0, 2, 2, 1] },
      fn: (x, i) => tf.unsortedSegmentSum(x as Tensor, i as tf.Tensor1D, 4),
    },
  ],
  OneHot: [
    {
      shapes: [[4], [4, 6]],
      indices: { 0: [5, 0, 2, 2] },
      fn: (i, x) => tf.mul(tf.oneHot(i as Tensor, 6, 1, 0, 'float32'), x as Tensor),
    },
  ],

  Linear: [
    {
      shapes: [[3, 4], [2, 4], [2]],
      fn: (x, w, c) => linear(x as Tensor, w as Tensor, c as Tensor),
      noReference: true,
    },
    {
      shapes: [
        [3, 4],
        [2, 4],
      ],
      fn: (x, w) => linear(x as Tensor, w as Tensor, null),
      noReference: true,
    },
  ],
  LayerNorm: [
    {
      shapes: [[2, 3, 8], [8], [8]],
      fn: (x, w, c) => layerNorm(x as Tensor, w as Tensor, c as Tensor, 1e-6),
      noReference: true,
    },
  ],
  Gelu: [...one(gelu), ...one(geluTanh)].map((one) => ({ ...one, noReference: true })),
  ScaledMatMul: [
    {
      shapes: [
        [2, 3, 4],
        [2, 5, 4],
      ],
      fn: (x, y) => scaledMatMul(x as Tensor, y as Tensor, { transposeB: true, scale: 0.3 }),
      noReference: true,
    },
    {
      shapes: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      fn: (x, y) => scaledMatMul(x as Tensor, y as Tensor, { scale: 0.3 }),
      noReference: true,
    },
  ],
}

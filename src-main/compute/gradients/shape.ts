// What are the gradients of operations that move, copy, cut and gather numbers?
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { axesOf, gradient } from './define.ts'

/** Registers the gradients of the kernels that rearrange numbers. */
export function registerShape(): void {
  gradient('Reshape', ['x'], (dy, { inputs: { x } }) => ({
    x: () => tf.reshape(dy, (x as Tensor).shape),
  }))
  gradient('ExpandDims', ['input'], (dy, { inputs: { input } }) => ({
    input: () => tf.reshape(dy, (input as Tensor).shape),
  }))
  gradient<{ perm: number[] }>('Transpose', [], (dy, { attributes: { perm } }) => ({
    x: () =>
      tf.transpose(
        dy,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
  }))
  gradient<{ dims: number | number[] }>('Reverse', [], (dy, { attributes: { dims } }) => ({
    x: () => tf.reverse(dy, dims),
  }))
  gradient<{ begin: number | number[] }>('Slice', ['x'], (dy, { inputs, attributes }) => {
    const begin = [attributes.begin].flat()
    const shape = (inputs['x'] as Tensor).shape
    const paddings = shape.map((size, axis): [number, number] => {
      const before = begin[axis] ?? 0
      return [before, size - before - (dy.shape[axis] as number)]
    })
    return { x: () => tf.pad(dy, paddings) }
  })
  gradient<{ paddings: [number, number][] }>('PadV2', ['x'], (dy, { inputs, attributes }) => {
    const begin = attributes.paddings.map(([before]) => before)
    return { x: () => tf.slice(dy, begin, (inputs['x'] as Tensor).shape) }
  })
  gradient<{ reps: number[] }>('Tile', ['x'], (dy, { inputs, attributes: { reps } }) => {
    const { shape } = inputs['x'] as Tensor
    return { x: () => untile(dy, shape, reps) }
  })
  gradient('OneHot', ['indices'], (_dy, { inputs: { indices } }) => ({
    indices: () => tf.zeros((indices as Tensor).shape),
  }))
  gradient('UnsortedSegmentSum', ['segmentIds'], (dy, { inputs: { segmentIds } }) => ({
    x: () => tf.gather(dy, segmentIds as Tensor),
    segmentIds: () => tf.zeros((segmentIds as Tensor).shape),
  }))
  gradient<{ axis: number; batchDims: number }>(
    'GatherV2',
    ['x', 'indices'],
    (dy, { inputs, attributes }) => {
      const x = inputs['x'] as Tensor
      const indices = inputs['indices'] as Tensor
      return {
        x: () => scatterBack(dy, x.shape, indices, attributes),
        indices: () => tf.zeros(indices.shape),
      }
    },
  )
  joined('Concat', (dy, inputs, axis) =>
    tf.split(
      dy,
      inputs.map((input) => input.shape[axis] as number),
      axis,
    ),
  )
  joined('Pack', (dy, _inputs, axis) => tf.unstack(dy, axis))
  parted('SplitV', 'x', (dys, axis) => tf.concat(dys, axis))
  parted('Unpack', 'value', (dys, axis) => tf.stack(dys, axis))
}

/** Sums the copies that Tile made: every axis is split into (copies, size), and the copies are summed. */
function untile(dy: Tensor, shape: readonly number[], reps: readonly number[]): Tensor {
  const copied = shape.flatMap((_, axis) => ((reps[axis] ?? 1) > 1 ? [axis] : []))
  if (copied.every((axis) => shape[axis] === 1)) return copied.length === 0 ? dy : tf.sum(dy, copied, true)
  const split = shape.flatMap((size, axis) => [reps[axis] ?? 1, size])
  const summed = tf.sum(
    tf.reshape(dy, split),
    shape.map((_, axis) => 2 * axis),
  )
  return tf.reshape(summed, [...shape])
}

/** Adds each gathered slice's gradient to the slice it came from. */
function scatterBack(
  dy: Tensor,
  shape: readonly number[],
  indices: Tensor,
  attributes: { axis: number; batchDims: number },
): Tensor {
  const axis = axesOf(attributes.axis, shape.length)[0] as number
  const places = shape[axis] as number
  const inner = shape.slice(axis + 1)
  const ids = tf.cast(indices, 'int32')
  if (attributes.batchDims > 0) {
    // Slices are numbered through all batches, so that one sum serves them all.
    const batches = tf.util.sizeFromShape([...shape.slice(0, axis)])
    const first = tf.mul(tf.range(0, batches, 1, 'int32'), tf.scalar(places, 'int32'))
    const flat = tf.add(tf.reshape(ids, [batches, -1]), tf.reshape(first, [batches, 1]))
    return tf.reshape(sumBySegment(tf.reshape(dy, [flat.size, ...inner]), flat, batches * places), [...shape])
  }
  const rows = tf.reshape(dy, [...shape.slice(0, axis), indices.size, ...inner])
  if (axis === 0) return sumBySegment(rows, ids, places)
  const toFront = [axis, ...shape.map((_, index) => index).filter((index) => index !== axis)]
  const back = toFront.map((_, index) => toFront.indexOf(index))
  return tf.transpose(sumBySegment(tf.transpose(rows, toFront), ids, places), back)
}

const sumBySegment = (rows: Tensor, ids: Tensor, segments: number) =>
  tf.unsortedSegmentSum(rows, tf.reshape(ids, [ids.size]) as tf.Tensor1D, segments)

/** A kernel of many inputs and one output along an axis. */
function joined(kernelName: string, split: (dy: Tensor, inputs: Tensor[], axis: number) => Tensor[]): void {
  tf.registerGradient({
    kernelName,
    saveAllInputs: true,
    gradFunc: (dy, saved, attributes) => {
      const rank = (dy as Tensor).rank
      const axis = axesOf(attributes['axis'] as number, rank)[0] as number
      const parts = split(dy as Tensor, saved, axis)
      return Object.fromEntries(parts.map((part, index) => [index, () => part]))
    },
  })
}

/** A kernel of one input and many outputs along an axis. */
function parted(kernelName: string, input: string, join: (dys: Tensor[], axis: number) => Tensor): void {
  tf.registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attributes) => ({
      [input]: () => join(dys as Tensor[], attributes['axis'] as number),
    }),
  })
}

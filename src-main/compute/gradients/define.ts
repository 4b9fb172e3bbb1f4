// How is a gradient written down? One small helper, and the sum that undoes broadcasting.
import * as tf from '@tensorflow/tfjs-core'
import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core'

/** What a kernel keeps of its forward pass: inputs by name, its first output, and its attributes. */
export interface Saved<Attributes> {
  readonly inputs: Record<string, Tensor>
  readonly output: Tensor
  readonly attributes: Attributes
}

/** Gradients of a kernel's inputs, by name; each is only computed where it is asked for. */
type Gradients<Attributes> = (dy: Tensor, saved: Saved<Attributes>) => Record<string, () => Tensor>

/**
 * Registers the gradient of a TensorFlow.js kernel with one output.
 * `keep` names what the gradient needs: inputs by name, `output` for the result.
 */
export function gradient<Attributes = Record<string, never>>(
  kernelName: string,
  keep: readonly string[],
  gradients: Gradients<Attributes>,
): void {
  const inputsToSave = keep.filter((name) => name !== 'output')
  const keepsOutput = keep.includes('output')
  tf.registerGradient({
    kernelName,
    inputsToSave,
    outputsToSave: [keepsOutput],
    gradFunc: (dy, saved, attributes: NamedAttrMap) =>
      gradients(dy as Tensor, {
        inputs: Object.fromEntries(inputsToSave.map((name, index) => [name, saved[index] as Tensor])),
        output: saved[inputsToSave.length] as Tensor,
        attributes: attributes as unknown as Attributes,
      }),
  })
}

/** Sums a gradient over the axes along which an operand of this shape was broadcast. */
export function unbroadcast(dy: Tensor, shape: readonly number[]): Tensor {
  const added = dy.rank - shape.length
  const axes = dy.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  )
  const summed = axes.length === 0 ? dy : tf.sum(dy, axes)
  return tf.reshape(summed, [...shape])
}

/** Axes as TensorFlow.js's reductions name them (one, several, none for all), as positive numbers. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, index) => index)
  return [axis].flat().map((one) => (one < 0 ? one + rank : one))
}

/** A reduction's result, or its gradient, with the reduced axes back as axes of size 1. */
export function keepingAxes(reduced: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  return tf.reshape(
    reduced,
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  )
}

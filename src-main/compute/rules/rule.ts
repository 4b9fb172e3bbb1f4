// What is a kernel's rule? How one TensorFlow.js kernel becomes nodes of the graph.
import type { NamedAttrMap } from '@tensorflow/tfjs-core'
import type { Graph, NumberType, Value } from '../graph/graph.ts'

/** A kernel's tensors by name; kernels of many tensors number them from 0. */
export type RuleInputs = Readonly<Record<string, Value>>

/** Appends a kernel's computation to the graph; its result, or its results. */
export type Rule = (graph: Graph, inputs: RuleInputs, attributes: NamedAttrMap) => Value | Value[]
export type Rules = Readonly<Record<string, Rule>>

/** A kernel's input; kernels always get theirs, so a missing one is a bug. */
export function given(inputs: RuleInputs, name: string): Value {
  const value = inputs[name]
  if (value === undefined) throw new Error(`the kernel got no input '${name}'`)
  return value
}

/** A type TensorFlow.js knows; the graph has others only between a rule's own nodes. */
export const numberType = (value: Value): NumberType => value.type as NumberType

/** A dtype attribute's type; float32 where there is none. */
export const typeNamed = (dtype: unknown): NumberType =>
  dtype === 'int32' || dtype === 'bool' ? dtype : 'float32'

/** An axis counted from the front. */
export const positiveAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** Axes as reductions name them (one, several, none for all), counted from the front, in order. */
export function axesOf(axis: unknown, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, index) => index)
  return [axis as number | number[]]
    .flat()
    .map((one) => positiveAxis(one, rank))
    .sort((a, b) => a - b)
}

/** The shape of two arrays broadcast against each other. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[a.length - rank + axis] ?? 1
    const right = b[b.length - rank + axis] ?? 1
    if (left !== right && left !== 1 && right !== 1)
      throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`)
    return left === 1 ? right : left
  })
}

// How does a network leave the lab as an ONNX file? Traced for any batch, in standard operators alone, weights inside
// or in one file beside it.
import { basename } from 'node:path'
import { version } from '../../../src-shared/domain/version.ts'
import { traceAnyBatch } from '../compile.ts'
import type { Graph } from '../graph/graph.ts'
import { standardOperators } from '../graph/lowerings.ts'
import { rebuild } from '../graph/rebuild.ts'
import type { Constants, InputSpecs, ModelFunction } from '../program.ts'
import { lowerGraph } from './lower.ts'
import type { OutsideWeight } from './lower.ts'
import { graphField, graphProto, initializerField, modelProto, tensorProto } from './model.ts'
import type { OnnxGraph, OnnxHead } from './model.ts'
import { message } from './protobuf.ts'
import { writeFiles } from './wholeFiles.ts'

export interface OnnxFileOptions {
  /** The first axis of inputs whose shape says so: any size, which is what it is where nothing is given, or this one. */
  batch?: 'dynamic' | number
  /** Outputs to write, by name; all where none are named. What only others need is left out. */
  outputs?: readonly string[]
  /** One sentence or more for people, shown by viewers. */
  description?: string
  /** Facts for programs, as text. */
  metadata?: Readonly<Record<string, string>>
  /** Bytes of the largest file with weights inside; protocol buffers end at 2 GiB. */
  mostInside?: number
}

/** Files written, the ONNX file first. */
export interface OnnxFiles {
  files: string[]
  /** Names of the weights in them, in the order in which they are first used. */
  weights: string[]
}

/** Data beside the file begins at multiples of this many bytes, so that every system can map it into memory. */
const alignment = 65_536

/**
 * Writes what `fn` computes as an ONNX file that any runtime of operator set 20 opens: standard operators only, inputs,
 * outputs and weights under their own names, float32. Weights lie inside while the file is no larger than `mostInside`,
 * else in `PATH.data` beside it. Files that are there are replaced. Throws Failure `disk`.
 */
export function writeOnnx(
  fn: ModelFunction,
  inputs: InputSpecs,
  constants: Constants,
  path: string,
  { batch = 'dynamic', outputs, description, metadata, mostInside = 2e9 }: OnnxFileOptions = {},
): OnnxFiles {
  const { graph, shapes } = traceAnyBatch(fn, batch === 'dynamic' ? inputs : sized(inputs, batch), constants)
  const wanted = outputs ?? [...graph.outputs.keys()]
  const standard = standardOperators(rebuild(graph, wanted))
  refuseForeign(standard)
  const { weights, ...onnx } = lowerGraph(standard, shapes)
  const head: OnnxHead = {
    version,
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
    foreign: false,
  }

  const inside = partsInside(head, onnx, weights)
  if (sizeOf(inside) <= mostInside) {
    writeFiles([{ path, parts: inside }])
    return { files: [path], weights: weightNames(standard) }
  }
  const beside = `${path}.data`
  writeFiles([
    { path: beside, parts: alignedParts(weights) },
    { path, parts: partsBeside(head, onnx, weights, basename(beside)) },
  ])
  return { files: [path, beside], weights: weightNames(standard) }
}

/** Small weights too, which are written among the graph's other constants. */
function weightNames({ nodes }: Graph): string[] {
  const sources = nodes.flatMap(({ inputs }) => inputs.map(({ source }) => source))
  return [...new Set(sources.flatMap((source) => (source.kind === 'weight' ? [source.name] : [])))]
}

const sized = (inputs: InputSpecs, batch: number): InputSpecs =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, spec]) => [
      name,
      { ...spec, shape: spec.shape.map((size) => (size === 'batch' ? batch : size)) },
    ]),
  )

function refuseForeign({ nodes }: Graph): void {
  const foreign = nodes.find(({ domain }) => domain !== '')
  if (foreign) throw new Error(`${foreign.op} of ${foreign.domain} has no form in standard operators yet`)
}

const bytesOf = ({ data }: OutsideWeight) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const sizeOf = (parts: readonly Uint8Array[]) => parts.reduce((sum, part) => sum + part.length, 0)

/** The file in pieces, one after the other: messages that are made, and the weights where they lie in memory. */
function partsInside(head: OnnxHead, onnx: OnnxGraph, weights: readonly OutsideWeight[]): Uint8Array[] {
  const tensors = weights.flatMap((weight) => {
    const { name, shape, data } = weight
    const content = { follows: data.byteLength }
    const tensor = tensorProto({ name, type: 'float32', shape, content }).finish()
    const opening = message().head(initializerField, tensor.length + data.byteLength)
    return [opening.finish(), tensor, bytesOf(weight)]
  })
  const graph = [graphProto(onnx).finish(), ...tensors]
  return [modelProto(head).head(graphField, sizeOf(graph)).finish(), ...graph]
}

/** The same file with its weights in the file `location`, as `alignedParts` writes it. */
function partsBeside(
  head: OnnxHead,
  onnx: OnnxGraph,
  weights: readonly OutsideWeight[],
  location: string,
): Uint8Array[] {
  let end = 0
  const tensors = weights.map(({ name, shape, data }) => {
    const offset = aligned(end)
    end = offset + data.byteLength
    return { name, type: 'float32' as const, shape, content: { location, offset, bytes: data.byteLength } }
  })
  const graph = { ...onnx, initializers: [...onnx.initializers, ...tensors] }
  return [modelProto(head).message(graphField, graphProto(graph)).finish()]
}

const aligned = (offset: number) => Math.ceil(offset / alignment) * alignment

/** The weights one after the other, each from the next multiple of `alignment` on. */
function alignedParts(weights: readonly OutsideWeight[]): Uint8Array[] {
  let end = 0
  return weights.flatMap((weight) => {
    const gap = new Uint8Array(aligned(end) - end)
    end += gap.length + weight.data.byteLength
    return [gap, bytesOf(weight)]
  })
}

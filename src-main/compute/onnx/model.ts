// How is a graph written as an ONNX file? The messages of onnx.proto3 (https://github.com/onnx/onnx, MIT).
import { message } from './protobuf.ts'
import type { Message } from './protobuf.ts'

/** TensorProto.DataType */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const
export type ElementType = keyof typeof elementTypes

export type Attribute = { int: number } | { float: number } | { ints: readonly number[] } | { text: string }

export interface OnnxNode {
  op: string
  /** Empty for the standard operators, `com.microsoft` for ONNX Runtime's own. */
  domain: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
}

export interface OnnxValue {
  name: string
  type: ElementType
  /** A name stands for a size that is only known when the graph runs. */
  shape: readonly (number | string)[]
}

/**
 * A constant: its bytes inside the file (`data`), in a file beside it of which `location` is the name, or inside but
 * put there by whoever writes the file (`follows`, how many).
 */
export interface OnnxInitializer {
  name: string
  type: ElementType
  shape: readonly number[]
  content:
    { data: ArrayBufferView } | { location: string; offset: number; bytes: number } | { follows: number }
}

export interface OnnxGraph {
  nodes: readonly OnnxNode[]
  initializers: readonly OnnxInitializer[]
  inputs: readonly OnnxValue[]
  outputs: readonly OnnxValue[]
}

/** Operator set of the standard domain: the first with Gelu. */
const operatorSet = 20
/** IR version 9, the one that goes with that operator set. */
const irVersion = 9

/** What a file says of itself. */
export interface OnnxHead {
  version?: string
  /** For people. */
  description?: string
  metadata?: Readonly<Record<string, string>>
  /** Beside the standard operators, ONNX Runtime's own. */
  foreign: boolean
}

/** A ModelProto's bytes. */
export function modelBytes(graph: OnnxGraph): Uint8Array {
  return modelProto({ foreign: true }).message(graphField, graphProto(graph)).finish()
}

/** Fields of ModelProto and GraphProto that are written elsewhere than here. */
export const graphField = 7
export const initializerField = 5

/** A ModelProto without its graph. */
export function modelProto({ version, description, metadata = {}, foreign }: OnnxHead): Message {
  const proto = message().int(1, irVersion).text(2, 'emergence')
  if (version !== undefined) proto.text(3, version)
  if (description !== undefined) proto.text(6, description)
  proto.message(8, message().text(1, '').int(2, operatorSet))
  if (foreign) proto.message(8, message().text(1, 'com.microsoft').int(2, 1))
  for (const [key, value] of Object.entries(metadata)) proto.message(14, entryProto(key, value))
  return proto
}

/** A GraphProto. */
export function graphProto(graph: OnnxGraph): Message {
  const proto = message()
  for (const node of graph.nodes) proto.message(1, nodeProto(node))
  proto.text(2, 'emergence')
  for (const initializer of graph.initializers) proto.message(initializerField, tensorProto(initializer))
  for (const input of graph.inputs) proto.message(11, valueInfoProto(input))
  for (const output of graph.outputs) proto.message(12, valueInfoProto(output))
  return proto
}

/** A StringStringEntryProto. */
const entryProto = (key: string, value: string) => message().text(1, key).text(2, value)

function nodeProto(node: OnnxNode): Message {
  const proto = message()
  for (const input of node.inputs) proto.text(1, input)
  for (const output of node.outputs) proto.text(2, output)
  proto.text(4, node.op)
  for (const [name, value] of Object.entries(node.attributes)) proto.message(5, attributeProto(name, value))
  if (node.domain !== '') proto.text(7, node.domain)
  return proto
}

/** AttributeProto, with its AttributeType in field 20. */
function attributeProto(name: string, value: Attribute): Message {
  const proto = message().text(1, name)
  if ('int' in value) return proto.int(3, value.int).int(20, 2)
  if ('float' in value) return proto.float(2, value.float).int(20, 1)
  if ('text' in value) return proto.text(4, value.text).int(20, 3)
  for (const one of value.ints) proto.int(8, one)
  return proto.int(20, 7)
}

/** A TensorProto; its numbers must come right behind it where its content `follows`. */
export function tensorProto({ name, type, shape, content }: OnnxInitializer): Message {
  const proto = message()
  for (const size of shape) proto.int(1, size)
  proto.int(2, elementTypes[type]).text(8, name)
  if ('data' in content) {
    const { buffer, byteOffset, byteLength } = content.data
    return proto.bytes(9, new Uint8Array(buffer, byteOffset, byteLength))
  }
  if ('follows' in content) return proto.head(9, content.follows)
  return proto
    .message(13, entryProto('location', content.location))
    .message(13, entryProto('offset', String(content.offset)))
    .message(13, entryProto('length', String(content.bytes)))
    .int(14, 1)
}

function valueInfoProto({ name, type, shape }: OnnxValue): Message {
  const dimensions = message()
  for (const size of shape)
    dimensions.message(1, typeof size === 'string' ? message().text(2, size) : message().int(1, size))
  const tensor = message().int(1, elementTypes[type]).message(2, dimensions)
  return message().text(1, name).message(2, message().message(1, tensor))
}

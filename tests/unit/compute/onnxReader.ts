// What does an ONNX file hold? A reader of its own for the tests: protocol buffers by field number, onnx.proto3's names.

type Field = number | Uint8Array

/** The fields of a message by number: integers (and raw 32-bit numbers) as numbers, everything else as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>()
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    let value: Field
    if (tag % 8 === 0) value = varint()
    else if (tag % 8 === 5) value = bytes[(at += 4) - 4]!
    else if (tag % 8 === 2) {
      const length = varint()
      value = bytes.subarray(at, (at += length))
    } else throw new Error(`wire type ${tag % 8}`)
    if (at > bytes.length) throw new Error('a field ends behind its message')
    const number = Math.floor(tag / 8)
    fields.set(number, [...(fields.get(number) ?? []), value])
  }
  return fields
}

const all = (fields: Map<number, Field[]>, number: number) =>
  (fields.get(number) ?? []).map((value) => fieldsOf(value as Uint8Array))
const text = (fields: Map<number, Field[]>, number: number) =>
  new TextDecoder().decode((fields.get(number)?.[0] ?? new Uint8Array()) as Uint8Array)
const pairs = (fields: Map<number, Field[]>, number: number) =>
  Object.fromEntries(all(fields, number).map((entry) => [text(entry, 1), text(entry, 2)]))

/** A value's name and its shape, open sizes by name. */
function valueOf(value: Map<number, Field[]>) {
  const tensor = all(all(value, 2)[0]!, 1)[0]!
  const shape = all(all(tensor, 2)[0]!, 1).map((size) => (size.has(2) ? text(size, 2) : size.get(1)![0]))
  return { name: text(value, 1), shape }
}

/** The parts of a ModelProto that the tests look at. */
export function readOnnx(bytes: Uint8Array) {
  const model = fieldsOf(bytes)
  const graph = all(model, 7)[0]!
  return {
    description: text(model, 6),
    metadata: pairs(model, 14),
    operatorSets: all(model, 8).map((set) => [text(set, 1), set.get(2)?.[0]]),
    nodes: all(graph, 1).map((node) => ({ op: text(node, 4), domain: text(node, 7) })),
    initializers: all(graph, 5).map((tensor) => ({
      name: text(tensor, 8),
      external: tensor.has(13) ? pairs(tensor, 13) : null,
    })),
    inputs: all(graph, 11).map(valueOf),
    outputs: all(graph, 12).map(valueOf),
  }
}

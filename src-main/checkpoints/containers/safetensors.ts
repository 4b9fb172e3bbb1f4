// What is in a safetensors file? Eight bytes of length, a JSON header, and tensors that fill the rest exactly.
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { itemBytes } from './dtypes.ts'
import { isObject, JsonError, parseJson, type JsonObject, type JsonValue } from './json.ts'
import { limits } from './limits.ts'
import { shortStrings } from './metadata.ts'
import type { Contents } from './reader.ts'
import { shown } from './shown.ts'
import { damaged, unsafe, type SourceFile } from './sourceFile.ts'
import type { StoredMap, StoredTensor } from './stored.ts'
import { elementCount, plainTensor } from './tensor.ts'

const dtypes: ReadonlyMap<string, Exclude<TensorDtype, 'other'>> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E5M2', 'float8_e5m2'],
  ['C64', 'complex64'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
])

const prefix = 8

/** True where the first bytes look like a safetensors file: a length of less than 2^40, then the header's brace. */
export function looksLikeSafetensors(head: Uint8Array): boolean {
  return head.length > prefix && head[prefix] === 0x7b && [5, 6, 7].every((byte) => head[byte] === 0)
}

/**
 * Reads and checks the header of a safetensors file (huggingface/safetensors, "Format"): its length, JSON without
 * double keys, dtypes, shapes that fill their bytes, offsets without overlaps, holes or bytes left over.
 * Throws Failure.
 */
export function readSafetensors(file: SourceFile): Contents {
  const { name } = file
  if (file.bytes < prefix + 2)
    throw damaged(name, `a safetensors file has a header, and this one has ${file.bytes} bytes`)
  const length64 = new DataView(file.read(0, prefix).buffer).getBigUint64(0, true)
  if (length64 > BigInt(limits.safetensorsHeader))
    throw unsafe(name, `its header claims ${length64} bytes, and ${limits.safetensorsHeader} are allowed`)
  const length = Number(length64)
  if (prefix + length > file.bytes)
    throw damaged(name, `its header claims ${length} bytes in a file of ${file.bytes}`)
  const header = parseHeader(name, file.read(prefix, length))
  const data = prefix + length
  const dataBytes = file.bytes - data

  const tensors: StoredMap = new Map()
  const parts: { key: string; begin: number; end: number }[] = []
  for (const [key, entry] of header) {
    if (key === '__metadata__') continue
    const part = checkEntry(name, key, entry, dataBytes)
    parts.push({ key, begin: part.begin, end: part.end })
    tensors.set(key, tensorOf(file, key, part.dtype, part.shape, data + part.begin))
  }
  parts.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let expected = 0
  for (const { key, begin, end } of parts) {
    if (begin < expected) throw unsafe(name, `the tensor ${shown(key)} overlaps the one before it`)
    if (begin > expected)
      throw unsafe(name, `a hole of ${begin - expected} bytes stands before the tensor ${shown(key)}`)
    expected = end
  }
  if (expected !== dataBytes)
    throw unsafe(name, `${dataBytes - expected} bytes at its end belong to no tensor`)
  const metadata = shortStrings(metadataOf(name, header.get('__metadata__')))
  return { format: 'safetensors', root: tensors, metadata, inert: [], notices: [] }
}

function tensorOf(
  file: SourceFile,
  key: string,
  dtype: Exclude<TensorDtype, 'other'>,
  shape: readonly number[],
  start: number,
): StoredTensor {
  return plainTensor(`${shown(key)} of ${file.name}`, dtype, shape, file, start)
}

function parseHeader(name: string, bytes: Uint8Array): JsonObject {
  let header: JsonValue
  try {
    header = parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    if (error instanceof JsonError) throw damaged(name, `its header cannot be read: ${shown(error.message)}`)
    throw damaged(name, 'its header is not UTF-8 text')
  }
  if (!isObject(header)) throw damaged(name, 'its header is no JSON object')
  return header
}

interface Part {
  readonly dtype: Exclude<TensorDtype, 'other'>
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function checkEntry(name: string, key: string, entry: JsonValue, dataBytes: number): Part {
  const wrong = (what: string): Failure => damaged(name, `the tensor ${shown(key)} ${what}`)
  if (!isObject(entry)) throw wrong('has no description')
  const dtypeName = entry.get('dtype')
  if (typeof dtypeName !== 'string') throw wrong('names no dtype')
  const dtype = dtypes.get(dtypeName)
  if (!dtype)
    throw new Failure(
      'unsupported-model',
      `The tensor ${shown(key)} of ${name} is stored as ${shown(dtypeName, 20)}, which Emergence cannot read.`,
      'Save the model with float32, float16 or bfloat16 weights.',
    )
  const shape = sizes(entry.get('shape'))
  if (!shape) throw wrong('has no shape')
  if (shape.length > limits.rank)
    throw wrong(`has ${shape.length} axes, more than the ${limits.rank} that exist`)
  const offsets = sizes(entry.get('data_offsets'))
  if (offsets?.length !== 2) throw wrong('does not say where its bytes are')
  const [begin, end] = [offsets[0]!, offsets[1]!]
  if (begin > end || end > dataBytes) throw wrong(`claims bytes ${begin} to ${end} of ${dataBytes}`)
  const count = elementCount(shape)
  if (count === null || count * itemBytes[dtype] !== end - begin)
    throw wrong(`of shape [${shape.slice(0, 8).join(', ')}] and dtype ${dtypeName} has ${end - begin} bytes`)
  return { dtype, shape, begin, end }
}

/** A list of exact sizes; null for anything else. */
function sizes(value: JsonValue | undefined): number[] | null {
  if (!Array.isArray(value)) return null
  const numbers = value.filter((item) => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0)
  return numbers.length === value.length ? (numbers as number[]) : null
}

function metadataOf(name: string, value: JsonValue | undefined): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>()
  if (value === undefined) return metadata
  if (!isObject(value)) throw damaged(name, 'its __metadata__ is no JSON object')
  for (const [key, text] of value) {
    if (typeof text !== 'string')
      throw damaged(name, `its __metadata__ has a value that is no text, ${shown(key)}`)
    metadata.set(key, text)
  }
  return metadata
}

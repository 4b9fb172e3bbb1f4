// How is a .safetensors file written? A length, a JSON header, and the bytes of every tensor one after another.
import { writeSync } from 'node:fs'
import type { TensorDtype } from '../../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { writeWhole } from './files.ts'
import type { OutTensor } from './form.ts'

const dtypes: Partial<Record<TensorDtype, readonly [string, number]>> = {
  float64: ['F64', 8],
  float32: ['F32', 4],
  float16: ['F16', 2],
  bfloat16: ['BF16', 2],
  int64: ['I64', 8],
  int32: ['I32', 4],
  int16: ['I16', 2],
  int8: ['I8', 1],
  uint8: ['U8', 1],
  bool: ['BOOL', 1],
}

/** Writes tensors and string metadata; `format: pt` is added, as transformers asks for it. Throws Failure `disk`. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, OutTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } }
  let offset = 0
  for (const [name, { dtype, shape }] of tensors) {
    const [code, size] = dtypes[dtype] ?? []
    if (code === undefined || size === undefined)
      throw new Failure('bad-argument', `A .safetensors file cannot hold numbers of the format ${dtype}.`)
    const bytes = size * shape.reduce((product, length) => product * length, 1)
    header[name] = { dtype: code, shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const text = Buffer.from(JSON.stringify(header), 'utf8')
  // Spaces make the first tensor start at a multiple of eight.
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  writeWhole(path, (descriptor) => {
    const write = (bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30))
    }
    write(length)
    write(padded)
    for (const tensor of tensors.values()) write(tensor.bytes())
  })
}

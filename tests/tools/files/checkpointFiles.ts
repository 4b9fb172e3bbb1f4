// How do tests write whole checkpoint files: PyTorch's two formats, safetensors, .npy headers?
import { concat, latin1, little, utf8 } from './bytes.ts'
import { dumps, ops, py, type Python, dict } from './pickleAssembler.ts'
import { writeZip, type ArchiveOptions, type MemberToWrite } from './zipWriter.ts'

/** PyTorch's zip: a pickle and storages by key. `extra` members stand last; `edit` changes any of them. */
export function torchZip(
  pickle: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: {
    readonly folder?: string
    readonly extra?: readonly MemberToWrite[]
    readonly edit?: (member: MemberToWrite) => MemberToWrite
    readonly options?: ArchiveOptions
    readonly byteorder?: string
  } = {},
): Uint8Array {
  const folder = more.folder ?? 'archive'
  const members: MemberToWrite[] = [
    { name: `${folder}/data.pkl`, data: pickle },
    ...(more.byteorder === undefined ? [] : [{ name: `${folder}/byteorder`, data: utf8(more.byteorder) }]),
    ...Object.entries(storages).map(([key, data]) => ({ name: `${folder}/data/${key}`, data })),
    { name: `${folder}/version`, data: utf8('3\n') },
    ...(more.extra ?? []),
  ]
  return writeZip(members.map(more.edit ?? ((member) => member)), more.options)
}

/** PyTorch's format before 1.6: five pickles, then each storage behind its element count. */
export function torchLegacy(
  model: Uint8Array,
  storages: readonly {
    readonly key: string
    readonly count: number | bigint
    readonly data: Uint8Array
  }[] = [],
  more: {
    readonly magic?: Uint8Array
    readonly version?: Python
    readonly system?: Python
    readonly keys?: Python
    readonly after?: Uint8Array
    readonly bigEndian?: boolean
  } = {},
): Uint8Array {
  const system = more.system ?? dict(['protocol_version', 1001], ['little_endian', !more.bigEndian])
  const count = (value: number | bigint): Uint8Array =>
    more.bigEndian ? little(value, 8).reverse() : little(value, 8)
  return concat([
    more.magic ?? legacyMagic,
    dumps(more.version ?? 1001),
    dumps(system),
    model,
    dumps(more.keys ?? storages.map(({ key }) => key)),
    ...storages.flatMap((storage) => [count(storage.count), storage.data]),
    more.after ?? new Uint8Array(0),
  ])
}
export const legacyMagic = concat([ops.proto(2), ops.long1(0x1950a86a20f9469cfc6cn, 10), ops.stop])

/** A safetensors file; the header is JSON text or a value. */
export function safetensors(
  header: unknown,
  data: Uint8Array = new Uint8Array(0),
  length?: number | bigint,
): Uint8Array {
  const text = typeof header === 'string' ? utf8(header) : utf8(JSON.stringify(header))
  return concat([little(length ?? text.length, 8), text, data])
}

/** A .npy array with any header text. */
export function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = latin1(`${header}\n`)
  return concat([
    latin1('\x93NUMPY'),
    Uint8Array.of(version, 0),
    little(text.length, version === 1 ? 2 : 4),
    text,
    data,
  ])
}

/** A checkpoint that holds one value and no storages. */
export const torchValue = (value: Python): Uint8Array => torchZip(concat([ops.proto(2), py(value), ops.stop]))

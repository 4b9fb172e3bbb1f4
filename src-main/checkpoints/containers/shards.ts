// How is a model in several files read? An index says which tensor is in which file of the same folder.
import { dirname, join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { besideWeights } from './beside.ts'
import { isObject, JsonError, parseJson, type JsonValue } from './json.ts'
import { limits } from './limits.ts'
import { assemble, readContents } from './openFile.ts'
import type { Contents } from './reader.ts'
import { shown } from './shown.ts'
import { damaged, openSource, unsafe, type SourceFile } from './sourceFile.ts'
import { isMap, type Container, type StoredMap } from './stored.ts'

/** Opens the model that `model.safetensors.index.json` or `pytorch_model.bin.index.json` describes. Throws Failure. */
export function openShards(indexPath: string): Container {
  const { name, places, metadata } = readIndex(indexPath)
  const folder = dirname(indexPath)
  const shards = [...new Set(places.values())].sort()
  if (shards.length > limits.shards) throw unsafe(name, `it names ${shards.length} files`)
  for (const shard of shards)
    if (!/^[^/\\:\0]+$/.test(shard) || shard === '.' || shard === '..')
      throw unsafe(name, `it names the file "${shown(shard)}", which is not in its folder`)

  const files: SourceFile[] = []
  try {
    const root: StoredMap = new Map()
    const inert: Contents['inert'][number][] = []
    const notices: string[] = []
    let format = ''
    let unnamed = 0
    for (const shard of shards) {
      const file = openShard(join(folder, shard), name)
      files.push(file)
      const contents = readContents(file)
      if (!isMap(contents.root)) throw damaged(shard, 'it is no list of tensors by name')
      if (format !== '' && contents.format !== format)
        throw damaged(name, 'its files are of different formats')
      format = contents.format
      inert.push(...contents.inert)
      notices.push(...contents.notices)
      for (const [key, value] of contents.root) {
        if (root.has(key)) throw unsafe(shard, `it holds ${shown(String(key))} a second time`)
        if (typeof key === 'string' && places.has(key) && places.get(key) !== shard)
          throw damaged(
            name,
            `it says that ${shown(key)} is in ${shown(places.get(key)!)}, but it is in ${shard}`,
          )
        if (typeof key !== 'string' || !places.has(key)) unnamed++
        root.set(key, value)
      }
    }
    for (const [key, shard] of places)
      if (!root.has(key)) throw damaged(shard, `${name} says that it holds ${shown(key)}, and it does not`)
    if (unnamed > 0) notices.push(`${unnamed} tensors are in the files but not in ${name}.`)
    const contents = { format: `${format}-sharded`, root, metadata, inert, notices }
    return assemble(indexPath, files, contents, besideWeights(folder))
  } catch (error) {
    for (const file of files) file.close()
    throw error
  }
}

function openShard(path: string, index: string): SourceFile {
  try {
    return openSource(path)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new Failure(
      error.code,
      `A file that ${index} names cannot be read: ${error.message}`,
      'Download it again.',
    )
  }
}

/** Which tensor is in which file. */
function readIndex(path: string): {
  name: string
  places: ReadonlyMap<string, string>
  metadata: Record<string, string>
} {
  const file = openSource(path)
  const { name } = file
  try {
    if (file.bytes > limits.indexBytes) throw unsafe(name, `its ${file.bytes} bytes are no index`)
    const index = parsed(name, file.read(0, file.bytes))
    const map = isObject(index) ? index.get('weight_map') : undefined
    if (!isObject(map) || map.size === 0)
      throw damaged(name, 'it has no weight_map that says which tensor is in which file')
    const places = new Map<string, string>()
    for (const [key, shard] of map) {
      if (typeof shard !== 'string') throw damaged(name, `it names no file for ${shown(key)}`)
      places.set(key, shard)
    }
    return { name, places, metadata: {} }
  } finally {
    file.close()
  }
}

function parsed(name: string, bytes: Uint8Array): JsonValue {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw damaged(
      name,
      error instanceof JsonError ? `it is not JSON: ${shown(error.message)}` : 'it is not UTF-8 text',
    )
  }
}

// Which reader opens this path? The door of this folder: a path goes in, an opened container comes out.
import { openFile } from './openFile.ts'
import { openFolder } from './folder.ts'
import { openShards } from './shards.ts'
import { statPath } from './sourceFile.ts'
import type { Container } from './stored.ts'

export type { Container, Inert, StoredMap, StoredTensor, StoredValue } from './stored.ts'
export { entriesOf, isInert, isMap, isTensor } from './stored.ts'
export { moduleStateDict } from './modules.ts'
export { nameWrongFile } from './wrongFile.ts'

/**
 * Opens a checkpoint file or a Hugging Face folder. Reads and checks its index only; nothing in it is ever run.
 * Throws Failure where the path is no checkpoint, is damaged, or breaks a rule of its format.
 */
export function openContainer(path: string): Container {
  if (statPath(path).isDirectory()) return openFolder(path)
  return path.endsWith('.index.json') ? openShards(path) : openFile(path)
}

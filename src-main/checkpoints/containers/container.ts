// Which reader opens this path? The door of this folder: a path goes in, an opened container comes out.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Container } from './stored.ts'

export type { Container, Inert, StoredMap, StoredTensor, StoredValue } from './stored.ts'
export { isInert, isMap, isTensor } from './stored.ts'

/**
 * Opens a checkpoint file or a Hugging Face folder. Reads and checks its index only; nothing in it is ever run.
 * Throws Failure where the path is no checkpoint, is damaged, or breaks a rule of its format.
 */
export function openContainer(path: string): Container {
  throw new Failure('not-a-checkpoint', `${path} could not be opened: no reader is in place yet.`)
}

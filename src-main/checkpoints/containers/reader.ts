// What is a reader of one container? It looks at the first bytes, and if they are its own, reads the index.
import type { InertFacts } from '../../../src-shared/domain/checkpoint.ts'
import type { SourceFile } from './sourceFile.ts'
import type { StoredValue } from './stored.ts'
import type { ZipMember } from './zip.ts'

/** A file that is to be recognised. */
export interface Candidate {
  readonly file: SourceFile
  /** The first bytes, at most 4096. */
  readonly head: Uint8Array
  /** The members, where the file is a zip archive; read and checked once. Throws Failure where it is a broken one. */
  readonly zip: () => readonly ZipMember[] | null
}

/** What one file holds. */
export interface Contents {
  readonly format: string
  readonly root: StoredValue
  readonly metadata: Readonly<Record<string, string>>
  readonly inert: readonly InertFacts[]
  readonly notices: readonly string[]
}

/** A reader of one kind of file. */
export interface Reader {
  recognises(candidate: Candidate): boolean
  /** Reads and checks the index. Throws Failure. */
  read(candidate: Candidate): Contents
}

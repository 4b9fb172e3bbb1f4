// What is one file of the corpus, and what must happen when it is opened?
import type { Container } from '../../../src-main/checkpoints/containers/container.ts'
import type { FailureCode } from '../../../src-shared/domain/failure.ts'

export interface CorpusCase {
  /** A sentence about the file. */
  readonly name: string
  /** The file's name on disk. */
  readonly file: string
  /** Its bytes. Code that a file carries would touch the path `canary` if it ever ran. */
  bytes(canary: string): Uint8Array
  readonly expected: Opened | Refused
}

export interface Opened {
  /** Names outside the allow-list that the report must name, no more and no less. */
  readonly inert: readonly string[]
  /** Looks at what was opened; throws where it is wrong. */
  check?(container: Container): void
}

export interface Refused {
  readonly code: FailureCode
  /** What the sentence must say. */
  readonly says: RegExp
}

export const opens = (
  name: string,
  file: string,
  bytes: Uint8Array | ((canary: string) => Uint8Array),
  check?: (container: Container) => void,
  inert: readonly string[] = [],
): CorpusCase => ({
  name,
  file,
  bytes: typeof bytes === 'function' ? bytes : () => bytes,
  expected: check ? { inert, check } : { inert },
})

export const refused = (
  name: string,
  file: string,
  bytes: Uint8Array | (() => Uint8Array),
  code: FailureCode,
  says: RegExp,
): CorpusCase => ({
  name,
  file,
  bytes: typeof bytes === 'function' ? bytes : () => bytes,
  expected: { code, says },
})

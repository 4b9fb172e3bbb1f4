// What would this file have run, had anybody else opened it? A clause for the sentence that turns it away.
import { shown } from './shown.ts'
import type { SourceFile } from './sourceFile.ts'
import { unpickle } from './pickle/unpickle.ts'
import type { PickleInert } from './pickle/values.ts'

/** More than enough for a pickle that is all code; of larger ones the beginning is looked at. */
const mostBytes = 16 * 1024 * 1024
/** Protocols 0 and 1 have no mark of their own: only short files are tried. */
const mostTextBytes = 64 * 1024
/** Names that are said before the rest is only counted. */
const mostNames = 3
/** Python pickles os.system under the module that has it on this or that system. */
const systemModules = /^(posix|nt)\./

/** A name outside the allow-list, as a pickle's records and the report of a container have it. */
interface Named {
  readonly global: string
  readonly use: string
}

/** "calls os.system, and nothing was run"; null where a file names nothing outside the allow-list. */
export function neverRun(named: readonly Named[]): string | null {
  const called = named.filter(({ use }) => use !== 'referred to')
  const globals = [...new Set((called.length > 0 ? called : named).map(({ global }) => global))]
  if (globals.length === 0) return null
  const names = globals
    .slice(0, mostNames)
    .map((global) =>
      systemModules.test(global)
        ? `${shown(global)} (${shown(global.replace(systemModules, 'os.'))})`
        : shown(global),
    )
  const more = globals.length > mostNames ? ` and ${globals.length - mostNames} more` : ''
  return `${called.length > 0 ? 'calls' : 'names'} ${names.join(', ')}${more}, and nothing was run`
}

/**
 * What a file that no reader takes names as a Python pickle: empty where nothing is outside the allow-list, null where
 * it is no pickle. Of a pickle that breaks off, what stands before. Throws Failure where the file cannot be read.
 */
export function namesOfPickle(file: SourceFile): readonly Named[] | null {
  const [first, second] = file.read(0, Math.min(file.bytes, 2))
  const binary = first === 0x80 && second !== undefined && second <= 5
  if (!binary && file.bytes > mostTextBytes) return null
  const bytes = file.read(0, Math.min(file.bytes, mostBytes))
  const records: PickleInert[] = []
  try {
    const source = { name: file.name, bytes, start: 0, total: file.bytes, fileBytes: file.bytes, records }
    const { end } = unpickle({ ...source, persistent: () => null })
    if (!binary && end !== file.bytes) return null
  } catch {
    // A text that happens to begin like a pickle is none; protocols since 2 say what they are.
    if (!binary) return null
  }
  return binary || records.length > 0 ? records : null
}

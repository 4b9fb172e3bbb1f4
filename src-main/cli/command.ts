// What is a command? One file that says its words and does its work; the rest is the same for all.
import type { Command } from 'commander'
import type { Client } from '../../src-shared/protocol/client.ts'
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'

/** What a command gives back: the JSON document, and the page for people. */
export interface Answer {
  /** Null where the command has said its document itself. */
  json: Readonly<Record<string, unknown>> | null
  text: string
}

export interface Running {
  /** The lab's calls. */
  client: Client
  /** To be passed with each call: Ctrl-C cancels, progress goes to stderr. */
  call: { signal: AbortSignal; onEvent: (event: CallEvent) => void }
  /** A sentence on stderr. */
  notice(text: string): void
}

/** `Options` is what `describe`'s options parse to. */
export interface CommandFile<Options> {
  /** A line that runs as it stands in a fresh clone, without the program's name. */
  example: string
  /** Adds arguments and options of its own. */
  describe(command: Command): void
  run(running: Running, args: readonly string[], options: Options): Promise<Answer>
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

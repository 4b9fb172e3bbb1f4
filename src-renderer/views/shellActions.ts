// What may a view ask of the shell around it? Opening views and running its commands, given down the tree of components.
import { getContext, setContext } from 'svelte'
import type { Subject } from './view.ts'

export interface ShellActions {
  /** Opens a view on a subject in a new tab, or in its open tab, with some of its settings. */
  openView(view: string, subject: Subject, settings?: Readonly<Record<string, unknown>>): void
  /** Runs a command of the shell by its name. */
  run(command: string): void
}

const key = Symbol('shell')

/** Called once by the shell while it is set up. */
export function provideShellActions(actions: ShellActions): void {
  setContext(key, actions)
}

/** The shell's actions. Call while a component is set up. */
export function shellActions(): ShellActions {
  return getContext<ShellActions>(key)
}

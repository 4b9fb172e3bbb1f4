// What can be run by name or by keys? The shape of a command; the shell and each view bring their own.

/** Where a command stands in the overview of shortcuts. */
export type CommandGroup = 'general' | 'inspect' | 'parts' | 'study' | 'video' | 'train' | 'go'

export interface Command {
  readonly id: string
  readonly text: string
  /** All spellings; the first is on show. */
  readonly keys: readonly string[]
  readonly group: CommandGroup
  /** An icon's name. */
  readonly icon: string
  /** Other words by which the palette finds it. */
  readonly also?: readonly string[]
  /** Not in the palette: it needs its key. */
  readonly keysOnly?: boolean
  readonly enabled?: boolean
  /** `pressed` is the key event where there was one; false: nothing was done, the key keeps its own meaning. */
  run(pressed?: KeyboardEvent): void | false
}

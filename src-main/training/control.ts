// How is a run steered while it trains? Commands that wait for the next step, each answered when it has taken effect.
import type { MethodSettings } from '../../src-shared/domain/run.ts'
import type { controlActions } from '../../src-shared/protocol/calls/training.ts'

export interface Command {
  /** `leave`: a checkpoint, and the end until somebody resumes the run. */
  readonly action: (typeof controlActions)[number] | 'leave'
  readonly set: MethodSettings
  done(): void
  failed(failure: unknown): void
}

/** Commands in the order they came. */
export interface ControlQueue {
  push(command: Command): void
  /** The next one; null where there is none. */
  next(): Command | null
  wait(): Promise<Command>
}

export function controlQueue(): ControlQueue {
  const commands: Command[] = []
  let wake: (() => void) | null = null
  const next = (): Command | null => commands.shift() ?? null
  return {
    push: (command) => {
      commands.push(command)
      wake?.()
    },
    next,
    wait: async () => {
      for (;;) {
        const command = next()
        if (command) return command
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

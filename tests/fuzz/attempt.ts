// What happened when these bytes were opened? Opened, refused, or one of the three things that must never happen.
import { readContents, assemble } from '../../src-main/checkpoints/containers/openFile.ts'
import { nothingBeside } from '../../src-main/checkpoints/containers/beside.ts'
import type { Container } from '../../src-main/checkpoints/containers/container.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import { walkTensors } from './corpus/look.ts'
import { memoryFile } from './memoryFile.ts'

export interface Attempt {
  readonly outcome: 'opened' | 'refused'
  /** Tensors that were read, and tensors whose reading was refused. */
  readonly read: number
  readonly unread: number
  /** Seconds of a processor. */
  readonly seconds: number
}

/**
 * Opens bytes as a file, reads every tensor and lets `further` look at the container. Throws whatever is thrown that is
 * no Failure: a bug.
 */
export function attempt(name: string, bytes: Uint8Array, further?: (container: Container) => void): Attempt {
  const start = process.cpuUsage()
  let read = 0
  let unread = 0
  let outcome: Attempt['outcome'] = 'opened'
  try {
    const file = memoryFile(name, bytes)
    const container = assemble(name, [file], readContents(file), nothingBeside)
    walkTensors(container.root, (tensor) => {
      try {
        const numbers = tensor.read()
        const expected = tensor.shape.reduce((product, side) => product * side, 1)
        if (numbers.length !== expected)
          throw new Error(`${numbers.length} numbers for shape [${tensor.shape.join()}]`)
        read++
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        unread++
      }
    })
    lookFurther(container, further)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (!/\.$/.test(error.message) || error.message.length > 2000)
      throw new Error(`not a sentence: ${error.message}`, { cause: error })
    outcome = 'refused'
  }
  const { user, system } = process.cpuUsage(start)
  return { outcome, read, unread, seconds: (user + system) / 1e6 }
}

/** What the next reader refuses has still been opened by this one. */
function lookFurther(container: Container, further: ((container: Container) => void) | undefined): void {
  try {
    further?.(container)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
}

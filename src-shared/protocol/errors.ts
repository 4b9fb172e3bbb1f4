// How does an error cross the wire? As its code, its sentence and its hint; never as a stack.
import { Failure, failureCodes } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failure.ts'

export interface WireError {
  readonly code: FailureCode
  readonly message: string
  readonly hint: string
}

/** Any thrown thing as a Failure; what is none is a fault of ours and becomes `internal`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const error = thrown as { name?: unknown; message?: unknown; code?: unknown; hint?: unknown } | null
  if (error?.name === 'AbortError') return cancelled()
  const failure = new Failure(
    'internal',
    `Emergence itself failed: ${String(error?.message ?? thrown).split('\n')[0]}.`.replace(/\.\.$/, '.'),
    'This is a fault of the program, not of your files; EMERGENCE_DEBUG=1 shows where it happened.',
  )
  if (thrown instanceof Error && thrown.stack) failure.stack = thrown.stack
  return failure
}

/** The Failure of work that was stopped because somebody asked. */
export function cancelled(): Failure {
  return new Failure('cancelled', 'The work was cancelled.')
}

export function toWire(thrown: unknown): WireError {
  const { code, message, hint } = toFailure(thrown)
  return { code, message, hint }
}

/** The Failure that the other side sent; codes it does not know become `internal`. */
export function fromWire(wire: unknown): Failure {
  const { code, message, hint } = (wire ?? {}) as Record<string, unknown>
  const known = failureCodes.find((candidate) => candidate === code) ?? 'internal'
  return new Failure(known, String(message ?? 'The other side failed without a word.'), String(hint ?? ''))
}

// How does the lab say no? An error for people: what happened, what was expected, what to do.

export const failureCodes = [
  'unreadable-file',
  'not-a-checkpoint',
  'damaged-file',
  'unsafe-file',
  'unsupported-model',
  'missing-weights',
  'bad-picture',
  'bad-data',
  'bad-argument',
  'too-large',
  'device-failed',
  'engine-died',
  'cancelled',
  'output-exists',
  'disk',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

/** An error whose message is one sentence a person can act on. Anything else that is thrown is a bug. */
export class Failure extends Error {
  readonly code: FailureCode
  /** What to do about it, as a sentence; empty where the message says it already. */
  readonly hint: string

  constructor(code: FailureCode, message: string, hint = '') {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.hint = hint
  }
}

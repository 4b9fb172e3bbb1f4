// What can long work do beside computing? Look whether it is still wanted, and show how it stands.
export interface Ongoing {
  /** Throws Failure `cancelled` where nobody wants the result any more. To be called at least every 50 ms. */
  stopIfCancelled(): void
  /** So many passes of the whole are done; `positions` makes a copy, where a frame is wanted now. */
  passed(epoch: number, of: number, positions: () => Float32Array): void
  /** Progress of what has no frames. */
  progress(what: string, done: number, total: number): void
}

/** For work that nobody watches. */
export const unwatched: Ongoing = {
  stopIfCancelled: () => undefined,
  passed: () => undefined,
  progress: () => undefined,
}

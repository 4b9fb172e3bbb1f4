// What do threads share? Arrays in shared memory, and pieces of work on them.

/** One piece of a round: its number, and the numbers of the round. */
export type Part = (part: number, numbers: Float64Array) => void

/** Float32 numbers that all threads see. */
export const sharedFloats = (length: number): Float32Array =>
  new Float32Array(new SharedArrayBuffer(4 * length))
/** Int32 numbers that all threads see. */
export const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length))

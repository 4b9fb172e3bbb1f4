// Where does each item lie between two groups? Along the line from the mean of one to the mean of the other.
import { setImmediate as turn } from 'node:timers/promises'
import { Failure } from '../../../../src-shared/domain/failure.ts'

/** Products of one slice: a few milliseconds, so that the lab answers meanwhile. */
const slice = 4e6

/**
 * `[rows]`: 0 at the mean of `from`, 1 at the mean of `to`, by the foot of the perpendicular on the line between both.
 * Throws Failure where a group is empty or both have the same mean.
 */
export async function axisValues(
  { rows, columns, data }: { rows: number; columns: number; data: Float32Array },
  from: Int32Array,
  to: Int32Array,
  signal: AbortSignal,
): Promise<Float32Array> {
  const mean = (items: Int32Array): Float64Array => {
    const sum = new Float64Array(columns)
    for (const row of items)
      for (let c = 0; c < columns; c++) sum[c]! += data[row * columns + c]! / items.length
    return sum
  }
  if (from.length === 0 || to.length === 0)
    throw new Failure(
      'bad-argument',
      'An axis runs between two groups of items.',
      'Select some for both ends.',
    )
  const [start, end] = [mean(from), mean(to)]
  const way = end.map((value, c) => value - start[c]!)
  const square = way.reduce((sum, value) => sum + value * value, 0)
  if (!(square > 0))
    throw new Failure(
      'bad-argument',
      'Both groups have the same mean: there is no line between them.',
      'Select others.',
    )
  const values = new Float32Array(rows)
  const step = Math.max(1, Math.floor(slice / columns))
  for (let begin = 0; begin < rows; begin += step) {
    signal.throwIfAborted()
    for (let row = begin; row < Math.min(rows, begin + step); row++) {
      let product = 0
      for (let c = 0; c < columns; c++) product += (data[row * columns + c]! - start[c]!) * way[c]!
      values[row] = product / square
    }
    await turn()
  }
  return values
}

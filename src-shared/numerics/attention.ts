// Where does a token look? Attention rows, one or all, from the queries and keys of a layer.

/** q and k are `[tokens, width]` each, heads side by side: head h owns the columns h·d … (h+1)·d − 1, d = width / heads. */
export interface AttentionShape {
  tokens: number
  width: number
  heads: number
}

function headWidth(q: Float32Array, k: Float32Array, shape: AttentionShape): number {
  const { tokens, width, heads } = shape
  if (width % heads !== 0) throw new RangeError(`${heads} heads do not divide a width of ${width}`)
  if (q.length !== tokens * width || k.length !== tokens * width)
    throw new RangeError(`q and k hold ${q.length} and ${k.length} values, not ${tokens} x ${width}`)
  return width / heads
}

function checkIndex(index: number, count: number, what: string): void {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new RangeError(`${what} ${index} is outside 0 to ${count - 1}`)
}

/** Turns the scores in row[from … from + count − 1] into their softmax, in place. */
function softmax(row: Float32Array, from: number, count: number): void {
  let max = -Infinity
  for (let j = from; j < from + count; j++) if (row[j]! > max) max = row[j]!
  let sum = 0
  for (let j = from; j < from + count; j++) sum += row[j] = Math.exp(row[j]! - max)
  const scale = 1 / sum
  for (let j = from; j < from + count; j++) row[j]! *= scale
}

function writeRow(
  q: Float32Array,
  k: Float32Array,
  width: number,
  d: number,
  head: number,
  query: number,
  row: Float32Array,
  from: number,
  tokens: number,
): void {
  const scale = 1 / Math.sqrt(d)
  const queryStart = query * width + head * d
  let j = 0
  // Four keys at a time: the query's values are read once for the four, and the sums do not wait on each other.
  for (; j + 3 < tokens; j += 4) {
    const k0 = j * width + head * d
    const k1 = k0 + width
    const k2 = k1 + width
    const k3 = k2 + width
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let t = 0; t < d; t++) {
      const value = q[queryStart + t]!
      s0 += value * k[k0 + t]!
      s1 += value * k[k1 + t]!
      s2 += value * k[k2 + t]!
      s3 += value * k[k3 + t]!
    }
    row[from + j] = s0 * scale
    row[from + j + 1] = s1 * scale
    row[from + j + 2] = s2 * scale
    row[from + j + 3] = s3 * scale
  }
  for (; j < tokens; j++) {
    const k0 = j * width + head * d
    let s0 = 0
    for (let t = 0; t < d; t++) s0 += q[queryStart + t]! * k[k0 + t]!
    row[from + j] = s0 * scale
  }
  softmax(row, from, tokens)
}

/**
 * One head's attention from token `query` to every token, `[tokens]`: softmax over keys of q·k/√d.
 * Written into `row` where one is given, so that a click allocates nothing. Throws RangeError.
 */
export function attentionRow(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  head: number,
  query: number,
  row: Float32Array = new Float32Array(shape.tokens),
): Float32Array {
  const d = headWidth(q, k, shape)
  checkIndex(head, shape.heads, 'head')
  checkIndex(query, shape.tokens, 'token')
  writeRow(q, k, shape.width, d, head, query, row, 0, shape.tokens)
  return row
}

/** Every head's attention from token `query`, `[heads, tokens]`; written into `rows` where it is given. Throws RangeError. */
export function attentionRows(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  query: number,
  rows: Float32Array = new Float32Array(shape.heads * shape.tokens),
): Float32Array {
  const d = headWidth(q, k, shape)
  checkIndex(query, shape.tokens, 'token')
  for (let head = 0; head < shape.heads; head++)
    writeRow(q, k, shape.width, d, head, query, rows, head * shape.tokens, shape.tokens)
  return rows
}

/**
 * Calls `visit(query, row)` for one head and each of `queries` (all tokens by default, in their order), where
 * `row` `[tokens]` is one buffer used again and again: only a few rows are ever in memory. Throws RangeError.
 */
export function eachAttentionRow(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  head: number,
  visit: (query: number, row: Float32Array) => void,
  queries?: ArrayLike<number>,
): void {
  const d = headWidth(q, k, shape)
  checkIndex(head, shape.heads, 'head')
  const { tokens, width } = shape
  const count = queries?.length ?? tokens
  const scale = 1 / Math.sqrt(d)
  // The head's keys side by side and in double precision: read often, converted once.
  const keys = new Float64Array((tokens + 1) * d)
  for (let j = 0; j < tokens; j++) for (let t = 0; t < d; t++) keys[j * d + t] = k[j * width + head * d + t]!
  const block = new Float64Array(4 * d)
  const rows = [0, 1, 2, 3].map(() => new Float32Array(tokens + 1)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const views = rows.map((row) => row.subarray(0, tokens))

  for (let first = 0; first < count; first += 4) {
    const size = Math.min(4, count - first)
    for (let i = 0; i < size; i++) {
      const query = queries ? queries[first + i]! : first + i
      checkIndex(query, tokens, 'token')
      for (let t = 0; t < d; t++) block[i * d + t] = q[query * width + head * d + t]! * scale
    }
    scores(block, keys, d, tokens, rows)
    for (let i = 0; i < size; i++) {
      softmax(rows[i]!, 0, tokens)
      visit(queries ? queries[first + i]! : first + i, views[i]!)
    }
  }
}

/** Dot products of four queries with all keys, two keys at a time; one key too many is read and written for odd counts. */
function scores(
  block: Float64Array,
  keys: Float64Array,
  d: number,
  tokens: number,
  rows: readonly [Float32Array, Float32Array, Float32Array, Float32Array],
): void {
  const [row0, row1, row2, row3] = rows
  for (let j = 0; j < tokens; j += 2) {
    let a0 = 0
    let a1 = 0
    let a2 = 0
    let a3 = 0
    let b0 = 0
    let b1 = 0
    let b2 = 0
    let b3 = 0
    const a = j * d
    const b = a + d
    for (let t = 0; t < d; t++) {
      const q0 = block[t]!
      const q1 = block[d + t]!
      const q2 = block[2 * d + t]!
      const q3 = block[3 * d + t]!
      const keyA = keys[a + t]!
      const keyB = keys[b + t]!
      a0 += q0 * keyA
      a1 += q1 * keyA
      a2 += q2 * keyA
      a3 += q3 * keyA
      b0 += q0 * keyB
      b1 += q1 * keyB
      b2 += q2 * keyB
      b3 += q3 * keyB
    }
    row0[j] = a0
    row1[j] = a1
    row2[j] = a2
    row3[j] = a3
    row0[j + 1] = b0
    row1[j + 1] = b1
    row2[j + 1] = b2
    row3[j + 1] = b3
  }
}

/** One head's attention averaged over all tokens as queries, `[tokens]`. Throws RangeError. */
export function meanAttentionRow(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  head: number,
  row: Float32Array = new Float32Array(shape.tokens),
): Float32Array {
  const sum = new Float64Array(shape.tokens)
  eachAttentionRow(q, k, shape, head, (_, one) => {
    for (let j = 0; j < one.length; j++) sum[j]! += one[j]!
  })
  for (let j = 0; j < sum.length; j++) row[j] = sum[j]! / shape.tokens
  return row
}

/** One head's whole attention matrix, `[tokens, tokens]`, a row per query. Throws RangeError. */
export function attentionMatrix(
  q: Float32Array,
  k: Float32Array,
  shape: AttentionShape,
  head: number,
  matrix: Float32Array = new Float32Array(shape.tokens ** 2),
): Float32Array {
  eachAttentionRow(q, k, shape, head, (query, row) => matrix.set(row, query * shape.tokens))
  return matrix
}

/** The mean or the largest value over heads, `[tokens]` from `[heads, tokens]`. The largest is no distribution. */
export function combineHeads(
  rows: Float32Array,
  heads: number,
  rule: 'mean' | 'max',
  combined: Float32Array = new Float32Array(rows.length / heads),
): Float32Array {
  const tokens = rows.length / heads
  for (let j = 0; j < tokens; j++) {
    let value = rows[j]!
    for (let head = 1; head < heads; head++) {
      const other = rows[head * tokens + j]!
      value = rule === 'mean' ? value + other : Math.max(value, other)
    }
    combined[j] = rule === 'mean' ? value / heads : value
  }
  return combined
}

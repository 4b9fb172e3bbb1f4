// Queries and keys that give any attention wanted: one-hot queries pick the logarithm of the wanted row out of the keys.

/**
 * q and k `[tokens, heads · tokens]` whose attention is `attention` `[heads, tokens, tokens]` (positive entries).
 * With q = √d · one-hot and k = log A transposed, softmax(q·k/√d) = A.
 */
export function layerFrom(attention: Float32Array, heads: number, tokens: number) {
  const width = heads * tokens
  const q = new Float32Array(tokens * width)
  const k = new Float32Array(tokens * width)
  for (let head = 0; head < heads; head++)
    for (let i = 0; i < tokens; i++) {
      q[i * width + head * tokens + i] = Math.sqrt(tokens)
      for (let j = 0; j < tokens; j++)
        k[j * width + head * tokens + i] = Math.log(attention[(head * tokens + i) * tokens + j]!)
    }
  return { q, k, shape: { tokens, width, heads } }
}

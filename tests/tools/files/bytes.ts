// How do tests put bytes together?

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'))
}

/** Characters 0 to 255 as bytes. */
export function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** A little-endian integer of `size` bytes. */
export function little(value: number | bigint, size: number): Uint8Array {
  const out = new Uint8Array(size)
  let rest = BigInt.asUintN(8 * size, BigInt(value))
  for (let i = 0; i < size; i++, rest >>= 8n) out[i] = Number(rest & 255n)
  return out
}

/** The bytes of float32 numbers. */
export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(new Float32Array(values).buffer)
}

/** `bytes` with those at `at` replaced. */
export function patched(bytes: Uint8Array, at: number, replacement: Uint8Array): Uint8Array {
  const out = bytes.slice()
  out.set(replacement, at)
  return out
}

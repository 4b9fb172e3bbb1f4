// How are pixels written as PNG, with words about how they were made? RGBA, 8 bits, deflated by the platform.

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 255]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(body, 8)
  view.setUint32(8 + body.length, crc(bytes.subarray(4, 8 + body.length)))
  return bytes
}

/** The bytes deflated in the zlib format. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** `iTXt`, uncompressed: a keyword of Latin letters and any text. */
function textChunk(keyword: string, text: string): Uint8Array {
  const key = new TextEncoder().encode(keyword)
  const body = new TextEncoder().encode(text)
  const bytes = new Uint8Array(key.length + 5 + body.length)
  bytes.set(key)
  bytes.set(body, key.length + 5)
  return chunk('iTXt', bytes)
}

/** A PNG file of `pixels` `[height, width, 4]`, with `texts` by keyword as its metadata. */
export async function encodePng(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
  texts: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 6, 0, 0, 0], 8)
  // Every line filtered by the one above it (filter 2): photos shrink by a third, flat parts to nothing.
  const line = width * 4
  const raw = new Uint8Array(height * (line + 1))
  for (let y = 0; y < height; y++) {
    const to = y * (line + 1)
    raw[to] = 2
    for (let i = 0; i < line; i++)
      raw[to + 1 + i] = pixels[y * line + i]! - (y > 0 ? pixels[(y - 1) * line + i]! : 0)
  }
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text)),
    chunk('IDAT', await deflate(raw)),
    chunk('IEND', new Uint8Array(0)),
  ]
  return joined(parts)
}

/** Byte arrays one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

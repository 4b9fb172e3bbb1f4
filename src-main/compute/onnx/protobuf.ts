// How are protocol buffers written? The few wire types that ONNX files need.

const utf8 = new TextEncoder()

/** A message under construction; `finish` gives its bytes. */
export interface Message {
  /** An integer field (wire type 0). */
  int(field: number, value: number | bigint): Message
  /** A float32 field (wire type 5). */
  float(field: number, value: number): Message
  text(field: number, value: string): Message
  bytes(field: number, value: Uint8Array): Message
  /** The head of a field of `length` bytes, which whoever writes the file puts right behind this message's end. */
  head(field: number, length: number): Message
  /** A message inside this one. */
  message(field: number, value: Message): Message
  finish(): Uint8Array
}

/** An empty message. */
export function message(): Message {
  let buffer = new Uint8Array(64)
  let length = 0

  const reserve = (more: number) => {
    if (length + more <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + more))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }
  /** Seven bits a byte, lowest first; a negative number is written as its 64-bit two's complement. */
  const varint = (value: number | bigint) => {
    reserve(10)
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) {
      let rest = value
      while (rest > 127) {
        buffer[length++] = (rest & 127) | 128
        rest >>>= 7
      }
      buffer[length++] = rest
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      buffer[length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    buffer[length++] = Number(rest)
  }
  const tag = (field: number, wireType: number) => varint(field * 8 + wireType)

  const self: Message = {
    int(field, value) {
      tag(field, 0)
      varint(value)
      return self
    },
    float(field, value) {
      tag(field, 5)
      reserve(4)
      new DataView(buffer.buffer).setFloat32(length, value, true)
      length += 4
      return self
    },
    text: (field, value) => self.bytes(field, utf8.encode(value)),
    head(field, length) {
      tag(field, 2)
      varint(length)
      return self
    },
    bytes(field, value) {
      self.head(field, value.length)
      reserve(value.length)
      buffer.set(value, length)
      length += value.length
      return self
    },
    message: (field, value) => self.bytes(field, value.finish()),
    finish: () => buffer.subarray(0, length),
  }
  return self
}

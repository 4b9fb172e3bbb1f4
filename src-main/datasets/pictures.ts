// How does a picture file become pixels, and pixels a picture file? The only place that touches the decoder.
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { Failure } from '../../src-shared/domain/failure.ts'

/** A picture as it is looked at: upright, sRGB, eight bits, no alpha. */
export interface Picture {
  width: number
  height: number
  /** `[height, width, 3]`. */
  rgb: Uint8Array
  /** What a person should know of the decoding, as sentences. */
  notices?: string[]
}

/** Which part of a JPEG's size is enough: 1, 2, 4 or 8 stand for the whole, a half, a quarter, an eighth. */
export type Shrink = (size: { width: number; height: number }) => 1 | 2 | 4 | 8

/** The largest picture that is decoded, in pixels: 2²⁸, 805 MB of RGB. */
export const mostPixels = 2 ** 28
/** The largest file that is read, in bytes. */
export const mostBytes = 2 ** 30

const readable = 'JPEG, PNG, WebP, GIF, TIFF and AVIF'
const formats = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif'])
// Drawings are programs for another renderer, and the decoder's own formats are for its own caches.
sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadVips', 'VipsForeignLoadPdf'] })
// Each picture is decoded once: a cache would only hold memory.
sharp.cache(false)

/** From here on each picture is decoded by one thread, in this whole process: for those who decode many at once. */
export function oneThreadEach(): void {
  sharp.concurrency(1)
}

/**
 * The pixels of a picture file, or of its bytes (`name` says then what to call it in errors). Turned upright by
 * EXIF, brought to sRGB by its ICC profile, alpha laid over white, grey, CMYK and 16 bits converted; of an
 * animation the first frame. `shrink` is asked for JPEGs that may come smaller. Throws Failure `unreadable-file`, `bad-picture` or `too-large`.
 */
export async function decode(source: string | Uint8Array, name?: string, shrink?: Shrink): Promise<Picture> {
  const called = name ?? (typeof source === 'string' ? basename(source) : 'the picture')
  const bytes = typeof source === 'string' ? await readPicture(source, called) : source
  const facts = await readFacts(bytes, called)
  refuseTooLarge(facts, called)
  const part = shrink && facts.jpeg ? shrink(facts) : 1
  const size =
    part > 1 ? { width: Math.ceil(facts.width / part), height: Math.ceil(facts.height / part) } : null
  try {
    return await decodePixels(bytes, 'warning', size)
  } catch (first) {
    try {
      // Some damage is no obstacle: show what other readers show too, and say so.
      const picture = await decodePixels(bytes, 'error', size)
      return {
        ...picture,
        notices: [`${called} is damaged in places (${reason(first)}); what could be read is used.`],
      }
    } catch (error) {
      throw new Failure(
        'bad-picture',
        `${called} cannot be decoded: ${reason(error)}. The file is damaged or incomplete.`,
        'Copy or download it again.',
      )
    }
  }
}

/** At an upright `size` of its own the JPEG decoder leaves out what falls away. */
async function decodePixels(
  bytes: Uint8Array,
  failOn: 'warning' | 'error',
  size: { width: number; height: number } | null,
): Promise<Picture> {
  const image = sharp(bytes, { failOn, limitInputPixels: false }).autoOrient()
  const { data, info } = await (size ? image.resize({ ...size, fit: 'fill' }) : image)
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw new Error(`${info.channels} channels came out, not 3`)
  return {
    width: info.width,
    height: info.height,
    rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }
}

/** A grey picture whose bytes are numbers, not light: `[height, width]`. Throws Failure `unreadable-file` or `bad-picture`. */
export async function decodeIndices(
  path: string,
  called: string,
): Promise<{ width: number; height: number; indices: Uint8Array }> {
  const bytes = await readPicture(path, called)
  const { data, info } = await sharp(bytes)
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new Failure('bad-picture', `${called} cannot be decoded: ${reason(error)}.`)
    })
  if (info.channels !== 1) throw new Failure('bad-picture', `${called} is no grey picture of numbers.`)
  return { width: info.width, height: info.height, indices: new Uint8Array(data) }
}

async function readPicture(path: string, called: string): Promise<Uint8Array> {
  try {
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }))
    if (!isFile) throw new Failure('unreadable-file', `${called} is not a file.`, 'Name a picture file.')
    if (size > mostBytes)
      throw new Failure(
        'too-large',
        `${called} is ${megabytes(size)} long; picture files up to ${megabytes(mostBytes)} are read.`,
        'Save a smaller copy and use that.',
      )
    return await readFile(path)
  } catch (error) {
    if (error instanceof Failure) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new Failure('unreadable-file', `There is no file ${path}.`, 'Check the path.')
    if (code === 'EACCES' || code === 'EPERM')
      throw new Failure('unreadable-file', `${path} may not be read.`, 'Give yourself the right to read it.')
    throw new Failure('unreadable-file', `${path} could not be read (${code ?? 'unknown error'}).`)
  }
}

/** Reads the head of the file only; the size is the upright one. */
async function readFacts(
  bytes: Uint8Array,
  called: string,
): Promise<{ width: number; height: number; jpeg: boolean }> {
  if (bytes.length === 0)
    throw new Failure('bad-picture', `${called} is empty.`, `Pictures are ${readable} files.`)
  try {
    const { autoOrient, format } = await sharp(bytes, { limitInputPixels: false }).metadata()
    if (formats.has(format)) return { ...autoOrient, jpeg: format === 'jpeg' }
  } catch (error) {
    if (hasKnownSignature(bytes))
      throw new Failure(
        'bad-picture',
        `${called} cannot be decoded: ${reason(error)}. The file is damaged or incomplete.`,
        'Copy or download it again.',
      )
  }
  if (isHeic(bytes))
    throw new Failure(
      'bad-picture',
      `${called} is a HEIC photo, which is not read.`,
      'Save it as JPEG or PNG.',
    )
  throw new Failure('bad-picture', `${called} is not a picture that can be read: ${readable} can.`)
}

function refuseTooLarge({ width, height }: { width: number; height: number }, called: string): void {
  const pixels = width * height
  const size = `${called} is ${width} × ${height} px (${Math.round(pixels / 1e6)} megapixels)`
  if (pixels > mostPixels)
    throw new Failure(
      'too-large',
      `${size}; pictures up to ${Math.round(mostPixels / 1e6)} megapixels are decoded.`,
      'Save a smaller copy and use that.',
    )
  // Decoding holds about three copies: the decoder's, the converted one and ours.
  const needed = pixels * 9
  if (pixels > 2 ** 22 && needed > process.availableMemory())
    throw new Failure(
      'too-large',
      `${size}, and decoding it needs about ${megabytes(needed)} of memory; ${megabytes(process.availableMemory())} are free.`,
      'Save a smaller copy or close other programs.',
    )
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`

/** The decoder's first complaint without its own name, as a clause. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n')[0]!.replace(/^Input (buffer|file) has corrupt header:\s*/i, '')
  return (
    line
      .replace(/^\w+: /, '')
      .replace(/[.:]$/, '')
      .slice(0, 120) || 'its head cannot be read'
  )
}

const signatures = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x47, 0x49, 0x46, 0x38],
  [0x52, 0x49, 0x46, 0x46],
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
]
function hasKnownSignature(bytes: Uint8Array): boolean {
  return signatures.some((signature) => signature.every((byte, i) => bytes[i] === byte))
}

function isHeic(bytes: Uint8Array): boolean {
  const brand = new TextDecoder('latin1').decode(bytes.subarray(4, 12))
  return /^ftyp(hei|hev|mif|msf)/.test(brand)
}

/** Pixels to be written: `[height, width, channels]` of bytes, grey, RGB or RGBA. */
export interface Pixels {
  width: number
  height: number
  channels: 1 | 3 | 4
  data: Uint8Array
}

/**
 * The bytes of a PNG file. `text` becomes its text records (keys of 1 to 79 Latin letters, such as `Software`), so
 * that a map says of itself which model, layer and head it shows. Throws RangeError for pixels that do not fill the size.
 */
export async function encodePng(
  pixels: Pixels,
  text: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const { width, height, channels, data } = pixels
  if (data.length !== width * height * channels)
    throw new RangeError(`${data.length} bytes are no ${width} x ${height} pixels of ${channels} channels`)
  const grey = channels === 1
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  const png = await (grey ? image.toColourspace('b-w') : image).png({ compressionLevel: 6 }).toBuffer()
  // Signature (8 bytes) and IHDR (25 bytes) come first; text may stand anywhere after them.
  const records = Object.entries(text).map(([key, value]) => textRecord(key, value))
  return Buffer.concat([png.subarray(0, 33), ...records, png.subarray(33)])
}

/** An `iTXt` chunk: UTF-8, not compressed (PNG specification, 11.3.3.4). */
function textRecord(key: string, value: string): Buffer {
  if (!/^[\x20-\x7e]{1,79}$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a PNG text`)
  const body = Buffer.concat([Buffer.from('iTXt'), Buffer.from(`${key}\0\0\0\0\0`), Buffer.from(value)])
  const record = Buffer.alloc(body.length + 8)
  record.writeUInt32BE(body.length - 4, 0)
  body.copy(record, 4)
  record.writeUInt32BE(crc32(body), body.length + 4)
  return record
}

// Does every kind of picture file arrive as upright sRGB, and everything else as one sentence?
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, encodePng } from '../../../src-main/datasets/pictures.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'

type Channels = 1 | 2 | 3 | 4
const bytes = (values: number[], channels: Channels, width = 2) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / channels / width, channels } })
const deep = (values: number[], channels: Channels) =>
  sharp(Uint16Array.from(values), { raw: { width: values.length / channels, height: 1, channels } })
const flat = sharp({ create: { width: 64, height: 32, channels: 3, background: { r: 200, g: 50, b: 32 } } })
const photo = readFileSync(
  fileURLToPath(new URL('../../../resources/pictures/cat-chelsea.jpg', import.meta.url)),
)

const rgbOf = async (file: Uint8Array | Promise<Uint8Array>) => [...(await decode(await file)).rgb]
const far = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))
async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emergence-pictures-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('decode', () => {
  it('reads JPEG, PNG, WebP, GIF, TIFF and AVIF', async () => {
    for (const file of [
      flat.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      flat.clone().png(),
      flat.clone().png({ palette: true }),
      flat.clone().webp({ lossless: true }),
      flat.clone().gif(),
      flat.clone().tiff(),
      flat.clone().avif({ lossless: true }),
    ]) {
      const picture = await decode(await file.toBuffer())
      expect([picture.width, picture.height, picture.rgb.length]).toEqual([64, 32, 64 * 32 * 3])
      expect(far([...picture.rgb.subarray(0, 3)], [200, 50, 32])).toBeLessThan(3)
    }
  })

  it('turns a picture upright by its EXIF orientation', async () => {
    const turned = await decode(
      await bytes([255, 0, 0, 0, 0, 255], 3).withMetadata({ orientation: 6 }).png().toBuffer(),
    )
    expect([turned.width, turned.height]).toEqual([1, 2])
    expect([...turned.rgb]).toEqual([255, 0, 0, 0, 0, 255])
    const mirrored = bytes([255, 0, 0, 0, 0, 255], 3).withMetadata({ orientation: 2 }).png().toBuffer()
    expect(await rgbOf(mirrored)).toEqual([0, 0, 255, 255, 0, 0])
  })

  it('follows the ICC profile to sRGB', async () => {
    const file = await bytes([200, 50, 30, 90, 180, 60], 3).withIccProfile('p3').png().toBuffer()
    const stored = await sharp(file, { ignoreIcc: true }).raw().toBuffer()
    expect(far([...stored], [200, 50, 30, 90, 180, 60])).toBeGreaterThan(10)
    expect(far(await rgbOf(file), [200, 50, 30, 90, 180, 60])).toBeLessThan(2)
  })

  it('lays alpha over white', async () => {
    expect(await rgbOf(bytes([255, 0, 0, 128, 0, 0, 255, 0], 4).png().toBuffer())).toEqual([
      255, 127, 127, 255, 255, 255,
    ])
    const grey = bytes([10, 255, 200, 0], 2).toColourspace('b-w').png().toBuffer()
    expect(await rgbOf(grey)).toEqual([10, 10, 10, 255, 255, 255])
  })

  it('takes grey, CMYK and 16 bits', async () => {
    expect(await rgbOf(bytes([10, 200], 1).toColourspace('b-w').png().toBuffer())).toEqual([
      10, 10, 10, 200, 200, 200,
    ])
    const cmyk = await flat.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    expect(far((await rgbOf(cmyk)).slice(0, 3), [200, 50, 32])).toBeLessThan(40)
    const rgb16 = deep([257 * 10, 257 * 100, 65535, 0, 257 * 7, 257 * 128], 3)
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    expect(await rgbOf(rgb16)).toEqual([10, 100, 255, 0, 7, 128])
    const grey16 = deep([257 * 10, 65535], 1)
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect(await rgbOf(grey16)).toEqual([10, 10, 10, 255, 255, 255])
  })

  it('reads a file by its path and names it in errors', async () => {
    const path = join(folder, 'cat.jpg')
    writeFileSync(path, photo)
    const picture = await decode(path)
    expect([picture.width, picture.height]).toEqual([451, 300])
    expect(picture.notices).toBeUndefined()
    writeFileSync(path, photo.subarray(0, 20000))
    const failure = await failureOf(decode(path))
    expect(failure.code).toBe('bad-picture')
    expect(failure.message).toMatch(
      /^cat\.jpg cannot be decoded: premature end of JPEG image\. The file is damaged or incomplete\.$/,
    )
  })

  it('uses a photo with a few bad bytes and says so', async () => {
    const spoilt = Buffer.from(photo)
    for (let i = 10000; i < 10200; i++) spoilt[i] = (i * 37) % 256
    const picture = await decode(spoilt, 'cat')
    expect(picture.width).toBe(451)
    expect(picture.notices?.join()).toMatch(/^cat is damaged in places/)
  })

  it.each([
    ['text', Buffer.from('no picture at all'), /is not a picture that can be read/],
    ['nothing', Buffer.alloc(0), /is empty/],
    [
      'a drawing',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /is not a picture/,
    ],
    ['a photo cut in its head', photo.subarray(0, 300), /damaged or incomplete/],
    ['a HEIC photo', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic'), /HEIC/],
  ])('refuses %s in one sentence', async (_, file, message) => {
    const failure = await failureOf(decode(file, 'it'))
    expect(failure.code).toBe('bad-picture')
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toMatch(/vips|buffer/i)
  })

  it('refuses a truncated or corrupted PNG', async () => {
    const png = await sharp(photo).png().toBuffer()
    expect((await failureOf(decode(png.subarray(0, 100000)))).code).toBe('bad-picture')
    png[50000]! ^= 255
    expect((await failureOf(decode(png))).code).toBe('bad-picture')
  })

  it('refuses 30,000 × 30,000 px by its head alone, with the size and what to do', async () => {
    // A true head and no pixels: decoding it could only fail in another way.
    const head = Buffer.from((await flat.clone().png().toBuffer()).subarray(0, 33))
    head.writeUInt32BE(30000, 16)
    head.writeUInt32BE(30000, 20)
    const { crc32 } = await import('node:zlib')
    head.writeUInt32BE(crc32(head.subarray(12, 29)), 29)
    const failure = await failureOf(decode(Buffer.concat([head, Buffer.from('\0\0\0\0IDAT')]), 'huge.png'))
    expect(failure.code).toBe('too-large')
    expect(failure.message).toBe(
      'huge.png is 30000 × 30000 px (900 megapixels); pictures up to 268 megapixels are decoded.',
    )
    expect(failure.hint).toMatch(/smaller copy/)
  })

  it('says what stands in the way of a file', async () => {
    expect((await failureOf(decode(join(folder, 'missing.jpg')))).message).toMatch(
      /There is no file .*missing\.jpg/,
    )
    mkdirSync(join(folder, 'folder.jpg'))
    expect((await failureOf(decode(join(folder, 'folder.jpg')))).message).toBe('folder.jpg is not a file.')
    const long = join(folder, 'long.tiff')
    writeFileSync(long, '')
    truncateSync(long, 2 ** 30 + 1)
    expect((await failureOf(decode(long))).code).toBe('too-large')
  })

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says that a file may not be read',
    async () => {
      const path = join(folder, 'secret.png')
      writeFileSync(path, '')
      chmodSync(path, 0)
      expect((await failureOf(decode(path))).message).toMatch(/may not be read/)
    },
  )
})

describe('encodePng', () => {
  it('keeps every pixel of RGB, RGBA and grey', async () => {
    const data = Uint8Array.of(1, 2, 3, 250, 251, 252)
    expect(await rgbOf(encodePng({ width: 1, height: 2, channels: 3, data }))).toEqual([...data])
    const grey = await encodePng({ width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 90) })
    expect((await sharp(grey).metadata()).channels).toBe(1)
    expect(await rgbOf(grey)).toEqual([7, 7, 7, 90, 90, 90])
    const clear = await encodePng({ width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 9, 9, 0) })
    expect(await rgbOf(clear)).toEqual([255, 255, 255])
  })

  it('writes text records that readers find, Greek and all', async () => {
    const png = await encodePng(
      { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) },
      { Software: 'Emergence', Description: 'layer 11, head 0, Σ = 1' },
    )
    expect((await sharp(png).metadata()).comments).toEqual([
      { keyword: 'Software', text: 'Emergence' },
      { keyword: 'Description', text: 'layer 11, head 0, Σ = 1' },
    ])
    expect(await rgbOf(png)).toEqual([1, 2, 3])
  })

  it('refuses pixels that do not fill the size, and keys that are no keys', async () => {
    await expect(encodePng({ width: 2, height: 1, channels: 3, data: Uint8Array.of(1) })).rejects.toThrow(
      RangeError,
    )
    const dot = { width: 1, height: 1, channels: 1 as const, data: Uint8Array.of(1) }
    await expect(encodePng(dot, { 'a\0b': 'x' })).rejects.toThrow(RangeError)
  })
})

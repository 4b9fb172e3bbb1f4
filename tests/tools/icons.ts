// Where do the app's icons come from? From one drawing: PNG in every size, ICO for Windows, ICNS for macOS.
//
// node tests/tools/icons.ts
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const root = new URL('../..', import.meta.url).pathname
const drawing = await readFile(join(root, 'src-renderer/public/icon.svg'))
const folder = join(root, 'resources/icons')
const png = (size: number): Promise<Buffer> =>
  sharp(drawing, { density: (72 * size) / 32 })
    .resize(size, size)
    .png({ compressionLevel: 9 })
    .toBuffer()

/** Windows: a directory of PNGs (Vista and later read them). */
function ico(images: readonly { size: number; bytes: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ size, bytes }, i) => {
    const at = 6 + 16 * i
    head[at] = size % 256
    head[at + 1] = size % 256
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(bytes.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += bytes.length
  })
  return Buffer.concat([head, ...images.map(({ bytes }) => bytes)])
}

/** macOS: typed chunks of PNGs. */
function icns(images: readonly { type: string; bytes: Buffer }[]): Buffer {
  const chunks = images.map(({ type, bytes }) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(bytes.length + 8, 4)
    return Buffer.concat([head, bytes])
  })
  const body = Buffer.concat(chunks)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}

await mkdir(folder, { recursive: true })
for (const size of [16, 32, 48, 64, 128, 256, 512])
  await writeFile(join(folder, `${size}x${size}.png`), await png(size))
await writeFile(join(folder, 'icon.png'), await png(1024))
await writeFile(join(folder, 'icon.svg'), drawing)
const forWindows = await Promise.all(
  [16, 24, 32, 48, 64, 128, 256].map(async (size) => ({ size, bytes: await png(size) })),
)
await writeFile(join(folder, 'icon.ico'), ico(forWindows))
const forMac = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
] as const
await writeFile(
  join(folder, 'icon.icns'),
  icns(await Promise.all(forMac.map(async ([type, size]) => ({ type, bytes: await png(size) })))),
)

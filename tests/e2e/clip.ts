// Where does a test's video come from? A pan over a photo, encoded by the page's own WebCodecs, put into WebM here.
import { writeFile } from 'node:fs/promises'
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny'
import type { Page } from 'playwright-core'
import sharp from 'sharp'

export interface ClipOptions {
  readonly photo: string
  readonly frames: number
  readonly width: number
  readonly height: number
  /** Frames for a second. */
  readonly rate: number
  /** Frames whose bytes are overwritten, so that no decoder reads them. */
  readonly damaged?: readonly number[]
  /** The frames again and again, so many times. */
  readonly times?: number
}

/** The window of each frame on the photo: it wanders from one corner to the other and comes nearer. */
export async function panOver({ photo, frames, width, height }: ClipOptions): Promise<Buffer[]> {
  const { width: wide, height: high } = await sharp(photo).metadata()
  const most = Math.min(wide / width, high / height)
  const out: Buffer[] = []
  for (let i = 0; i < frames; i++) {
    const at = frames > 1 ? i / (frames - 1) : 0
    const scale = most * (0.9 - 0.25 * at)
    const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) }
    const left = Math.floor((wide - size.width) * at)
    const top = Math.floor((high - size.height) * (0.2 + 0.6 * at))
    out.push(
      await sharp(photo)
        .extract({ left, top, ...size })
        .resize(width, height, { fit: 'fill' })
        .jpeg({ quality: 92 })
        .toBuffer(),
    )
  }
  return out
}

/** Writes a VP8 video, every frame a key frame; the page encodes it. */
export async function makeClip(page: Page, path: string, options: ClipOptions): Promise<void> {
  const { width, height, rate, damaged = [], times = 1 } = options
  const pictures = await panOver(options)
  const packets = await page.evaluate(
    async ({ jpegs, width, height, rate }) => {
      const packets: string[] = []
      let failed = ''
      const encoder = new VideoEncoder({
        output: (chunk) => {
          const bytes = new Uint8Array(chunk.byteLength)
          chunk.copyTo(bytes)
          packets.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))
        },
        error: (error) => (failed = error.message),
      })
      const bitrate = Math.min(4e6, 3 * width * height * rate)
      encoder.configure({ codec: 'vp8', width, height, bitrate, framerate: rate })
      for (const [i, jpeg] of jpegs.entries()) {
        const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
        const frame = new VideoFrame(bitmap, { timestamp: Math.round((i * 1e6) / rate) })
        encoder.encode(frame, { keyFrame: true })
        frame.close()
      }
      await encoder.flush()
      encoder.close()
      if (failed) throw new Error(failed)
      return packets
    },
    { jpegs: pictures.map((jpeg) => jpeg.toString('base64')), width, height, rate },
  )
  const target = new BufferTarget()
  const output = new Output({ format: new WebMOutputFormat(), target })
  const track = new EncodedVideoPacketSource('vp8')
  output.addVideoTrack(track, { frameRate: rate })
  await output.start()
  const decoderConfig = { codec: 'vp8', codedWidth: width, codedHeight: height }
  for (let i = 0; i < packets.length * times; i++) {
    const bytes = new Uint8Array(Buffer.from(packets[i % packets.length]!, 'base64'))
    if (damaged.includes(i)) bytes.fill(0xff)
    const packet = new EncodedPacket(bytes, 'key', i / rate, 1 / rate)
    await track.add(packet, i === 0 ? { decoderConfig } : undefined)
  }
  await output.finalize()
  await writeFile(path, new Uint8Array(target.buffer!))
}

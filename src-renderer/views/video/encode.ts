// How do drawn frames become one file? PNG pictures in an archive, or a WebM video encoded as they come.
import { BufferTarget, CanvasSource, Output, WebMOutputFormat, canEncodeVideo } from 'mediabunny'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { createZip } from './zip.ts'

/** What takes frames one after the other. */
export interface FrameSink {
  readonly ending: string
  readonly type: string
  /** Adds what the canvas shows now. */
  add(frame: number, seconds: number, duration: number): Promise<void>
  /** Of the file so far. */
  readonly bytes: number
  /** `about`: settings, kept with pictures where there is a place for them. */
  finish(about: unknown): Promise<Uint8Array>
  cancel(): Promise<void>
}

export function pictureSink(canvas: OffscreenCanvas): FrameSink {
  const zip = createZip()
  return {
    ending: 'frames.zip',
    type: 'application/zip',
    add: async (frame) => {
      const blob = await canvas.convertToBlob({ type: 'image/png' })
      zip.add(`frame-${String(frame).padStart(6, '0')}.png`, new Uint8Array(await blob.arrayBuffer()))
    },
    get bytes() {
      return zip.bytes
    },
    finish: (about) => {
      zip.add('settings.json', new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`))
      return Promise.resolve(zip.finish())
    },
    cancel: () => Promise.resolve(),
  }
}

/** Bits for a pixel of a frame: maps have hard edges, which low rates smear. */
const bitsPerPixel = 0.2

/** Throws Failure `device-failed` where this window encodes neither VP9 nor VP8. */
export async function videoSink(canvas: OffscreenCanvas, rate: number): Promise<FrameSink> {
  const { width, height } = canvas
  const bitrate = Math.round(
    Math.min(40e6, Math.max(500e3, width * height * Math.max(rate, 1) * bitsPerPixel)),
  )
  const able = async (codec: 'vp9' | 'vp8'): Promise<boolean> =>
    canEncodeVideo(codec, { width, height, bitrate })
  const codec = (await able('vp9')) ? 'vp9' : (await able('vp8')) ? 'vp8' : null
  if (!codec)
    throw new Failure(
      'device-failed',
      `This window encodes neither VP9 nor VP8 at ${width} × ${height} px.`,
      'Export the frames as pictures instead.',
    )
  const target = new BufferTarget()
  const output = new Output({ format: new WebMOutputFormat(), target })
  let bytes = 0
  const source = new CanvasSource(canvas, {
    codec,
    bitrate,
    onEncodedPacket: (packet) => (bytes += packet.byteLength),
  })
  output.addVideoTrack(source, { frameRate: rate })
  await output.start()
  return {
    ending: 'webm',
    type: 'video/webm',
    add: (_, seconds, duration) => source.add(seconds, duration),
    get bytes() {
      return bytes
    },
    finish: async () => {
      await output.finalize()
      return new Uint8Array(target.buffer ?? new ArrayBuffer(0))
    },
    cancel: () => output.cancel(),
  }
}

// How is a frame of a video decoded? By WebCodecs, read piece by piece from the file: two hours need no more memory than two seconds.
import {
  ALL_FORMATS,
  BlobSource,
  Input,
  UnsupportedInputFormatError,
  VideoSampleSink,
  type VideoSample,
} from 'mediabunny'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { bitmapOf, inTurn, type FrameSource, type Lane } from './frames.ts'

/** Packets whose times tell how many frames there are in a second. */
const looked = 120
/** Seconds forward that are decoded rather than sought: further ones begin at a key frame again. */
const jump = 4

/** Opens a video; a Failure (not thrown) where this window cannot decode it, so that something else may be tried. */
export async function openVideo(file: File): Promise<FrameSource | Failure> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (!track)
      return refused(input, new Failure('bad-picture', `There are no moving pictures in ${file.name}.`))
    if (!(await track.canDecode()))
      return refused(
        input,
        new Failure(
          'bad-picture',
          `${file.name} holds ${codecName(await track.getCodec())}, which this window cannot decode.`,
          'Convert it to VP9, for example with ffmpeg -i IN -c:v libvpx-vp9 OUT.webm, or drop a folder of its frames.',
        ),
      )
    // Colour and transparency are decoded apart and joined by workers that the page's policy refuses.
    if (await track.canBeTransparent())
      return refused(
        input,
        new Failure(
          'bad-picture',
          `${file.name} has transparent frames, which this window cannot decode.`,
          'Convert it without transparency, for example with ffmpeg -i IN -pix_fmt yuv420p OUT.webm, or drop a folder of its frames.',
        ),
      )
    const [width, height, first, { averagePacketRate }] = await Promise.all([
      track.getDisplayWidth(),
      track.getDisplayHeight(),
      track.getFirstTimestamp(),
      track.computePacketStats(looked),
    ])
    const end = (await track.getDurationFromMetadata()) ?? (await track.computeDuration())
    const rate = averagePacketRate > 0 && Number.isFinite(averagePacketRate) ? averagePacketRate : 25
    const total = Math.max(1, Math.round((end - first) * rate))
    const sink = new VideoSampleSink(track)
    const cursors: Record<Lane, Cursor> = { show: cursorOf(sink), compute: cursorOf(sink) }
    const turns = { show: inTurn(), compute: inTurn() }
    let closed = false
    return {
      kind: 'video',
      width,
      height,
      total,
      rate,
      codec: codecName(await track.getCodec()),
      read: (frame, lane) =>
        turns[lane](async () => {
          if (closed) throw new Failure('cancelled', 'The video was closed.')
          // The middle of the frame: no rounding of its times can mean a neighbour.
          const sample = await cursors[lane].at(first + (frame + 0.5) / rate)
          if (!sample) throw new Failure('bad-picture', `Frame ${frame} cannot be decoded.`)
          return bitmapOf(width, height, (context, wide, high) => sample.draw(context, 0, 0, wide, high))
        }),
      close: () => {
        closed = true
        void cursors.show.close()
        void cursors.compute.close()
        input.dispose()
      },
    }
  } catch (thrown) {
    return refused(input, asFailure(thrown, file.name))
  }
}

function refused(input: Input, failure: Failure): Failure {
  input.dispose()
  return failure
}

/** The library's own sentence is kept where it says more than that the format is unknown. */
const asFailure = (thrown: unknown, name: string): Failure => {
  if (thrown instanceof Failure) return thrown
  const known = thrown instanceof Error && !(thrown instanceof UnsupportedInputFormatError)
  return new Failure(
    'bad-picture',
    `${name} cannot be read as a video${known ? `: ${thrown.message}` : ': its bytes are of no format that is known here.'}`,
    'MP4, QuickTime, WebM, Matroska, MPEG-TS and folders of pictures can be read.',
  )
}

const names: Readonly<Record<string, string>> = {
  avc: 'H.264',
  hevc: 'H.265',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
}
const codecName = (codec: string | null): string =>
  codec === null ? 'an unknown codec' : (names[codec] ?? codec)

interface Cursor {
  /** The frame that is seen at a time; null where there is none. It is closed when the next is asked for. */
  at(time: number): Promise<VideoSample | null>
  close(): Promise<void>
}

/** Goes through a video forwards without decoding anything twice, and starts anew where it is sent elsewhere. */
function cursorOf(sink: VideoSampleSink): Cursor {
  let samples: AsyncGenerator<VideoSample, void, unknown> | null = null
  let seen: VideoSample | null = null
  let after: VideoSample | null = null

  async function close(): Promise<void> {
    const open = samples
    samples = null
    seen?.close()
    after?.close()
    seen = after = null
    await open?.return().catch(() => undefined)
  }
  async function next(): Promise<VideoSample | null> {
    const { value } = (await samples?.next()) ?? {}
    return value ?? null
  }

  return {
    at: async (time) => {
      if (!samples || !seen || time < seen.timestamp || time > seen.timestamp + jump) {
        await close()
        samples = sink.samples(time)
      }
      try {
        seen ??= await next()
        for (;;) {
          after ??= await next()
          if (!after || after.timestamp > time) break
          seen?.close()
          seen = after
          after = null
        }
      } catch {
        // What is decoded ahead may be damaged where the frame that was asked for is not.
        await close()
        seen = await sink.getSample(time).catch(() => null)
      }
      return seen
    },
    close,
  }
}

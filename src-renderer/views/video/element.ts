// How is a video decoded that WebCodecs cannot decode? By the page's own video element, sent to the time of each frame.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { bitmapOf, inTurn, type FrameSource } from './frames.ts'

/** The element does not say how many frames there are in a second. */
const assumedRate = 25
/** Milliseconds after which a seek has failed. */
const patience = 10_000

/** Opens a video in an element; null where the element cannot play it either. */
export async function openElement(file: File): Promise<FrameSource | null> {
  const address = URL.createObjectURL(file)
  const video = document.createElement('video')
  video.muted = true
  video.preload = 'auto'
  video.src = address
  const close = (): void => {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(address)
  }
  const loaded = await happens(video, 'loadeddata').catch(() => false)
  if (!loaded || video.videoWidth === 0 || !Number.isFinite(video.duration)) {
    close()
    return null
  }
  const turn = inTurn()
  return {
    kind: 'element',
    width: video.videoWidth,
    height: video.videoHeight,
    total: Math.max(1, Math.floor(video.duration * assumedRate)),
    rate: assumedRate,
    codec: '',
    read: (frame) =>
      turn(async () => {
        const there = happens(video, 'seeked')
        video.currentTime = (frame + 0.5) / assumedRate
        if (!(await there.catch(() => false)))
          throw new Failure('bad-picture', `Frame ${frame} cannot be decoded.`)
        return bitmapOf(video.videoWidth, video.videoHeight, (context, wide, high) =>
          context.drawImage(video, 0, 0, wide, high),
        )
      }),
    close,
  }
}

/** True once the element says so; rejects where it fails or keeps silent. */
function happens(video: HTMLVideoElement, event: 'loadeddata' | 'seeked'): Promise<true> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(() => reject(new Error('the video element keeps silent'))),
      patience,
    )
    const done = (): void => settle(() => resolve(true))
    const failed = (): void => settle(() => reject(new Error('the video element failed')))
    function settle(act: () => void): void {
      clearTimeout(timer)
      video.removeEventListener(event, done)
      video.removeEventListener('error', failed)
      act()
    }
    video.addEventListener(event, done)
    video.addEventListener('error', failed)
  })
}

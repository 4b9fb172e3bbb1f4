// Where do frames come from? A video that is decoded as it is asked for, a video element where it cannot be, or pictures.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { isVideo } from './files.ts'
import type { FrameSource } from './frames.ts'

/** Opens a video, or pictures as its frames. Throws Failure where nothing can be decoded. */
export async function openSource(files: readonly File[]): Promise<FrameSource> {
  const [first] = files
  if (!first) throw new Failure('bad-argument', 'There is no video and no picture among these files.')
  if (!isVideo(first)) return (await import('./folder.ts')).openFolder(files)
  const { openVideo } = await import('./decode.ts')
  const opened = await openVideo(first)
  if (!(opened instanceof Failure)) return opened
  const { openElement } = await import('./element.ts')
  return (await openElement(first)) ?? Promise.reject(opened)
}

// How are pictures a video? Each is a frame, decoded when it is asked for.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { bitmapOf, type FrameSource } from './frames.ts'

/** Pictures have no times: ten are played in a second. */
const folderRate = 10

/** Pictures in their order as frames. Throws Failure where none of the first can be read. */
export async function openFolder(files: readonly File[]): Promise<FrameSource> {
  const decode = async (frame: number): Promise<ImageBitmap> => {
    const file = files[frame]
    if (!file) throw new Failure('bad-argument', `There is no frame ${frame}.`)
    try {
      return await createImageBitmap(file)
    } catch {
      throw new Failure('bad-picture', `${file.name} cannot be decoded: it is damaged, or no picture.`)
    }
  }
  const first = await firstOf(files.length, decode)
  const { width, height } = first
  first.close()
  return {
    kind: 'frames',
    width,
    height,
    total: files.length,
    rate: folderRate,
    codec: '',
    read: async (frame) => {
      const bitmap = await decode(frame)
      const small = bitmapOf(bitmap.width, bitmap.height, (context, wide, high) =>
        context.drawImage(bitmap, 0, 0, wide, high),
      )
      bitmap.close()
      return small
    },
    close: () => undefined,
  }
}

/** Damaged pictures at the beginning are no reason to refuse the others. */
async function firstOf(count: number, decode: (frame: number) => Promise<ImageBitmap>): Promise<ImageBitmap> {
  const tried = Math.min(count, 8)
  for (let frame = 0; ; frame++) {
    try {
      return await decode(frame)
    } catch (thrown) {
      if (frame + 1 >= tried) throw thrown
    }
  }
}

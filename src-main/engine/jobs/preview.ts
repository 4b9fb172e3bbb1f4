// Answers `preview`: a picture as a window shows it.
import type { Job } from '../job.ts'

export const preview: Job<'preview'> =
  () =>
  async ({ picture, side }) => {
    const { previewOf } = await import('../../datasets/preview.ts')
    return picture.kind === 'path'
      ? previewOf(picture.path, side)
      : previewOf(picture.bytes, side, picture.name)
  }

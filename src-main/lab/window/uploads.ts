// Which files did a window send, and where do they lie until they are taken in?
import { rm } from 'node:fs/promises'
import { Failure } from '../../../src-shared/domain/failure.ts'

export interface Upload {
  readonly path: string
  readonly name: string
  readonly bytes: number
}

export interface Uploads {
  arrived(id: string, upload: Upload): void
  /** The file under this id. Throws Failure where there is none. */
  find(id: string): Upload
  /** The file was taken in or refused: it is deleted. */
  drop(id: string): Promise<void>
  bytes(): number
}

export function createUploads(): Uploads {
  const uploads = new Map<string, Upload>()
  return {
    arrived: (id, upload) => void uploads.set(id, upload),
    find: (id) => {
      const upload = uploads.get(id)
      if (upload) return upload
      throw new Failure(
        'unreadable-file',
        'The file that was sent is not here any more.',
        'Drop it once more.',
      )
    },
    drop: async (id) => {
      const upload = uploads.get(id)
      uploads.delete(id)
      if (upload) await rm(upload.path, { force: true })
    },
    bytes: () => [...uploads.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

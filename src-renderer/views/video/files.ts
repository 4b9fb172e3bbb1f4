// Which files are a video, and where are they while the window lives? Held by an id that a tab keeps.
import type { Lab } from '../../client/lab.ts'
import { strings } from '../../state/strings.ts'
import type { KeptVideo } from './settings.ts'

const endings = /\.(mp4|m4v|mov|webm|mkv|ogv|avi|ts|mpe?g)$/i
const pictureEndings = /\.(png|jpe?g|webp|gif|bmp|avif)$/i

export const isVideo = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  type.startsWith('video/') || endings.test(name)
const isPicture = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  type.startsWith('image/') || pictureEndings.test(name)

/** What dropped files mean here: the first video among them, or pictures as frames in the order of their names. */
export function filmOf<F extends Pick<File, 'name' | 'type'>>(files: readonly F[]): F[] {
  const video = files.find(isVideo)
  if (video) return [video]
  const order = new Intl.Collator('en', { numeric: true })
  return files.filter(isPicture).sort((a, b) => order.compare(a.name, b.name))
}

const heldBy = new WeakMap<object, Map<string, readonly File[]>>()

/** Keeps files for as long as the window lives, and names them as a tab keeps them. */
export function holdFiles(lab: Pick<Lab, 'pathOf'>, files: readonly File[]): KeptVideo {
  const held = heldBy.get(lab) ?? new Map<string, readonly File[]>()
  heldBy.set(lab, held)
  const [first] = files
  const id = crypto.randomUUID()
  held.set(id, files)
  const path = first ? lab.pathOf(first) : ''
  const single = files.length === 1 && first !== undefined
  return {
    id,
    name: single ? first.name : folderOf(first, files.length),
    path: single ? path : path.replace(/[\\/][^\\/]*$/, ''),
    files: files.length,
  }
}

/** The files of a video that was opened in this window; undefined where it was another. */
export const heldFiles = (lab: object, id: string): readonly File[] | undefined => heldBy.get(lab)?.get(id)

function folderOf(first: File | undefined, count: number): string {
  const [folder] = (first?.webkitRelativePath ?? '').split('/')
  return folder || strings.video.framesName(count)
}

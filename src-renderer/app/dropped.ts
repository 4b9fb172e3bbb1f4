// What was dropped, pasted or chosen? Files, and the files of folders where only the browser can look into them.

/** Entries of a drop as far as the page can look into folders. */
interface Entry {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
  file?(done: (file: File) => void, failed: (error: unknown) => void): void
  createReader?(): { readEntries(done: (entries: Entry[]) => void, failed: (error: unknown) => void): void }
}

/** How many files of a drag look like pictures or videos, and how many like neither; a folder counts as other. */
export function countKinds(items: Iterable<{ readonly kind: string; readonly type: string }>): {
  pictures: number
  videos: number
  others: number
} {
  let pictures = 0
  let videos = 0
  let others = 0
  for (const { kind, type } of items) {
    if (kind !== 'file') continue
    if (type.startsWith('image/')) pictures++
    else if (type.startsWith('video/')) videos++
    else others++
  }
  return { pictures, videos, others }
}

const mostFiles = 10_000

/** All files below an entry, folders looked into, hidden ones left out. */
async function filesBelow(entry: Entry, into: File[]): Promise<void> {
  if (into.length >= mostFiles || entry.name.startsWith('.')) return
  if (entry.isFile && entry.file) {
    const { file } = entry
    into.push(await new Promise<File>((resolve, reject) => file.call(entry, resolve, reject)))
    return
  }
  const reader = entry.createReader?.()
  if (!entry.isDirectory || !reader) return
  for (;;) {
    const entries = await new Promise<Entry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return
    for (const one of entries) await filesBelow(one, into)
  }
}

/**
 * The files of a drop. `whole`: folders are taken as they are, because their place on the disk is known to the host.
 * The list must be read before the event ends; what is read later is read from it.
 */
export async function droppedFiles(transfer: DataTransfer, whole: boolean): Promise<File[]> {
  const entries: Entry[] = []
  const plain = [...transfer.files]
  if (!whole)
    for (const item of transfer.items) {
      const entry = item.kind === 'file' ? (item.webkitGetAsEntry() as Entry | null) : null
      if (entry) entries.push(entry)
    }
  if (whole || entries.every((entry) => !entry.isDirectory)) return plain
  const files: File[] = []
  for (const entry of entries) await filesBelow(entry, files)
  return files
}

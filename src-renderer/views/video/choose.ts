// How does a person give a video? Dropped, or chosen in the browser's own dialog: its files stay in the page.
import type { Session } from '../../state/session.svelte.ts'
import { filmOf, holdFiles } from './files.ts'
import { showing } from './settings.ts'
import type { VideoModel } from './video.svelte.ts'

/** The settings that show these files as a video; null where there is neither a video nor a picture among them. */
export function videoSettings(
  session: Session,
  files: readonly File[],
): Readonly<Record<string, unknown>> | null {
  const film = filmOf(files)
  return film.length === 0 ? null : showing(holdFiles(session.lab, film))
}

/** Opens the browser's own dialog and shows what was chosen. */
export async function choose(model: VideoModel, what: 'file' | 'folder'): Promise<void> {
  const files = await chosen(what)
  const settings = videoSettings(model.session, files)
  if (settings) model.tab.change(settings)
}

function chosen(what: 'file' | 'folder'): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    if (what === 'folder') input.webkitdirectory = true
    else {
      input.multiple = true
      input.accept = 'video/*,image/*,.mkv,.mov,.m4v,.ts'
    }
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true })
    input.addEventListener('cancel', () => resolve([]), { once: true })
    input.click()
  })
}

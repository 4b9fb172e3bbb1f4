// How do files come into the workspace? Made reachable, sorted by the lab, and shown where they belong.
import type { Added, Source } from '../client/lab.ts'
import type { Session } from '../state/session.svelte.ts'
import { strings } from '../state/strings.ts'

/** Hands sources to the lab, says what it refused, and opens a workspace that was among them. */
export async function bringSources(session: Session, sources: readonly Source[]): Promise<Added | null> {
  if (sources.length === 0) return null
  const added = await session.attempt(session.lab.add(sources))
  if (!added) return null
  if (added.refused.length === 1) {
    const [{ problem }] = added.refused as [(typeof added.refused)[0]]
    session.notify(problem.message, { hint: problem.hint })
  } else if (added.refused.length > 1)
    session.notify(strings.notice.refused(added.refused.length), {
      hint: added.refused
        .slice(0, 3)
        .map(({ problem }) => problem.message)
        .join(' '),
    })
  const [workspace] = added.workspaces
  if (workspace) await session.attempt(session.lab.openWorkspace({ kind: 'path', path: workspace }))
  return added
}

/** Makes files of the page reachable for the lab. */
export async function placeFiles(session: Session, files: readonly File[]): Promise<Source[]> {
  const sources: Source[] = []
  let notice: number | null = null
  for (const file of files) {
    // Only a file that has to travel takes long enough to speak of.
    if (file.size > 32e6 && session.capabilities.uploadLimit !== null) {
      if (notice !== null) session.dismiss(notice)
      notice = session.notify(strings.drop.reading(file.name))
    }
    const source = await session.attempt(session.lab.place(file))
    if (source) sources.push(source)
  }
  if (notice !== null) session.dismiss(notice)
  return sources
}

/** Makes files of the page reachable and brings them in. */
export async function bringFiles(session: Session, files: readonly File[]): Promise<Added | null> {
  return bringSources(session, await placeFiles(session, files))
}

/** Opens the system's dialog, or the browser's own, and brings in what was chosen. */
export async function bringChosen(
  session: Session,
  what: 'files' | 'folder' | 'workspace',
): Promise<Added | null> {
  if (session.capabilities.dialogs) {
    const sources = await session.attempt(session.lab.choose(what))
    return sources ? bringSources(session, sources) : null
  }
  return bringFiles(session, await chooseInPage(what))
}

/** The browser's own file dialog; nothing where it was dismissed. */
function chooseInPage(what: 'files' | 'folder' | 'workspace'): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = what !== 'workspace'
    if (what === 'folder') input.webkitdirectory = true
    if (what === 'workspace') input.accept = '.emergence'
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true })
    input.addEventListener('cancel', () => resolve([]), { once: true })
    input.click()
  })
}

// Which videos are open? A few, for as long as the window lives: leaving a tab forgets nothing that was computed.
import type { Lab } from '../../client/lab.ts'
import { heldFiles } from './files.ts'
import { createReel, type Reel } from './reel.ts'
import { openSource } from './source.ts'
import { linkPainter } from './workerLink.ts'

/** Each has a decoder, a worker and its budgets. */
const most = 2
const reelsBy = new WeakMap<object, Map<string, Promise<Reel>>>()

/** The reel of a video of this window; null where its files are not here any more. Rejects with Failure. */
export function reelOf(lab: Pick<Lab, 'frame'>, id: string): Promise<Reel> | null {
  const reels = reelsBy.get(lab) ?? new Map<string, Promise<Reel>>()
  reelsBy.set(lab, reels)
  const there = reels.get(id)
  if (there) {
    reels.delete(id)
    reels.set(id, there)
    return there
  }
  const files = heldFiles(lab, id)
  if (!files) return null
  for (const [other, reel] of reels) {
    if (reels.size < most) break
    reels.delete(other)
    void reel.then((open) => open.close()).catch(() => undefined)
  }
  const opened = openSource(files).then((source) =>
    createReel({
      source,
      painter: linkPainter(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })),
      look: (request, signal) => lab.frame(request, signal),
    }),
  )
  reels.set(id, opened)
  // What failed once may work later: it is tried again.
  opened.catch(() => reels.delete(id))
  return opened
}

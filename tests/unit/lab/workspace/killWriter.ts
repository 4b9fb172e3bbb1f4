// Writes to a workspace without end and says on stdout, after each write, what is now kept. Waits to be killed.
import { writeSync } from 'node:fs'
import { storeFile } from '../../../../src-main/lab/workspace/blobs.ts'
import { keepInspection, removeInspection } from '../../../../src-main/lab/workspace/inspections.ts'
import { openWorkspace } from '../../../../src-main/lab/workspace/open.ts'
import { addPicture, keepThumbnail } from '../../../../src-main/lab/workspace/pictures.ts'
import { keepViewState } from '../../../../src-main/lab/workspace/viewState.ts'
import { cleanUp } from '../../../../src-main/lab/workspace/diskUse.ts'

const [path = '', round = '0'] = process.argv.slice(2)
const opened = openWorkspace(path, { create: true })
if (opened.mode !== 'write') throw new Error(opened.why)
const { workspace } = opened

/** One line for each acknowledged write; a line that is not complete was not acknowledged. */
function acknowledge(...words: (string | number)[]): void {
  writeSync(1, `${words.join(' ')}\n`)
}

acknowledge('opened')
for (let n = 0; ; n++) {
  const id = keepInspection(workspace, {
    id: null,
    name: `${round}.${n}`,
    view: 'inspect',
    settings: { layer: n },
  })
  acknowledge('inspection', id)
  keepViewState(workspace, 'window', { round, n })
  acknowledge('state', n)
  if (n % 3 === 0) {
    const blob = await storeFile(workspace, [new TextEncoder().encode(`${round}.${n}`.repeat(2000))], '.png')
    const picture = addPicture(workspace, {
      name: `${n}`,
      origin: { kept: 'copied', path: '', blob },
      width: 8,
      height: 8,
      credit: '',
    })
    acknowledge('picture', picture, blob.hash)
    keepThumbnail(workspace, picture, 'thumb', { type: 'image/png', bytes: new Uint8Array(3000).fill(n) })
    acknowledge('thumbnail', picture)
  }
  if (n % 5 === 4) {
    // Said beforehand: a kill may fall between the removal and its acknowledgement.
    acknowledge('removing', id)
    removeInspection(workspace, id)
    acknowledge('removed', id)
  }
  if (n % 40 === 39) await cleanUp(workspace)
}

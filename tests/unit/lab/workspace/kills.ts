// Does a workspace lose anything when the lab is killed at any moment? Kills it, opens the file, counts.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import SQLite from 'better-sqlite3'
import { blobPath, findBlob } from '../../../../src-main/lab/workspace/blobs.ts'
import { listInspections } from '../../../../src-main/lab/workspace/inspections.ts'
import { openWorkspace } from '../../../../src-main/lab/workspace/open.ts'
import { findThumbnail, listPictures } from '../../../../src-main/lab/workspace/pictures.ts'
import { readViewState } from '../../../../src-main/lab/workspace/viewState.ts'

const writer = fileURLToPath(new URL('killWriter.ts', import.meta.url))

export interface KillReport {
  kills: number
  acknowledged: number
  lost: string[]
  /** What `integrity_check` said where it was not `ok`. */
  damaged: string[]
}

async function writeUntilKilled(path: string, round: number, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, path, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  let armed = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (armed) return
    armed = true
    setTimeout(() => child.kill('SIGKILL'), milliseconds)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself with ${code ?? signal}`)
  // What stands after the last line feed was not said to the end.
  return said.split('\n').slice(0, -1)
}

/**
 * Kills the writer `kills` times at moments drawn by `random` and looks for every write it acknowledged. The same
 * workspace goes through all of it.
 */
export async function killRounds(path: string, kills: number, random: () => number): Promise<KillReport> {
  const report: KillReport = { kills: 0, acknowledged: 0, lost: [], damaged: [] }
  const kept = new Map<string, string[]>()
  for (let round = 0; round < kills; round++) {
    const lines = await writeUntilKilled(path, round, 3 + random() * 250)
    report.kills++
    for (const line of lines) {
      const words = line.split(' ')
      if (words[0] === 'removing') kept.delete(`inspection ${words[1]}`)
      if (words[0] === 'opened' || words[0] === 'removing') continue
      report.acknowledged++
      if (words[0] === 'state') kept.set('state', [String(round), words[1] ?? ''])
      else kept.set(`${words[0]} ${words[1]}`, words)
    }
    look(path, kept, report)
  }
  return report
}

function look(path: string, kept: ReadonlyMap<string, string[]>, report: KillReport): void {
  const direct = new SQLite(path, { readonly: true })
  const integrity = String(direct.pragma('integrity_check', { simple: true }))
  direct.close()
  if (integrity !== 'ok') report.damaged.push(integrity)
  const opened = openWorkspace(path)
  const { workspace } = opened
  if (opened.notices.some((notice) => notice.includes('damaged')))
    report.damaged.push(opened.notices.join(' '))
  const inspections = new Set(listInspections(workspace).map(({ id }) => id))
  const pictures = new Set(listPictures(workspace).map(({ id }) => id))
  for (const [key, words] of kept) {
    const [what, id = '', hash = ''] = words
    if (key === 'state') {
      // The state written last may be newer than the one acknowledged last, never older.
      const state = readViewState(workspace, 'window') as { round: string; n: number }
      const [round, n] = [Number(state.round) - Number(words[0]), state.n - Number(words[1])]
      if (round < 0 || (round === 0 && n < 0)) report.lost.push(key)
    } else if (what === 'inspection' && !inspections.has(id)) report.lost.push(key)
    else if (what === 'thumbnail' && !findThumbnail(workspace, id, 'thumb')) report.lost.push(key)
    else if (what === 'picture') {
      const blob = findBlob(workspace, hash)
      const whole =
        blob !== null &&
        createHash('sha256')
          .update(readFileSync(blobPath(workspace, blob)))
          .digest('hex') === hash
      if (!pictures.has(id) || !whole) report.lost.push(key)
    }
  }
  opened.close()
}

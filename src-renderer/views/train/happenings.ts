// What happened in a run, newest first? Events and checkpoints in few words, the newest of each kind of routine only.
import { percent } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import type { RunLog } from './log.ts'
import { setWords } from './summary.ts'

export interface Happening {
  readonly id: string
  readonly step: number
  readonly kind: string
  readonly text: string
  readonly bad: boolean
  /** It can be opened and branched off from. */
  readonly checkpoint: boolean
}

export function happenings({ events, checkpoints }: RunLog): Happening[] {
  const s = strings.train
  const told: Happening[] = events.map(({ what, step, text, set }, i) => ({
    id: `event ${i}`,
    step,
    kind: what,
    text: what === 'set' && set ? setWords(set) : text || s.events[what],
    bad: what === 'collapse' || what === 'failed',
    checkpoint: false,
  }))
  const kept = checkpoints.map(({ step, why, knn }, i) => ({
    id: `checkpoint ${i}`,
    step,
    kind: why === 'best' ? 'best' : 'checkpoint',
    text: why === 'best' && knn !== null ? s.bestKnn(percent(knn, 1)) : s.checkpointWhy[why],
    bad: false,
    checkpoint: true,
  }))
  // Of the checkpoints of one step one line is enough.
  const seen = new Set<number>()
  const once = kept.reverse().filter(({ step }) => !seen.has(step) && seen.add(step))
  return [...told.reverse(), ...once].sort((a, b) => b.step - a.step)
}

// Which answer of a person would open a refused checkpoint? The hint names the command's option; the window asks itself.
import type { Problem } from '../../client/lab.ts'

export type WayOut = 'heads' | 'decoderHeads' | 'allowMissing'

/** What to ask for; null where nothing a person could say would help. */
export function wayOut({ code, hint }: Pick<Problem, 'code' | 'hint'>): WayOut | null {
  if (code === 'missing-weights') return 'allowMissing'
  // "Give the number with --heads": only where it is missing, not where a given one was wrong.
  if (/with --decoder-heads\b/.test(hint)) return 'decoderHeads'
  return /with --heads\b/.test(hint) ? 'heads' : null
}

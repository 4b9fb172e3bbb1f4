// What is seen in Correspondence, in words with the numbers on show.
import { patchAt } from '../../../src-shared/analysis/correspondence.ts'
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import type { CorrespondenceModel } from './correspondence.svelte.ts'
import type { SideIndex, SidePoint } from './settings.ts'

const s = strings.explain.correspondence
const w = strings.correspondence

/** The patch of a point in words: `left, row 3, column 12`. */
export function placeWords(model: CorrespondenceModel, { side, x, y }: SidePoint): string {
  const grid = model.facts[side]?.layout.grid
  if (!grid) return ''
  return patchWords(model, side, patchAt(grid, x, y))
}

export function patchWords(model: CorrespondenceModel, side: SideIndex, patch: number): string {
  const columns = model.facts[side]?.layout.grid[1] ?? 1
  return w.patch(w.sides[side], Math.floor(patch / columns), patch % columns)
}

/** What was found for the asked patch, in one sentence; empty where nothing is asked. */
export function askedWords(model: CorrespondenceModel): string {
  const { asked } = model
  if (!asked || asked.best < 0) return ''
  const to = patchWords(model, asked.side === 0 ? 1 : 0, asked.best)
  return w.said(patchWords(model, asked.side, asked.patch), to, number(asked.cosine, 2))
}

export function explainCorrespondence(model: CorrespondenceModel) {
  const { asked, mutual, shown, settings, matched } = model
  if (!matched) return { what: [s.nothing], how: s.how, trap: s.trap, tries: [], paper: s.paper }
  const tries: { text: string; run(): void }[] = [
    settings.foreground
      ? { text: s.tryEverywhere, run: () => model.change({ foreground: false }) }
      : { text: s.tryForeground, run: () => model.change({ foreground: true }) },
  ]
  if (model.layer > 0) tries.push({ text: s.tryLayer, run: () => model.change({ layer: 0 }) })
  if (asked && asked.best >= 0) {
    const to = patchWords(model, asked.side === 0 ? 1 : 0, asked.best)
    const what = [s.asked(patchWords(model, asked.side, asked.patch), to, asked.cosine)]
    return {
      what: settings.heat ? [...what, s.askedHeat] : what,
      how: s.how,
      trap: s.trap,
      tries,
      paper: s.paper,
    }
  }
  const what = [s.what(shown.length, mutual.length)]
  if (mutual[0]) what.push(s.strongest(mutual[0].cosine), s.nobody)
  return { what, how: s.how, trap: s.trap, tries, paper: s.paper }
}

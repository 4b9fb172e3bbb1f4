// What is seen in Reconstruct, in words with the numbers on show.
import { strings } from '../../state/strings.ts'
import type { ReconstructModel } from './reconstruct.svelte.ts'

const s = strings.explain.reconstruct

export function explainReconstruct(model: ReconstructModel) {
  const { judged, rebuilt, settings } = model
  const seen = judged ? judged.mask.length - judged.hidden : model.total - model.hiddenCount
  const hidden = judged?.hidden ?? model.hiddenCount
  if (!judged && !model.spec?.decoder)
    return { what: [s.idea], how: s.how, trap: s.trap, tries: [], paper: s.paper }
  const what = [s.what(seen, hidden, rebuilt?.patch ?? model.spec?.patch ?? 16), s.mixed]
  if (judged?.normalised) what.push(settings.undo ? s.borrowed : s.notBorrowed)
  return {
    what,
    how: s.how,
    trap: s.trap,
    tries: [
      settings.mask === 'brush'
        ? { text: s.tryRandom, run: () => model.newMask() }
        : { text: s.tryBrush, run: () => model.takeBrush() },
    ],
    paper: s.paper,
  }
}

// What does Inspect say about what is seen? Sentences with the numbers on the screen, and one thing to try.
import { patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import { patchQuery, placeAt, type Asked } from '../../state/query.ts'
import { strings } from '../../state/strings.ts'
import type { InspectModel } from './inspect.svelte.ts'

export interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

const s = strings.explain.inspect

function whatIsAsked(asked: Asked | null): string {
  if (asked?.kind === 'patch') return s.patch(strings.query.place(asked.place.row, asked.place.column))
  if (asked?.kind === 'register') return s.register(asked.index)
  return asked?.kind === 'mean' ? s.mean : s.cls
}

export function explainInspect(model: InspectModel): Explanation {
  const { settings, facts, asked, kept } = model
  const how = facts ? s.how(facts.width / facts.heads) : ''
  if (settings.shown === 'rollout')
    return {
      what: [s.rollout],
      how: strings.inspect.rolloutRule,
      trap: s.rolloutTrap,
      tries: [],
      paper: s.rolloutPaper,
    }
  if (settings.shown === 'norms')
    return {
      what: [s.norms],
      how: strings.inspect.normsRule,
      trap: s.normsTrap,
      tries: [],
      paper: s.normsPaper,
    }
  const what = [whatIsAsked(asked)]
  if (kept > 0 && facts) what.push(s.massText(settings.mass, kept, patchCount(facts.layout)))
  const tries =
    asked?.kind === 'patch'
      ? [{ text: s.tryCls, run: () => model.change({ query: { kind: 'cls' } }) }]
      : [
          {
            text: s.tryPatch,
            run: () => {
              if (facts) model.change({ query: patchQuery(facts.layout, placeAt(facts.layout, 0.5, 0.5)) })
            },
          },
        ]
  if (facts && model.layer === facts.depth - 1)
    tries.push({ text: s.tryEarly, run: () => model.change({ layer: 0 }) })
  return { what, how, trap: s.trap, tries, paper: s.paper }
}

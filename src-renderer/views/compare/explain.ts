// What does Compare say about what is seen? The agreement on the screen in words, a trap, and things to try.
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import type { CompareModel } from './compare.svelte.ts'

const e = strings.explain.compare

export interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

/** How far the sides agree, in one sentence; empty while nothing is known. */
export function findingOf({ pairs }: CompareModel): string {
  return pairs.length === 0
    ? ''
    : strings.compare.finding(
        pairs.map(({ name, correlation }) => `${name}: ${number(correlation, 2)}`).join('; '),
      )
}

/** What the query is, in one sentence. */
function askedOf({ settings, sides }: CompareModel): string {
  const { query } = settings
  if (new Set(settings.sides.map(({ model }) => model)).size === 1 && sides.length > 1) return e.twice
  if (query.kind === 'patch') return e.point(sides.length)
  return query.kind === 'register' ? e.register(query.index) : e.cls(sides.length)
}

export function explainCompare(model: CompareModel): Explanation {
  const { settings, pair } = model
  const rollout = settings.shown === 'rollout'
  const what = [rollout ? strings.explain.inspect.rollout : askedOf(model)]
  if (pair) what.push(e.agree(pair.name, pair.correlation, pair.overlap, settings.mass))
  const tries: { text: string; run(): void }[] = [
    settings.query.kind === 'patch' && !rollout
      ? { text: e.tryCls, run: () => model.change({ query: { kind: 'cls' }, shown: 'attention' }) }
      : {
          text: e.tryPoint,
          run: () => model.change({ query: { kind: 'patch', x: 0.5, y: 0.5 }, shown: 'attention' }),
        },
  ]
  if (settings.scale === 'each')
    tries.push({ text: e.tryShared, run: () => model.change({ scale: 'shared' }) })
  else if (settings.layout !== 'blink')
    tries.push({ text: e.tryBlink, run: () => model.change({ layout: 'blink' }) })
  return rollout
    ? {
        what,
        how: strings.inspect.rolloutRule,
        trap: strings.explain.inspect.rolloutTrap,
        tries,
        paper: strings.explain.inspect.rolloutPaper,
      }
    : { what, how: e.how, trap: e.trap, tries, paper: e.paper }
}

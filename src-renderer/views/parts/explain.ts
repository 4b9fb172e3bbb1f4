// What is seen in Parts, in words with the numbers on show; it changes with the selection.
import { strings } from '../../state/strings.ts'
import type { PartsModel } from './parts.svelte.ts'

interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

const s = strings.explain.parts

export function explainParts(model: PartsModel): Explanation {
  const { settings, fitted, shown, asked, matches } = model
  const width = shown.find(({ facts }) => facts)?.facts?.width ?? model.spec?.width ?? 0
  if (settings.part && asked) {
    const many = shown.filter(({ like }) => like && like.count > 0).length
    return {
      what: [s.like(matches, many, shown.length, model.similarity)],
      how: s.likeHow,
      trap: s.likeTrap,
      tries: [
        {
          text: s.tryLower,
          run: () =>
            model.change({ similarity: Math.max(-1, Math.round((model.similarity - 0.1) * 100) / 100) }),
        },
      ],
      paper: s.likePaper,
    }
  }
  const tries: { text: string; run(): void }[] = []
  const { threshold } = model
  if (threshold !== null)
    tries.push({
      text: s.tryThreshold,
      run: () => model.change({ foreground: Math.max(0, Math.round((threshold - 0.1) * 100) / 100) }),
    })
  return {
    what: [
      s.what(width, shown.length),
      settings.colouring === 'rgb' || settings.colouring === 'oklab'
        ? s.same
        : s.single(Number(settings.colouring)),
    ],
    how: fitted?.basis.first ? s.how : s.howAll,
    trap: s.trap,
    tries,
    paper: s.paper,
  }
}

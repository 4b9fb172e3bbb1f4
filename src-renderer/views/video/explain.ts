// What is seen in Video, in words with the numbers on show.
import { strings } from '../../state/strings.ts'
import type { VideoModel } from './video.svelte.ts'

interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

const s = strings.explain.video

/** A head as the window names it. */
export const headText = (head: number | 'mean' | 'max'): string =>
  typeof head === 'number' ? strings.video.headOf(head) : strings.video.heads[head]

export function explainVideo(model: VideoModel): Explanation {
  const { settings, seen, spread, measured, spec } = model
  const play = model.source ? [{ text: s.tryPlay, run: () => model.play() }] : []
  if (settings.show !== 'parts') {
    const attention = settings.show === 'attention'
    const cls = seen?.layout.cls ?? spec?.cls ?? true
    const say = cls ? s.attention : s.attentionMean
    return {
      what: [attention ? say(headText(settings.head), model.attentionLayer) : s.picture],
      how: s.howAttention,
      trap: s.trapAttention,
      tries: [...play, { text: s.tryParts, run: () => model.change({ show: 'parts' }) }],
      paper: s.attentionPaper,
    }
  }
  const width = seen?.width ?? spec?.width ?? 0
  const own = settings.basis === 'own'
  return {
    what: [
      own ? s.partsOwn(width) : s.parts(width, spread.length || settings.spread),
      ...(measured.change === null ? [] : [s.change(measured.change)]),
    ],
    how: own ? s.howOwn : settings.basis === 'turned' ? s.howTurned : s.how,
    trap: s.trap,
    tries: [
      ...play,
      own
        ? { text: s.tryOne, run: () => model.change({ basis: 'one' }) }
        : { text: s.tryOwn, run: () => model.change({ basis: 'own' }) },
    ],
    paper: s.partsPaper,
  }
}

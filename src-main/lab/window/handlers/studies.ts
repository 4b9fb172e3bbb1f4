// Answers the calls of the views that draw by themselves: patch tokens of many pictures, one picture rebuilt.
import { cpus } from 'node:os'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { HandlersOf } from './kind.ts'
import { choice, modelIn, pictureIn, sizeOf } from './looking.ts'

type Names = Extract<CallName, 'patchTokensAt' | 'rebuildAt' | 'predictAt'>

export const studyHandlers: HandlersOf<Names> = (lab) => {
  const { calls, jobs, engine } = lab
  const ran = (device: string): void => engine.ran(device, lab.runSettings().threads ?? cpus().length)
  return {
    patchTokensAt: async ({ model, pictures, size, fit, layer }, { signal, item }) => {
      const stored = modelIn(lab, model)
      const shown = pictures.map((id) => pictureIn(lab, id))
      const request = {
        settings: lab.runSettings(),
        model: await choice(lab, stored),
        pictures: shown.map((picture) => ({ kind: 'path' as const, path: lab.picturePath(picture) })),
        fit,
        layer,
        ...sizeOf(size),
      }
      const subject = shown.length === 1 ? shown[0]!.name : `${shown.length} pictures`
      const { device, seconds } = await jobs.run(
        `Patches of ${subject} with ${stored.name}`,
        'pictures',
        (job) =>
          calls.patchTokens(request, {
            signal: job.signal,
            onItem: async (sent) => {
              await item(sent)
              job.progress(sent.index + 1, shown.length)
            },
          }),
        signal,
      )
      ran(device)
      return { device, seconds }
    },

    rebuildAt: async ({ model, picture, size, fit, hidden }, { signal, item }) => {
      const stored = modelIn(lab, model)
      const shown = pictureIn(lab, picture)
      const notices: string[] = []
      const request = {
        settings: lab.runSettings(),
        model: await choice(lab, stored),
        picture: { kind: 'path' as const, path: lab.picturePath(shown) },
        fit,
        hidden,
        ...sizeOf(size),
      }
      const result = await jobs.run(
        hidden.length === 1
          ? `Reconstructing ${shown.name} with ${stored.name}`
          : `${hidden.length} reconstructions of ${shown.name} with ${stored.name}`,
        'masks',
        (job) =>
          calls.rebuild(request, {
            signal: job.signal,
            onItem: async (sent) => {
              await item(sent)
              job.progress(sent.index + 1, hidden.length)
            },
            onEvent: (event) => {
              if (event.kind === 'notice') notices.push(event.text)
            },
          }),
        signal,
      )
      ran(result.device)
      return { ...result, notice: notices.join(' ') }
    },

    predictAt: async ({ model, picture, among, ...asked }, { signal }) => {
      const stored = modelIn(lab, model)
      const shown = pictureIn(lab, picture)
      const others = asked.nearest > 0 ? among.map((id) => pictureIn(lab, id)) : []
      const notices: string[] = []
      const sourceOf = (one: typeof shown) => ({ kind: 'path' as const, path: lab.picturePath(one) })
      const request = {
        ...asked,
        settings: lab.runSettings(),
        model: await choice(lab, stored),
        picture: sourceOf(shown),
        among: others.map(sourceOf),
      }
      const result = await jobs.run(
        asked.nearest > 0
          ? `Looking for what ${stored.name} predicts in ${shown.name}`
          : `Predicting blocks of ${shown.name} with ${stored.name}`,
        'pictures',
        (job) =>
          calls.predict(request, {
            signal: job.signal,
            onEvent: (event) => {
              if (event.kind === 'notice') notices.push(event.text)
              else job.progress(event.done, event.total)
            },
          }),
        signal,
      )
      ran(result.device)
      return { ...result, notice: notices.join(' ') }
    },
  }
}

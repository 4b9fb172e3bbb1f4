// Answers the calls that look: at a checkpoint, at its weights, at a picture through a model.
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { CallName, Request } from '../../../../src-shared/protocol/calls.ts'
import { findModel, type StoredModel } from '../../workspace/models.ts'
import { findPicture, findThumbnail, type StoredPicture } from '../../workspace/pictures.ts'
import { bundledModel } from '../bundled.ts'
import { describePicture, keepThumb } from '../reader.ts'
import type { WindowLab } from '../parts.ts'
import type { HandlersOf } from './kind.ts'

type Names = Extract<
  CallName,
  'picture' | 'modelInspection' | 'modelStats' | 'modelDiff' | 'estimateLook' | 'lookAt'
>

/** Longest side of a picture on the stage, in pixels. */
const stageSide = 2048
/** Files up to this size go to the window as they are, where a page can show them. */
const mostAsItIs = 64 << 20
const shownByPages: readonly (readonly [string, RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n/],
  ['image/webp', /^RIFF....WEBP/s],
]
const histogramBins = 256
/** Operations a second before anything was measured: one core of a plain processor. */
const usualRate = 50e9

export function modelIn(lab: WindowLab, id: string): StoredModel {
  const model = findModel(lab.document.readable(), id)
  if (model) return model
  throw new Failure('bad-argument', 'This model is not in the workspace any more.')
}

export function pictureIn(lab: WindowLab, id: string): StoredPicture {
  const picture = findPicture(lab.document.readable(), id)
  if (picture) return picture
  throw new Failure('bad-argument', 'This picture is not in the workspace any more.')
}

/** The model of an id as the engine's calls name it. */
export async function choice(lab: WindowLab, model: StoredModel): Promise<Request<'inspect'>['model']> {
  return { name: await lab.modelPath(model), overrides: model.overrides }
}

/** The bytes of a file as they are, where a page shows them; null where it does not. */
async function asItIs(path: string, bytes: number): Promise<{ type: string; bytes: Uint8Array } | null> {
  if (bytes > mostAsItIs) return null
  const content = await readFile(path).catch(() => null)
  if (!content) return null
  const start = content.toString('latin1', 0, 16)
  const found = shownByPages.find(([, pattern]) => pattern.test(start))
  return found ? { type: found[0], bytes: content } : null
}

export const sizeOf = (size: number | null): { size?: { width: number; height: number } } =>
  size === null ? {} : { size: { width: size, height: size } }

export const lookingHandlers: HandlersOf<Names> = (lab) => {
  const { calls, jobs, engine } = lab
  return {
    picture: async ({ id, size }, { signal }) => {
      const picture = pictureIn(lab, id)
      const path = lab.picturePath(picture)
      if (size === 'thumb') {
        const kept = findThumbnail(lab.document.readable(), id, 'thumb')
        if (kept) return kept
        // Made once and kept, so it is made to its end, whether or not somebody still waits for it.
        const { thumbnail } = await describePicture(lab, path)
        keepThumb(lab, id, thumbnail)
        return thumbnail
      }
      const fits = size === 'full' || Math.max(picture.width, picture.height) <= stageSide
      const direct = fits ? await asItIs(path, picture.bytes) : null
      if (direct) return direct
      const side = size === 'full' ? null : stageSide
      const { type, bytes } = await calls.preview({ picture: { kind: 'path', path }, side }, { signal })
      return { type, bytes }
    },

    modelInspection: async ({ model }, { signal }) => {
      return calls.inspect({ model: await choice(lab, modelIn(lab, model)), stats: false }, { signal })
    },

    modelStats: async ({ model }, { signal, item }) => {
      const stored = modelIn(lab, model)
      const request = { model: await choice(lab, stored), stats: true, bins: histogramBins }
      await jobs.run(
        `Reading the weights of ${stored.name}`,
        'tensors',
        (job) =>
          calls.inspect(request, {
            signal: job.signal,
            onEvent: (event) => {
              if (event.kind === 'progress') job.progress(event.done, event.total)
            },
            onItem: async ({ stats, ...facts }) => {
              if (!stats || stats.mean === null) return
              const { mean, std, min, max, histogram } = stats
              const known = { mean, std: std ?? 0, min: min ?? 0, max: max ?? 0 }
              await item({ ...facts, ...known, histogram, low: known.min, high: known.max })
            },
          }),
        signal,
      )
      return {}
    },

    modelDiff: async ({ first, second }, { signal }) => {
      const [one, other] = [modelIn(lab, first), modelIn(lab, second)]
      const models = { first: await choice(lab, one), second: await choice(lab, other) }
      const { tensors, onlyInFirst, onlyInSecond } = await jobs.run(
        `Comparing the weights of ${one.name} and ${other.name}`,
        'tensors',
        (job) =>
          calls.diff(models, {
            signal: job.signal,
            onEvent: (event) => {
              if (event.kind === 'progress') job.progress(event.done, event.total)
            },
          }),
        signal,
      )
      return { tensors, onlyInFirst, onlyInSecond }
    },

    estimateLook: async ({ model, picture, size, fit }, { signal }) => {
      const { facts } = modelIn(lab, model)
      if (!facts) throw new Failure('bad-argument', 'The model has not been read yet.')
      const { width, height } = pictureIn(lab, picture)
      const { input, tokens, bytes, free, operations } = await calls.estimate(
        { spec: facts.spec, picture: { width, height }, fit, ...sizeOf(size) },
        { signal },
      )
      // The engine's peak, and every layer's q and k in the window.
      const inWindow = 2 * facts.spec.depth * tokens * facts.spec.width * 4
      const seconds = operations / (rates.get(lab) ?? usualRate * cpus().length)
      const possible = bytes <= free
      const gigabytes = (n: number): string => (n / 1e9).toFixed(1)
      const warning = !possible
        ? `${tokens} tokens need about ${gigabytes(bytes)} GB of memory; ${gigabytes(free)} GB are free.`
        : bytes > free / 2 || seconds > 5
          ? `${tokens} tokens take about ${Math.ceil(seconds)} s and ${gigabytes(bytes + inWindow)} GB of memory.`
          : ''
      return { input, tokens, bytes: bytes + inWindow, seconds, warning, possible }
    },

    lookAt: async ({ model, picture, size, fit }, { signal, item }) => {
      const stored = modelIn(lab, model)
      const shown = pictureIn(lab, picture)
      const settings = lab.runSettings()
      const request = {
        settings,
        model: await choice(lab, stored),
        picture: { kind: 'path' as const, path: lab.picturePath(shown) },
        fit,
        ...sizeOf(size),
      }
      const notices: string[] = []
      const { rollout, norms, logits } = await jobs.run(
        `Looking at ${shown.name} with ${stored.name}`,
        'layers',
        (job) => {
          let layers = 0
          return calls.look(request, {
            signal: job.signal,
            onEvent: (event) => {
              if (event.kind === 'notice') notices.push(event.text)
            },
            onItem: async (sent) => {
              if (sent.kind === 'facts') {
                engine.ran(sent.device, settings.threads ?? cpus().length)
                job.progress(0, sent.depth)
                void measure(lab, stored, sent).catch(() => undefined)
                await item({ ...sent, notice: notices.join(' ') })
              } else {
                job.progress(++layers, stored.facts?.spec.depth ?? null)
                await item(sent)
              }
            },
          })
        },
        signal,
      )
      const bundled = stored.kept === 'bundled' ? await bundledModel(lab.resources, stored.path) : null
      const labels = bundled?.labels ?? null
      const classNames = labels && labels.length === logits?.length ? [...labels] : null
      return { rollout, norms, logits, classNames }
    },
  }
}

/** Operations a second that the last passes reached, so that the next can be foretold. */
const rates = new WeakMap<WindowLab, number>()

async function measure(
  lab: WindowLab,
  model: StoredModel,
  pass: { input: { width: number; height: number }; seconds: number },
): Promise<void> {
  if (!model.facts || pass.seconds <= 0) return
  const { operations } = await lab.calls.estimate({
    spec: model.facts.spec,
    picture: pass.input,
    size: pass.input,
    fit: 'resize',
  })
  const rate = operations / pass.seconds
  // The first pass of a size compiles its graph; a later one shows what the machine can do.
  rates.set(lab, Math.max(rate, (rates.get(lab) ?? 0) * 0.9))
}

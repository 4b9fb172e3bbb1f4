// What does Reconstruct show now? The mask, what the decoder made of what was left, and how far that is from the picture.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { blockNoise, gridNoise, randomNoise } from '../../../src-shared/domain/masks.ts'
import type { HiddenChoice } from '../../../src-shared/protocol/calls/studies.ts'
import type { Rebuilt, RebuildRan, RebuildRequest } from '../../client/lab.ts'
import { ramp } from '../../canvas/ramps.ts'
import { placeAt } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { inputSize } from '../inspect/cost.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { painted, type Point } from './brush.ts'
import { judgeRebuilt, type JudgeWish } from './judged.ts'
import { followMasks, type MasksWish } from './masksOver.svelte.ts'
import {
  bits,
  digits,
  hiddenOf,
  mostSeed,
  readReconstructSettings,
  type ReconstructSettings,
} from './settings.ts'
import { drawnMasks, gather, rungOf, stripMasks, stripRatios, type Gathered, type Rung } from './trials.ts'

export type ReconstructModel = ReturnType<typeof createReconstruct>

/** The state of one Reconstruct tab. Call while its component is set up. */
export function createReconstruct(session: Session, tab: TabHandle) {
  const settings: ReconstructSettings = $derived(readReconstructSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const pictureRow = $derived(session.picture(settings.picture))
  const spec = $derived(modelRow?.problem ? null : (modelRow?.spec ?? null))
  const input = $derived(
    spec && pictureRow && !pictureRow.problem
      ? inputSize(pictureRow, spec, settings.size, settings.fit)
      : null,
  )
  const grid: readonly [number, number] | null = $derived(
    input && spec ? [input.height / spec.patch, input.width / spec.patch] : null,
  )

  // --- the mask: told here at once, so that the hand sees it before the network has answered ---
  let stroke = $state.raw<Uint8Array | null>(null)
  const hidden = $derived.by((): { mask: Uint8Array; problem: Failure | null } | null => {
    if (!grid) return null
    if (stroke) return { mask: stroke, problem: null }
    const { mask, ratio, seed, painted } = settings
    if (mask === 'brush') {
      const own =
        painted && painted.grid[0] === grid[0] && painted.grid[1] === grid[1] ? bits(painted.hidden) : null
      return { mask: own ?? new Uint8Array(grid[0] * grid[1]), problem: null }
    }
    try {
      const made =
        mask === 'random'
          ? randomNoise(grid, ratio, seed)
          : mask === 'block'
            ? blockNoise(grid, ratio, seed)
            : gridNoise(grid, ratio)
      return { mask: hiddenOf(made.noise, made.kept), problem: null }
    } catch (thrown) {
      return { mask: new Uint8Array(grid[0] * grid[1]), problem: thrown instanceof Failure ? thrown : null }
    }
  })
  const hiddenCount = $derived(hidden?.mask.reduce((sum, bit) => sum + bit, 0) ?? 0)
  const total = $derived(grid ? grid[0] * grid[1] : 0)
  const extreme = $derived(total > 0 && (hiddenCount === 0 || hiddenCount === total))

  // --- the answer; of masks that come while one is being computed only the last is asked for ---
  const words = $derived(
    modelRow &&
      spec?.decoder &&
      pictureRow &&
      !pictureRow.problem &&
      hidden &&
      !hidden.problem &&
      !stroke &&
      !extreme
      ? JSON.stringify({
          request: { model: modelRow.id, picture: pictureRow.id, size: settings.size, fit: settings.fit },
          stamp: [modelRow.network, modelRow.overrides, modelRow.path],
          hidden:
            settings.mask === 'brush'
              ? { kind: 'chosen', hidden: digits(hidden.mask) }
              : {
                  kind: settings.mask,
                  ratio: settings.ratio,
                  seed: settings.mask === 'grid' ? 0 : settings.seed,
                },
        })
      : '',
  )
  let answer = $state.raw<{
    readonly words: string
    readonly of: string
    readonly rebuilt: Rebuilt & RebuildRan
  } | null>(null)
  let problem = $state.raw<Failure | null>(null)
  let busy = $state(false)
  let tries = $state(0)
  let controller: AbortController | null = null
  const subject = $derived(JSON.stringify([settings.model, settings.picture, settings.size, settings.fit]))

  $effect(() => {
    void tries
    const asked = words
    problem = null
    if (asked === '' || untrack(() => busy)) return
    void ask(asked)
  })
  $effect(() => () => controller?.abort())

  async function ask(asked: string): Promise<void> {
    busy = true
    performance.mark('emergence:mask')
    const { request, hidden } = JSON.parse(asked) as {
      request: Omit<RebuildRequest, 'hidden'>
      hidden: HiddenChoice | { kind: 'chosen'; hidden: string }
    }
    const choice: HiddenChoice =
      typeof (hidden as { hidden?: unknown }).hidden === 'string'
        ? { kind: 'chosen', hidden: bits((hidden as { hidden: string }).hidden) }
        : (hidden as HiddenChoice)
    const of = JSON.stringify([request.model, request.picture, request.size, request.fit])
    controller = new AbortController()
    try {
      let item: Rebuilt | null = null
      const ran = await session.lab.rebuild(
        { ...request, hidden: [choice] },
        (sent) => (item = sent),
        controller.signal,
      )
      if (item) answer = { words: asked, of, rebuilt: { ...(item as Rebuilt), ...ran } }
      if (item) performance.mark('emergence:rebuilt', { detail: (item as Rebuilt).forwardSeconds })
    } catch (thrown) {
      if (untrack(() => words) === asked)
        problem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
    } finally {
      busy = false
      const next = untrack(() => words)
      if (next !== asked && next !== '' && !controller.signal.aborted) void ask(next)
    }
  }

  const rebuilt = $derived(answer && answer.of === subject ? answer.rebuilt : null)
  const judged = $derived(
    rebuilt ? judgeRebuilt(rebuilt, { targets: settings.targets, undo: settings.undo }) : null,
  )
  // --- other masks of the same picture, when the one on show is done ---
  const stamp = $derived(
    modelRow ? JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]) : '',
  )
  const rests = $derived(judged !== null && !busy && !stroke && problem === null)
  /** Targets as they were found for the picture on show, so that no mask guesses for itself. */
  const how: JudgeWish | null = $derived(
    judged ? { targets: judged.normalised ? 'normalised' : 'plain', undo: settings.undo } : null,
  )
  const request = $derived({
    model: modelRow?.id ?? '',
    picture: pictureRow?.id ?? '',
    size: settings.size,
    fit: settings.fit,
  })
  const requestWords = $derived(JSON.stringify(request))
  const others = (hidden: readonly HiddenChoice[]): MasksWish<JudgeWish> | null =>
    rests && how ? { request, hidden, stamp, how } : null
  const strip = followMasks<JudgeWish, readonly Rung[]>(
    session.lab,
    () => (settings.strip ? others(stripMasks(settings.mask, settings.seed)) : null),
    (before, sent, index, wish) => [
      ...(before ?? []).slice(0, index),
      rungOf(sent, wish.how, stripRatios[index]!),
    ],
    // Each ratio is a network of its own to compile.
    800,
  )
  const share = $derived(settings.mask === 'brush' && total > 0 ? hiddenCount / total : settings.ratio)
  const drawsWish = $derived(
    settings.beside === 'spread' && !extreme
      ? others(drawnMasks({ mask: settings.mask, ratio: share, seed: settings.seed, count: settings.draws }))
      : null,
  )
  const draws = followMasks<JudgeWish, Gathered>(
    session.lab,
    () => drawsWish,
    (before, sent, _, wish) => gather(before, sent, wish.how),
    250,
  )

  const tide = $derived(ramp('tide', session.theme))
  const ember = $derived(ramp('ember', session.theme))
  const place = $derived(
    settings.patch && rebuilt ? placeAt(rebuilt.layout, settings.patch.x, settings.patch.y) : null,
  )

  // --- a decoder whose heads the file does not say is left out; a person may say ---
  let asksHeads = $state.raw<{ readonly which: 'heads' | 'decoderHeads'; readonly width: number } | null>(
    null,
  )
  $effect(() => {
    const id = modelRow?.id
    void [modelRow?.overrides, modelRow?.network]
    asksHeads = null
    if (id === undefined || !spec) return
    session.lab.inspection(id).then(
      ({ sources, tensors, spec: read }) => {
        if (id !== untrack(() => modelRow?.id)) return
        // Heads would not help an encoder that came alone.
        if (!read.decoder && !tensors.some(({ name }) => name.includes('decoder'))) return
        if (sources.heads?.startsWith('unknown')) asksHeads = { which: 'heads', width: read.width }
        else if (sources['decoder.heads'] === 'unknown') {
          const norm = tensors.find(({ name }) => /decoder_norm\.weight$/.test(name))
          asksHeads = { which: 'decoderHeads', width: norm?.shape[0] ?? 0 }
        }
      },
      () => undefined,
    )
  })

  let twin = $state(false)
  let alone = $state(false)
  function change(to: Partial<ReconstructSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  const drops: DropOffer[] = [
    {
      id: 'reconstruct',
      icon: 'blend',
      offer: ({ kind, ids, pictures, others }) => {
        const d = strings.drop
        if (kind === 'model')
          return { title: d.useModel(session.model(ids[0])?.name ?? ''), text: pictureRow?.name ?? '' }
        if (kind === 'picture')
          return { title: d.usePicture(session.picture(ids[0])?.name ?? ''), text: modelRow?.name ?? '' }
        if (pictures > 0) return { title: strings.reconstruct.dropPicture, text: modelRow?.name ?? '' }
        return others > 0 ? { title: d.inspectThrough, text: d.openModelMore } : null
      },
      drop: (kind, ids) => {
        if (ids[0]) change(kind === 'model' ? { model: ids[0] } : { picture: ids[0] })
      },
    },
  ]

  const model = {
    session,
    tab,
    change,
    drops,
    get settings() {
      return settings
    },
    get modelRow() {
      return modelRow
    },
    get pictureRow() {
      return pictureRow
    },
    get spec() {
      return spec
    },
    get asksHeads() {
      return asksHeads
    },
    setHeads(heads: number) {
      if (modelRow && asksHeads)
        void session.attempt(
          session.lab.overrideModel(modelRow.id, { ...modelRow.overrides, [asksHeads.which]: heads }),
        )
    },
    get grid() {
      return grid
    },
    /** 1 where hidden, as it stands now; the answer may still be of the mask before. */
    get mask() {
      return hidden?.mask ?? null
    },
    get hiddenCount() {
      return hiddenCount
    },
    get total() {
      return total
    },
    /** Why this mask cannot be asked for. */
    get refused() {
      if (extreme && !stroke)
        return hiddenCount === 0 ? strings.reconstruct.hidesNone : strings.reconstruct.hidesAll
      return hidden?.problem?.message ?? ''
    },
    get rebuilt() {
      return rebuilt
    },
    get judged() {
      return judged
    },
    /** What is on show is of another mask than the one that stands. */
    get behind() {
      return busy && answer !== null && answer.words !== words
    },
    get busy() {
      return busy
    },
    get problem() {
      return problem
    },
    retry() {
      tries++
    },
    /** The picture with more and more hidden; fewer while they are being computed. */
    get rungs() {
      return strip.valueOf(requestWords) ?? []
    },
    strip,
    /** Mean and spread over several masks. */
    get gathered() {
      return draws.valueOf(requestWords)
    },
    draws,
    get ember() {
      return ember
    },
    get tide() {
      return tide
    },
    get place() {
      return place
    },
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
    get alone() {
      return alone
    },
    set alone(on: boolean) {
      alone = on
    },
    release() {
      alone = false
    },
    newMask() {
      // Seeds count up, so that a mask can be said and found again.
      change({ seed: (settings.seed + 1) % mostSeed, mask: settings.mask === 'block' ? 'block' : 'random' })
    },
    /** From here on patches are painted; the mask that stands is where it begins. */
    takeBrush() {
      if (grid && hidden) change({ mask: 'brush', painted: { grid, hidden: digits(hidden.mask) } })
    },
    /** The patches under the brush on its way between two points; the network is asked when the hand lets go. */
    paint(from: Point, to: Point, hide: boolean) {
      if (grid && hidden) stroke = painted(hidden.mask, grid, { from, to }, settings.brush, hide)
    },
    endPaint() {
      const done = stroke
      stroke = null
      if (done && grid) change({ mask: 'brush', painted: { grid, hidden: digits(done) } })
    },
  }
  return model
}

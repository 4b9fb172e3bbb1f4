// What does Prediction show now? The blocks, what the predictor said of the hidden ones, and what looks like that elsewhere.
import { untrack } from 'svelte'
import { contextPatches, sampleBlocks, type Block } from '../../../src-shared/domain/blocks.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { ramp } from '../../canvas/ramps.ts'
import { pictureAddress, type Predicted, type PredictRequest } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { watchPicture } from '../../state/watch.svelte.ts'
import { watchHeads } from '../inspect/heads.svelte.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { seenMask } from './edit.ts'
import { bestTarget, meanOf, rangeOf } from './judged.ts'
import {
  mostSeed,
  mostTargets,
  nearestCount,
  readPredictSettings,
  startAmong,
  type ChosenBlocks,
  type PredictSettings,
} from './settings.ts'

export type PredictModel = ReturnType<typeof createPredict>

/** The state of one Prediction tab. Call while its component is set up. */
export function createPredict(session: Session, tab: TabHandle) {
  const settings: PredictSettings = $derived(readPredictSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const pictureRow = $derived(session.picture(settings.picture))
  const spec = $derived(modelRow?.problem ? null : (modelRow?.spec ?? null))
  const heads = watchHeads(session, () => (spec?.predictor ? modelRow : undefined))
  const photo = watchPicture(() =>
    pictureRow && !pictureRow.problem ? pictureAddress(pictureRow.id, 'stage') : null,
  )
  // The predictor knows one size alone.
  const layout = $derived(
    spec?.predictor ? layoutFor(spec, spec.imageSize.width, spec.imageSize.height) : null,
  )
  const grid = $derived(layout?.grid ?? null)

  // --- the blocks: a drag shows them at once, and asks when the hand lets go ---
  let draft = $state.raw<ChosenBlocks | null>(null)
  const blocks = $derived.by((): { chosen: ChosenBlocks; sampled: boolean } | Failure | null => {
    if (!grid) return null
    if (draft) return { chosen: draft, sampled: false }
    const { blocks: kept } = settings
    if (kept && kept.grid[0] === grid[0] && kept.grid[1] === grid[1]) return { chosen: kept, sampled: false }
    try {
      return { chosen: { grid, ...sampleBlocks(grid, settings.seed) }, sampled: true }
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown
      throw thrown
    }
  })
  const chosen = $derived(blocks && !(blocks instanceof Failure) ? blocks.chosen : null)
  const refused = $derived.by((): Failure | null => {
    if (blocks instanceof Failure) return blocks
    if (!grid || !chosen) return null
    try {
      contextPatches(grid, chosen.context, chosen.targets)
      return null
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown
      throw thrown
    }
  })
  const selected = $derived(chosen ? Math.min(settings.selected, chosen.targets.length - 1) : 0)
  const seen = $derived(grid && chosen ? seenMask(grid, chosen.context, chosen.targets) : null)

  // --- the answer: first the prediction itself, then the search through other pictures, which costs a pass for each ---
  const subject = $derived(
    modelRow && spec?.predictor && !heads.unknown && pictureRow && !pictureRow.problem && chosen && !refused
      ? JSON.stringify({
          stamp: [modelRow.network, modelRow.overrides, modelRow.path],
          request: {
            model: modelRow.id,
            picture: pictureRow.id,
            fit: settings.fit,
            context: chosen.context,
            targets: chosen.targets,
          },
        })
      : '',
  )
  const among = $derived(
    (
      settings.among ??
      session.workspace.pictures
        .filter((row) => !row.problem && row.id !== settings.picture)
        .slice(0, startAmong)
        .map(({ id }) => id)
    ).filter((id) => id !== settings.picture && session.picture(id) && !session.picture(id)?.problem),
  )
  const sought = $derived(subject !== '' && settings.search && !draft ? JSON.stringify([subject, among]) : '')
  let answer = $state.raw<{ readonly of: string; readonly result: Predicted } | null>(null)
  let found = $state.raw<{
    readonly of: string
    readonly among: readonly string[]
    readonly result: Predicted
  } | null>(null)
  let problem = $state.raw<Failure | null>(null)
  let searchProblem = $state.raw<Failure | null>(null)
  let busy = $state(false)
  let searching = $state(false)
  let tries = $state(0)

  const failureOf = (thrown: unknown): Failure =>
    thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))

  $effect(() => {
    void tries
    const asking = draft ? '' : subject
    if (asking === '') return
    problem = null
    if (untrack(() => answer?.of) === asking) return
    const controller = new AbortController()
    busy = true
    const { request } = JSON.parse(asking) as { request: Omit<PredictRequest, 'among' | 'nearest'> }
    session.lab.predict({ ...request, among: [], nearest: 0 }, controller.signal).then(
      (result) => {
        if (controller.signal.aborted) return
        busy = false
        answer = { of: asking, result }
        performance.mark('emergence:predicted')
      },
      (thrown: unknown) => {
        if (controller.signal.aborted) return
        busy = false
        problem = failureOf(thrown)
      },
    )
    return () => {
      busy = false
      controller.abort()
    }
  })
  // The search waits for the prediction, which is what the eye waits for.
  $effect(() => {
    const asking = answer && answer.of === subject ? sought : ''
    searchProblem = null
    if (asking === '' || untrack(() => found?.of) === asking) return
    const [of, ids] = JSON.parse(asking) as [string, string[]]
    const { request } = JSON.parse(of) as { request: Omit<PredictRequest, 'among' | 'nearest'> }
    const controller = new AbortController()
    searching = true
    session.lab.predict({ ...request, among: ids, nearest: nearestCount }, controller.signal).then(
      (result) => {
        if (controller.signal.aborted) return
        searching = false
        found = { of: asking, among: [request.picture, ...ids], result }
        performance.mark('emergence:sought')
      },
      (thrown: unknown) => {
        if (controller.signal.aborted) return
        searching = false
        searchProblem = failureOf(thrown)
      },
    )
    return () => {
      searching = false
      controller.abort()
    }
  })

  /** What stands for these blocks, or for the ones before while new ones are asked about. */
  const samePlace = (of: string): boolean => {
    if (subject === '' || of === '') return false
    const [a, b] = [JSON.parse(of), JSON.parse(subject)] as { request: PredictRequest }[]
    return (
      a!.request.model === b!.request.model &&
      a!.request.picture === b!.request.picture &&
      a!.request.fit === b!.request.fit
    )
  }
  const result = $derived(answer && samePlace(answer.of) ? answer.result : null)
  const behind = $derived(answer !== null && answer.of !== subject)
  const neighbours = $derived(found && found.of === sought && !behind ? found : null)
  const range = $derived(result ? rangeOf(result.map) : null)
  const targets = $derived(
    result?.targets.map((one) => ({
      patches: one.patches,
      loss: one.loss,
      cosine: meanOf(one.cosines),
      elsewhere: meanOf(one.elsewhere),
    })) ?? [],
  )

  /** The patch that is looked at: in which target, and which of its patches. */
  const place = $derived.by(() => {
    if (!result || !settings.patch || behind) return null
    const [rows, columns] = result.layout.grid
    const row = Math.min(rows - 1, Math.floor(settings.patch.y * rows))
    const column = Math.min(columns - 1, Math.floor(settings.patch.x * columns))
    const patch = row * columns + column
    const target = bestTarget(result.targets, patch, selected)
    return { row, column, patch, target, index: result.targets[target]?.patches.indexOf(patch) ?? -1 }
  })

  // --- the pictures of the crops ---
  let bitmaps = $state.raw<ReadonlyMap<string, ImageBitmap>>(new Map())
  $effect(() => {
    const wanted = settings.picture ? [settings.picture, ...(neighbours?.among ?? [])] : []
    const missing = [...new Set(wanted)].filter((id) => !untrack(() => bitmaps).has(id))
    for (const id of missing)
      void smallPicture(id).then((bitmap) => {
        if (bitmap) bitmaps = new Map([...untrack(() => bitmaps), [id, bitmap]])
      })
  })

  const colours = $derived(ramp(session.settings.colours, session.theme))
  let twin = $state(false)
  let alone = $state(false)

  function change(to: Partial<PredictSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  function setBlocks(next: ChosenBlocks, now: number = selected, key = ''): void {
    change({ blocks: next, selected: now }, key)
  }
  const drops: DropOffer[] = [
    {
      id: 'predict',
      icon: 'square-dashed',
      offer: ({ kind, ids, pictures, others }) => {
        const d = strings.drop
        if (kind === 'model')
          return { title: d.useModel(session.model(ids[0])?.name ?? ''), text: pictureRow?.name ?? '' }
        if (kind === 'picture')
          return { title: d.usePicture(session.picture(ids[0])?.name ?? ''), text: modelRow?.name ?? '' }
        if (pictures > 0) return { title: strings.predict.dropPicture, text: modelRow?.name ?? '' }
        return others > 0 ? { title: d.inspectThrough, text: d.openModelMore } : null
      },
      drop: (kind, ids) => {
        if (ids[0]) change(kind === 'model' ? { model: ids[0] } : { picture: ids[0], patch: null })
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
    get heads() {
      return heads
    },
    get grid() {
      return grid
    },
    get bitmap() {
      return pictureRow && photo.of === pictureAddress(pictureRow.id, 'stage') ? photo.bitmap : null
    },
    /** Context and targets as they stand, a drag included. */
    get chosen() {
      return chosen
    },
    /** They are the seed's, not a person's. */
    get sampled() {
      return blocks !== null && !(blocks instanceof Failure) && blocks.sampled
    },
    /** Why these blocks cannot be asked about. */
    get refused() {
      return refused
    },
    /** A target's number, or −1 for the context. */
    get selected() {
      return selected
    },
    get selectedBlock(): Block | null {
      return chosen ? (selected < 0 ? chosen.context : (chosen.targets[selected] ?? null)) : null
    },
    /** 1 where the context encoder sees. */
    get seen() {
      return seen
    },
    get result() {
      return result
    },
    /** What is on show is of other blocks than those that stand. */
    get behind() {
      return behind
    },
    get busy() {
      return busy
    },
    get problem() {
      return problem
    },
    get range() {
      return range
    },
    get targets() {
      return targets
    },
    get place() {
      return place
    },
    get neighbours() {
      return neighbours
    },
    get searching() {
      return searching
    },
    get searchProblem() {
      return searchProblem
    },
    get among() {
      return among
    },
    get ramp() {
      return colours
    },
    bitmapOf: (id: string): ImageBitmap | null => bitmaps.get(id) ?? null,
    retry() {
      answer = null
      found = null
      tries++
    },
    select(index: number) {
      change({ selected: index }, 'selected')
    },
    /** Shows blocks while a hand moves them. */
    drag(next: ChosenBlocks) {
      draft = next
    },
    /** The hand let go: the blocks stand, and are asked about. */
    drop(now: number = selected) {
      const next = draft
      draft = null
      if (next) setBlocks(next, now)
    },
    cancelDrag() {
      draft = null
    },
    /** Changes the selected block. */
    edit(to: (block: Block, grid: readonly [number, number]) => Block, key = 'block') {
      if (!chosen || !grid) return
      if (selected < 0) setBlocks({ ...chosen, context: to(chosen.context, grid) }, selected, key)
      else
        setBlocks(
          { ...chosen, targets: chosen.targets.map((one, i) => (i === selected ? to(one, grid) : one)) },
          selected,
          key,
        )
    },
    addTarget() {
      if (!chosen || !grid || chosen.targets.length >= mostTargets) return
      const rows = Math.max(1, Math.round(grid[0] / 4))
      const columns = Math.max(1, Math.round(grid[1] / 4))
      const block = {
        row: Math.floor((grid[0] - rows) / 2),
        column: Math.floor((grid[1] - columns) / 2),
        rows,
        columns,
      }
      setBlocks({ ...chosen, targets: [...chosen.targets, block] }, chosen.targets.length)
    },
    removeTarget(index: number = selected) {
      if (!chosen || index < 0 || chosen.targets.length < 2) return
      setBlocks(
        { ...chosen, targets: chosen.targets.filter((_, i) => i !== index) },
        Math.min(selected, chosen.targets.length - 2),
      )
    },
    /** Seeds count up, so that blocks can be said and found again. */
    resample(seed: number = (settings.seed + 1) % mostSeed) {
      change({ seed, blocks: null, patch: null })
    },
    /** Looks at a predicted patch; again at the same one: at none. */
    pick(at: { readonly x: number; readonly y: number }) {
      if (!result || !grid) return
      const [rows, columns] = grid
      const patch = Math.floor(at.y * rows) * columns + Math.floor(at.x * columns)
      if (Number.isNaN(result.map[patch] ?? NaN)) return
      const target = bestTarget(result.targets, patch, selected)
      change({ patch: place?.patch === patch ? null : { x: at.x, y: at.y }, selected: target })
    },
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
    /** The picture as it is, while a key is held. */
    get alone() {
      return alone
    },
    set alone(on: boolean) {
      alone = on
    },
    release() {
      alone = false
    },
  }
  return model
}

/** A picture's pixels for crops; null where they cannot be had. */
async function smallPicture(id: string): Promise<ImageBitmap | null> {
  try {
    const answer = await fetch(pictureAddress(id, 'stage'))
    return answer.ok ? await createImageBitmap(await answer.blob()) : null
  } catch {
    return null
  }
}

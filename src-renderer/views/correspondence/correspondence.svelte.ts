// What does Correspondence show now? The tokens of two pictures, their pairs, what is asked, and the keypoints carried over.
import { untrack } from 'svelte'
import { carryPoint, patchAt, type Nearest } from '../../../src-shared/analysis/correspondence.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { ramp } from '../../canvas/ramps.ts'
import { patchQuery, stepPatch } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { benchOf, watchTokens, type TokensWish } from '../parts/tokens.svelte.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { aboveMean, chosenMatches, countSimilarities, scaleOf, type Matched } from './match.ts'
import {
  mostKeypoints,
  readCorrespondenceSettings,
  type CorrespondenceSettings,
  type SideIndex,
  type SidePoint,
} from './settings.ts'

export type CorrespondenceModel = ReturnType<typeof createCorrespondence>

/** A patch of one picture and what the other has for it. */
export interface AskedPatch {
  readonly side: SideIndex
  readonly patch: number
  /** −1 where nothing could be compared. */
  readonly best: number
  readonly cosine: number
  /** The patch that the best match likes best: the asked one where the pair is mutual. */
  readonly returns: number
}

export interface CarriedKeypoint extends SidePoint {
  readonly to: { readonly x: number; readonly y: number }
  readonly cosine: number
}

export const bins = 60
const other = (side: SideIndex): SideIndex => (side === 0 ? 1 : 0)
/** One way to change which picture stands where. */
const sideKeys = ['left', 'right'] as const

/** The state of one Correspondence tab. Call while its component is set up. */
export function createCorrespondence(session: Session, tab: TabHandle) {
  const bench = benchOf(session.lab)
  const settings: CorrespondenceSettings = $derived(readCorrespondenceSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const spec = $derived(modelRow?.problem ? null : (modelRow?.spec ?? null))
  const rows = $derived([session.picture(settings.left), session.picture(settings.right)] as const)

  // --- the passes, shared with Parts ---
  const wish: TokensWish | null = $derived(
    modelRow && spec && rows[0] && rows[1] && !rows[0].problem && !rows[1].problem
      ? {
          request: {
            model: modelRow.id,
            pictures: [...new Set([rows[0].id, rows[1].id])],
            size: settings.size,
            fit: settings.fit,
            layer: settings.layer === null ? null : Math.min(settings.layer, spec.depth - 1),
          },
          stamp: JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]),
        }
      : null,
  )
  const watched = watchTokens(session.lab, bench, () => wish)
  const facts = $derived(
    rows.map((row) => (wish && row ? watched.facts(wish, row.id) : null)) as [
      ReturnType<typeof watched.facts>,
      ReturnType<typeof watched.facts>,
    ],
  )
  const pictureProblem = $derived.by(() => {
    for (const row of rows) {
      const problem = row?.problem ?? (wish && row ? watched.refused(wish, row.id) : null)
      if (problem) return problem
    }
    return null
  })
  const layer = $derived(facts[0]?.layer ?? settings.layer ?? (spec ? defaultPartsLayer(spec) : 0))

  // --- the pairs ---
  let matched = $state.raw<(Matched & { readonly words: string }) | null>(null)
  let refused = $state.raw<Failure | null>(null)
  let spent = $state(0)
  const words = $derived(
    facts[0] && facts[1] ? JSON.stringify([facts[0].key, facts[1].key, settings.foreground]) : '',
  )
  $effect(() => {
    const asking = words
    if (asking === '') return
    const [first, second, foreground] = JSON.parse(asking) as [string, string, boolean]
    const since = performance.now()
    bench.worker.match(first, second, foreground).then(
      (found) => {
        if (!found || asking !== untrack(() => words)) return
        matched = { ...found, words: asking }
        refused = null
        spent = (performance.now() - since) / 1000
        performance.mark('emergence:matched')
      },
      (thrown: unknown) => {
        if (asking === untrack(() => words))
          refused = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      },
    )
  })
  /** Pairs of these very tokens; a switch of the foreground alone leaves the lines that stood until the new ones are there. */
  const current = $derived(
    matched && words !== '' && sameTokens(matched.words, words) && !refused ? matched : null,
  )
  const mutual = $derived(current?.mutual ?? [])
  const shown = $derived(chosenMatches(mutual, settings.least, settings.most))
  const scale = $derived(scaleOf(mutual))
  const counts = $derived(current ? countSimilarities(mutual, scale, bins) : null)

  // --- what is asked: pointing previews, clicking pins ---
  let hovered = $state.raw<SidePoint | null>(null)
  const grids = $derived([facts[0]?.layout.grid, facts[1]?.layout.grid] as const)
  const nearestFrom = (side: SideIndex): Nearest | null =>
    current ? (side === 0 ? current.there : current.back) : null
  const askedPoint = $derived(hovered ?? settings.pin)
  const asked = $derived.by((): AskedPatch | null => {
    const grid = askedPoint && grids[askedPoint.side]
    const there = askedPoint && nearestFrom(askedPoint.side)
    if (!askedPoint || !grid || !there) return null
    const patch = patchAt(grid, askedPoint.x, askedPoint.y)
    const best = there.indices[patch] ?? -1
    return {
      side: askedPoint.side,
      patch,
      best,
      cosine: there.cosines[patch] ?? 0,
      returns: best < 0 ? -1 : (nearestFrom(other(askedPoint.side))?.indices[best] ?? -1),
    }
  })
  let likeness = $state.raw<{ readonly words: string; readonly values: Float32Array } | null>(null)
  const likeWords = $derived.by(() => {
    if (!asked || !settings.heat) return ''
    const [from, to] = [facts[asked.side], facts[other(asked.side)]]
    return from && to ? JSON.stringify([from.key, asked.patch, to.key, asked.side]) : ''
  })
  $effect(() => {
    const asking = likeWords
    if (asking === '') {
      likeness = null
      return
    }
    const [from, patch, to] = JSON.parse(asking) as [string, number, string]
    bench.worker.similar(from, patch, [to]).then(
      (found) => {
        if (found?.[0] && asking === untrack(() => likeWords)) likeness = { words: asking, values: found[0] }
      },
      (thrown: unknown) => session.report(thrown),
    )
  })
  const heat = $derived(
    asked && likeness && likeness.words === likeWords
      ? { side: other(asked.side), ...aboveMean(likeness.values) }
      : null,
  )

  const keypoints: readonly CarriedKeypoint[] = $derived(
    settings.keypoints.flatMap((point) => {
      const [from, to] = [grids[point.side], grids[other(point.side)]]
      const nearest = nearestFrom(point.side)
      if (!from || !to || !nearest) return []
      const { x, y, cosine } = carryPoint(point, from, to, nearest)
      return Number.isFinite(cosine) ? [{ ...point, to: { x, y }, cosine }] : []
    }),
  )

  const colours = $derived(ramp(session.settings.colours, session.theme))
  let bitmaps = $state.raw<readonly [ImageBitmap | null, ImageBitmap | null]>([null, null])
  let twin = $state(false)
  let alone = $state(false)

  function change(to: Partial<CorrespondenceSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  function show(side: SideIndex, picture: string): void {
    // Points belong to the picture they were placed on.
    const keep = settings.keypoints.filter((point) => point.side !== side)
    const pin = settings.pin?.side === side ? null : settings.pin
    change({ [sideKeys[side]]: picture, keypoints: keep, pin })
  }
  const nameOf = (side: SideIndex): string => rows[side]?.name ?? ''
  const d = strings.correspondence.drop
  const drops: DropOffer[] = ([0, 1] as const).map((side) => ({
    id: `correspondence.${sideKeys[side]}`,
    icon: 'columns-2',
    offer: ({ kind, ids, pictures }) => {
      const beside = nameOf(other(side)) ? d.keep(nameOf(other(side))) : ''
      if (kind === 'model')
        return side === 0
          ? { title: strings.drop.useModel(session.model(ids[0])?.name ?? ''), text: d.modelText }
          : null
      if (kind === 'picture') {
        const name = session.picture(ids[0])?.name ?? ''
        return { title: side === 0 ? d.left(name) : d.right(name), text: beside }
      }
      if (pictures > 1) return side === 0 ? { title: d.both, text: d.bothText } : null
      return pictures === 1 ? { title: side === 0 ? d.filesLeft : d.filesRight, text: beside } : null
    },
    drop: (kind, ids) => {
      const [first, second] = ids
      if (first === undefined) return
      if (kind === 'model') change({ model: first })
      else if (second !== undefined) change({ left: first, right: second, keypoints: [], pin: null })
      else show(side, first)
    },
  }))

  const model = {
    session,
    tab,
    change,
    drops,
    show,
    nameOf,
    get settings() {
      return settings
    },
    get modelRow() {
      return modelRow
    },
    get spec() {
      return spec
    },
    get rows() {
      return rows
    },
    get facts() {
      return facts
    },
    get layer() {
      return layer
    },
    get running() {
      return watched.running
    },
    /** What stopped the passes, or why one of the pictures cannot be read. */
    get problem() {
      return watched.problem ?? pictureProblem
    },
    /** Why these two cannot be matched. */
    get refused() {
      return refused
    },
    get matched() {
      return current
    },
    get mutual() {
      return mutual
    },
    /** The pairs that are drawn, the most similar first. */
    get shown() {
      return shown
    },
    /** From where to where the similarities go. */
    get scale() {
      return scale
    },
    get counts() {
      return counts
    },
    /** Seconds of the last matching, there and back. */
    get spent() {
      return spent
    },
    get asked() {
      return asked
    },
    get pointing() {
      return hovered !== null
    },
    get heat() {
      return heat
    },
    get keypoints() {
      return keypoints
    },
    get ramp() {
      return colours
    },
    get bitmaps() {
      return bitmaps
    },
    decoded(side: SideIndex, bitmap: ImageBitmap | null) {
      const now = untrack(() => bitmaps)
      bitmaps = side === 0 ? [bitmap, now[1]] : [now[0], bitmap]
    },
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
    /** The pictures as they are, while a key is held. */
    get alone() {
      return alone
    },
    set alone(on: boolean) {
      alone = on
    },
    release() {
      alone = false
    },
    retry() {
      watched.retry()
    },
    hover(point: SidePoint | null) {
      hovered = settings.tool === 'ask' ? point : null
    },
    /** A click: asks the patch, or places a keypoint there. */
    pick(point: SidePoint) {
      hovered = null
      if (settings.tool === 'keypoint') return model.place(point)
      const grid = grids[point.side]
      const { pin } = settings
      const again =
        grid && pin?.side === point.side && patchAt(grid, pin.x, pin.y) === patchAt(grid, point.x, point.y)
      change({ pin: again ? null : point })
    },
    place(point: SidePoint) {
      change({ keypoints: [...settings.keypoints, point].slice(-mostKeypoints) })
    },
    removeKeypoint(index: number) {
      change({ keypoints: settings.keypoints.filter((_, i) => i !== index) })
    },
    /** Moves the asked patch, beginning in the middle of the left picture. */
    step(down: number, across: number) {
      const from = settings.pin ?? { side: 0 as const, x: 0.5, y: 0.5 }
      const layout = facts[from.side]?.layout
      if (!layout) return
      const next = settings.pin
        ? stepPatch(layout, { kind: 'patch', ...from }, down, across)
        : patchQuery(layout, {
            row: Math.floor(layout.grid[0] / 2),
            column: Math.floor(layout.grid[1] / 2),
          })
      if (next.kind === 'patch') change({ pin: { side: from.side, x: next.x, y: next.y } }, 'pin')
    },
    /** Asks what was found: the best match becomes the asked patch. */
    turn() {
      if (!asked || asked.best < 0) return
      const grid = grids[other(asked.side)]
      if (!grid) return
      const [down, across] = grid
      change({
        pin: {
          side: other(asked.side),
          x: ((asked.best % across) + 0.5) / across,
          y: (Math.floor(asked.best / across) + 0.5) / down,
        },
      })
    },
    swap() {
      const { left, right, keypoints: points, pin } = settings
      const turned = (point: SidePoint): SidePoint => ({ ...point, side: other(point.side) })
      change({ left: right, right: left, keypoints: points.map(turned), pin: pin ? turned(pin) : null })
    },
  }
  return model
}

/** True where both ask for the same two pictures' tokens, the foreground aside. */
function sameTokens(one: string, two: string): boolean {
  const [a, b] = [JSON.parse(one), JSON.parse(two)] as [unknown[], unknown[]]
  return a[0] === b[0] && a[1] === b[1]
}

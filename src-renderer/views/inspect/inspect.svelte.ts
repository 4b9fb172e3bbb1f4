// What does Inspect show now? Its settings, the pass they ask for, the rows of the query, and the scene made of them.
import { layoutFor } from '../../../src-shared/domain/tokenLayout.ts'
import { massMask } from '../../../src-shared/numerics/measures.ts'
import { pictureAddress, type LookRequest } from '../../client/lab.ts'
import { outline } from '../../canvas/outline.ts'
import { ramp } from '../../canvas/ramps.ts'
import type { Scene } from '../../canvas/scene.ts'
import type { Cell } from '../../canvas/sheet.ts'
import { fieldMaximum, headMeasures, patchWeights, strongest } from '../../state/field.ts'
import { above, binOf, histogram, outlierLimit, topScores } from '../../state/outliers.ts'
import { patchesFrom, resolveQuery, type Place, type Query } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { watchField, watchLook, watchPicture, type Wanted } from '../../state/watch.svelte.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { inputSize, tokensOf } from './cost.ts'
import { gateLook } from './gate.svelte.ts'
import { watchHeads } from './heads.svelte.ts'
import { headIn, layerIn, readInspectSettings, type InspectSettings } from './settings.ts'

export type InspectModel = ReturnType<typeof createInspect>

const normBins = 46

/** What the stage lets others do to it. */
export interface StageHandle {
  oneToOne(): void
  zoom(factor: number): void
}

/** The state of one Inspect tab. Call while its component is set up. */
export function createInspect(session: Session, tab: TabHandle) {
  const settings: InspectSettings = $derived(readInspectSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const pictureRow = $derived(session.picture(settings.picture))
  const usable = $derived(modelRow && !modelRow.problem && modelRow.spec && pictureRow && !pictureRow.problem)

  // --- the forward pass, asked for first where it is heavy ---
  const request: LookRequest | null = $derived(
    usable && modelRow && pictureRow
      ? { model: modelRow.id, picture: pictureRow.id, size: settings.size, fit: settings.fit }
      : null,
  )
  const stamp = $derived(
    modelRow ? JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]) : '',
  )
  const input = $derived(
    usable && modelRow?.spec && pictureRow
      ? inputSize(pictureRow, modelRow.spec, settings.size, settings.fit)
      : null,
  )
  const tokens = $derived(input && modelRow?.spec ? tokensOf(input, modelRow.spec) : 0)
  const gate = gateLook(session, () => ({ request, stamp, tokens }))
  const watched = watchLook(session.looks, () =>
    request && gate.open ? ({ request, stamp } satisfies Wanted) : null,
  )
  const address = $derived(pictureRow && !pictureRow.problem ? pictureAddress(pictureRow.id, 'stage') : null)
  const photo = watchPicture(() => address)

  // --- what the file does not say: a person may ---
  const headsOf = watchHeads(session, () => modelRow)

  // --- the query and its rows; pointing previews, clicking pins ---
  let hoverQuery = $state.raw<Query | null>(null)
  let hoverPlace = $state.raw<Place | null>(null)
  let hoverCell = $state.raw<Cell | null>(null)
  let alone = $state(false)
  let twin = $state(false)
  let stage = $state<StageHandle | undefined>()
  const facts = $derived(watched.facts)
  // Before the pass says how it went, the model's own specification says what will come: nothing jumps.
  const expected = $derived(
    modelRow?.spec && input ? layoutFor(modelRow.spec, input.width, input.height) : null,
  )
  const tokenLayout = $derived(facts?.layout ?? expected)
  const depth = $derived(facts?.depth ?? modelRow?.spec?.depth ?? 1)
  const heads = $derived(facts?.heads ?? modelRow?.spec?.heads ?? 1)
  const pinned = $derived(tokenLayout ? resolveQuery(tokenLayout, settings.query) : null)
  const asked = $derived(tokenLayout && hoverQuery ? resolveQuery(tokenLayout, hoverQuery) : pinned)
  const layer = $derived(hoverCell?.layer ?? layerIn(settings.layer, depth))
  const head = $derived(hoverCell?.head ?? headIn(settings.head, heads))
  const rows = watchField(
    watched,
    () => asked,
    () => layer,
    () => true,
    () => hoverQuery !== null,
  )
  const field = $derived.by(() => {
    void rows.version
    return rows.field
  })
  const fieldLayer = $derived.by(() => {
    void rows.version
    return rows.field?.layers[layer] ?? null
  })

  // --- the map on the stage ---
  const theme = $derived(session.theme)
  const colours = $derived(ramp(settings.colours ?? session.settings.colours, theme))
  const end = $derived.by(() => {
    void watched.version
    return watched.look?.end ?? null
  })
  const first = $derived(facts ? patchesFrom(facts.layout) : 0)
  const norms = $derived.by(() => {
    void watched.version
    return watched.look?.layers[layer]?.norms.subarray(first) ?? null
  })
  const attention = $derived(field && fieldLayer ? patchWeights(field, fieldLayer, head) : null)
  const rollout = $derived(end?.rollout.subarray(first) ?? null)
  const values = $derived(
    settings.shown === 'rollout' ? rollout : settings.shown === 'norms' ? norms : attention,
  )
  const max = $derived.by(() => {
    if (!values) return 0
    const own = strongest(values).value
    if (settings.shown !== 'attention' || !field || typeof head !== 'number') return own
    void rows.version
    return settings.scale === 'each'
      ? own
      : Math.max(own, fieldMaximum(field, settings.scale === 'layer' ? layer : null))
  })
  const edges = $derived(
    facts && values && settings.mass < 1 && settings.overlay !== 'off' && !alone && settings.shown !== 'norms'
      ? outline(massMask(values, settings.mass), ...facts.layout.grid)
      : [],
  )
  const limit = $derived(norms ? outlierLimit(norms) : Infinity)
  const outliers = $derived(norms ? above(norms, limit) : [])
  const place = $derived(asked?.kind === 'patch' ? asked.place : null)
  const fresh: Scene | null = $derived(
    pictureRow && (photo.bitmap === null || photo.of === address)
      ? {
          name: pictureRow.name,
          picture: photo.bitmap,
          size: { width: pictureRow.width, height: pictureRow.height },
          area: facts?.area ?? { x: 0, y: 0, width: pictureRow.width, height: pictureRow.height },
          grid: tokenLayout?.grid ?? [1, 1],
          values: alone ? null : values,
          max,
          overlay: alone ? 'off' : settings.overlay,
          opacity: settings.opacity,
          smooth: settings.smooth,
          ramp: colours,
          theme,
          edges,
          query: alone || settings.shown === 'rollout' ? null : place,
          rings: settings.rings && !alone ? outliers : [],
          weight: session.presenting ? 2 : 1,
        }
      : null,
  )

  // Until the next picture's pixels are there, the last scene stays as a whole: never one picture under another's map.
  let scene = $state.raw<Scene | null>(null)
  $effect(() => {
    if (fresh || !pictureRow) scene = fresh
  })

  // --- numbers for the inspector ---
  const measures = $derived(field && fieldLayer ? headMeasures(field, fieldLayer) : [])
  const normBars = $derived(norms ? histogram(norms, normBins) : null)
  const normHere = $derived.by(() => {
    if (!norms || !normBars || !place || !facts) return null
    const value = norms[place.row * facts.layout.grid[1] + place.column]!
    return { value, bin: binOf(value, normBars.low, normBars.high, normBins) }
  })
  const scores = $derived(end?.logits ? topScores(end.logits, 5) : null)
  const kept = $derived.by(() => {
    if (!values || settings.mass >= 1) return 0
    return massMask(values, settings.mass).reduce((sum, one) => sum + one, 0)
  })
  const hoverValue = $derived.by(() => {
    const at = hoverPlace ?? (settings.shown === 'attention' ? place : null)
    if (!at || !values || !facts) return null
    return values[at.row * facts.layout.grid[1] + at.column] ?? null
  })

  function change(to: Partial<InspectSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  function stepPicture(step: number): void {
    const { pictures } = session.workspace
    const at = pictures.findIndex(({ id }) => id === settings.picture)
    const next = pictures[(at + step + pictures.length) % pictures.length]
    if (next) change({ picture: next.id }, 'picture')
  }

  const nameOf = (ids: readonly string[]): string =>
    session.model(ids[0])?.name ?? session.picture(ids[0])?.name ?? ''
  const drops: DropOffer[] = [
    {
      id: 'inspect',
      icon: 'scan-eye',
      offer: ({ kind, ids, pictures, others }) => {
        const d = strings.drop
        if (kind === 'model') return { title: d.useModel(nameOf(ids)), text: pictureRow?.name ?? '' }
        if (kind === 'picture') return { title: d.usePicture(nameOf(ids)), text: modelRow?.name ?? '' }
        if (pictures > 0) return { title: d.inspectFirst(pictures), text: d.inspectFirstMore(pictures) }
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
    stepPicture,
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
    get usable() {
      return Boolean(usable)
    },
    get look() {
      void watched.version
      return watched.look
    },
    /** State of the pass, readable as it changes. */
    get status() {
      void watched.version
      const look = watched.look
      return look
        ? { state: look.state, arrived: look.arrived, depth: look.facts?.depth ?? 0, problem: look.problem }
        : null
    },
    /** Tokens as they are, or as they will be. */
    get tokenLayout() {
      return tokenLayout
    },
    get depth() {
      return depth
    },
    get heads() {
      return heads
    },
    get facts() {
      return facts
    },
    get input() {
      return input
    },
    get tokens() {
      return tokens
    },
    get estimate() {
      return gate.estimate
    },
    allow() {
      gate.allow()
    },
    retry() {
      if (watched.look) session.looks.retry(watched.look)
    },
    get field() {
      return field
    },
    get fieldVersion() {
      return rows.version
    },
    get layer() {
      return layer
    },
    get head() {
      return head
    },
    get asked() {
      return asked
    },
    get pinned() {
      return pinned
    },
    get place() {
      return place
    },
    get values() {
      return values
    },
    get attention() {
      return attention
    },
    /** The mean over heads, for its small map. */
    get meanMap() {
      return field && fieldLayer ? patchWeights(field, fieldLayer, 'mean') : null
    },
    get rollout() {
      return rollout
    },
    get max() {
      return max
    },
    get ramp() {
      return colours
    },
    get scene() {
      return scene
    },
    get edges() {
      return edges
    },
    get kept() {
      return kept
    },
    get measures() {
      return measures
    },
    get norms() {
      return norms
    },
    get normBars() {
      return normBars
    },
    get normHere() {
      return normHere
    },
    get limit() {
      return limit
    },
    get outliers() {
      return outliers
    },
    get scores() {
      return scores
    },
    get classNames() {
      return end?.classNames ?? null
    },
    /** Nothing tells how many heads the attention has. */
    get headsOf() {
      return headsOf
    },
    get hasHead() {
      return Boolean(modelRow?.spec?.classes)
    },
    get bitmap() {
      return photo.bitmap
    },
    get hoverValue() {
      return hoverValue
    },
    get previewing() {
      return hoverQuery !== null
    },
    get alone() {
      return alone
    },
    set alone(on: boolean) {
      alone = on
    },
    /** The tables in place of the pictures are open. */
    get twin() {
      return twin
    },
    release() {
      alone = false
    },
    set twin(on: boolean) {
      twin = on
    },
    get stage() {
      return stage
    },
    set stage(handle: StageHandle | undefined) {
      stage = handle
    },
    hover(at: Place | null, point: { x: number; y: number } | null) {
      if (at?.row === hoverPlace?.row && at?.column === hoverPlace?.column) return
      hoverPlace = at
      const previews = at && point && settings.shown === 'attention' && settings.query.kind === 'patch'
      hoverQuery = previews ? { kind: 'patch', ...point } : null
    },
    pick(point: { x: number; y: number }) {
      hoverQuery = null
      change({
        query: { kind: 'patch', ...point },
        shown: settings.shown === 'rollout' ? 'attention' : settings.shown,
      })
    },
    previewCell(cell: Cell | null) {
      hoverCell = cell
    },
  }
  return model
}

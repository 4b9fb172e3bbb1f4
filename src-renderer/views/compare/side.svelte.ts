// What does one column of Compare show? A model's pass over the picture, the rows of the common query, its map.
import type { LookRequest, ModelRow, PictureRow } from '../../client/lab.ts'
import { patchWeights, strongest } from '../../state/field.ts'
import { patchesFrom, type Query } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { watchField, watchLook } from '../../state/watch.svelte.ts'
import { inputSize, tokensOf } from '../inspect/cost.ts'
import { gateLook } from '../inspect/gate.svelte.ts'
import { headIn } from '../inspect/settings.ts'
import { askedOf } from './places.ts'
import { layerOf, type CompareSettings, type Side } from './settings.ts'

export type SideModel = ReturnType<typeof createSide>

interface Wishes {
  readonly side: () => Side | undefined
  readonly settings: () => CompareSettings
  readonly row: () => ModelRow | undefined
  readonly picture: () => PictureRow | undefined
  /** The query as it stands or is pointed at, over the picture. */
  readonly query: () => Query
  readonly passing: () => boolean
}

/** One side. Call while a component is set up. */
export function createSide(session: Session, wishes: Wishes) {
  const side = $derived(wishes.side())
  const row = $derived(wishes.row())
  const picture = $derived(wishes.picture())
  const settings = $derived(wishes.settings())
  const usable = $derived(Boolean(side && row && !row.problem && row.spec && picture && !picture.problem))

  // A heavy pass is asked for first, as in Inspect.
  const request: LookRequest | null = $derived(
    usable && row && picture
      ? { model: row.id, picture: picture.id, size: settings.size, fit: settings.fit }
      : null,
  )
  const stamp = $derived(row ? JSON.stringify([row.network, row.overrides, row.path]) : '')
  const input = $derived(
    usable && row?.spec && picture ? inputSize(picture, row.spec, settings.size, settings.fit) : null,
  )
  const gate = gateLook(session, () => ({
    request,
    stamp,
    tokens: input && row?.spec ? tokensOf(input, row.spec) : 0,
  }))

  const watched = watchLook(session.looks, () => (request && gate.open ? { request, stamp } : null))
  const facts = $derived(watched.facts)
  let preview = $state.raw<{ layer: number; head: number } | null>(null)
  const layer = $derived(
    facts && side ? (preview?.layer ?? layerOf(side, row?.spec ?? null, facts.depth)) : 0,
  )
  const head = $derived(facts && side ? (preview?.head ?? headIn(side.head, facts.heads)) : 'mean')
  const asked = $derived(facts && picture ? askedOf(wishes.query(), facts.layout, facts.area, picture) : null)
  const rows = watchField(
    watched,
    () => asked,
    () => layer,
    () => true,
    wishes.passing,
  )
  const field = $derived.by(() => {
    void rows.version
    return asked ? rows.field : null
  })
  const attention = $derived.by(() => {
    void rows.version
    const rowsOf = field?.layers[layer]
    return field && rowsOf ? patchWeights(field, rowsOf, head) : null
  })
  const rollout = $derived.by(() => {
    void watched.version
    return facts ? (watched.look?.end?.rollout.subarray(patchesFrom(facts.layout)) ?? null) : null
  })
  const values = $derived(settings.shown === 'rollout' ? rollout : attention)
  const own = $derived(values ? strongest(values).value : 0)
  /** Every layer's mean over heads, once all are there. */
  const layers = $derived.by(() => {
    void rows.version
    const now = field
    if (!now || now.layers.some((one) => one === null)) return null
    return now.layers.map((one) => patchWeights(now, one!, 'mean'))
  })

  return {
    get side() {
      return side
    },
    get row() {
      return row
    },
    get facts() {
      return facts
    },
    get input() {
      return input
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
    /** The pass is there and did not see the point that is asked. */
    get blind() {
      return facts !== null && asked === null
    },
    get field() {
      return field
    },
    get version() {
      return rows.version
    },
    get values() {
      return values
    },
    get own() {
      return own
    },
    get layers() {
      return layers
    },
    get estimate() {
      return gate.estimate
    },
    get status() {
      void watched.version
      const { look } = watched
      return look ? { state: look.state, arrived: look.arrived, depth: look.facts?.depth ?? 0 } : null
    },
    get problem() {
      void watched.version
      return row?.problem ?? watched.look?.problem ?? null
    },
    allow() {
      gate.allow()
    },
    retry() {
      if (watched.look) session.looks.retry(watched.look)
    },
    previewCell(cell: { layer: number; head: number } | null) {
      preview = cell
    },
  }
}

// What does one model show in Registers & norms? Its pass, the norms of every layer, what [CLS] and registers read, its scene.
import { clsIndex, firstPatch, registerIndex } from '../../../src-shared/domain/tokenLayout.ts'
import { attentionRows, combineHeads } from '../../../src-shared/numerics/attention.ts'
import { largest } from '../../../src-shared/numerics/measures.ts'
import type { Scene } from '../../canvas/scene.ts'
import type { Ramp } from '../../canvas/ramps.ts'
import type { LookRequest, ModelRow, PictureRow } from '../../client/lab.ts'
import { placeAt } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { watchLook } from '../../state/watch.svelte.ts'
import { toArea } from '../compare/places.ts'
import { inputSize, tokensOf } from '../inspect/cost.ts'
import { gateLook } from '../inspect/gate.svelte.ts'
import { watchHeads } from '../inspect/heads.svelte.ts'
import { columnOf, type NormColumn } from './norms.ts'
import { columnIn, type RegistersSettings, type Shown } from './settings.ts'

export type NormSide = ReturnType<typeof createSide>

interface Wishes {
  readonly row: () => ModelRow | undefined
  readonly picture: () => PictureRow | undefined
  readonly settings: () => RegistersSettings
  readonly bitmap: () => ImageBitmap | null
  readonly ramp: () => Ramp
  readonly point: () => { readonly x: number; readonly y: number } | null
  readonly alone: () => boolean
}

/** One model on the picture. Call while a component is set up. */
export function createSide(session: Session, wishes: Wishes) {
  const row = $derived(wishes.row())
  const picture = $derived(wishes.picture())
  const settings = $derived(wishes.settings())
  const spec = $derived(row && !row.problem ? (row.spec ?? null) : null)
  const heads = watchHeads(session, wishes.row)
  const input = $derived(
    spec && picture && !picture.problem ? inputSize(picture, spec, settings.size, settings.fit) : null,
  )
  const request: LookRequest | null = $derived(
    row && picture && input && !heads.unknown
      ? { model: row.id, picture: picture.id, size: settings.size, fit: settings.fit }
      : null,
  )
  const stamp = $derived(row ? JSON.stringify([row.network, row.overrides, row.path]) : '')
  const gate = gateLook(session, () => ({
    request,
    stamp,
    tokens: input && spec ? tokensOf(input, spec) : 0,
  }))
  const watched = watchLook(session.looks, () => (request && gate.open ? { request, stamp } : null))
  const facts = $derived(watched.facts)
  const depth = $derived(facts?.depth ?? spec?.depth ?? 1)
  const column = $derived(columnIn(settings.layer, depth))

  // A column is made once for each layer and rule: layers arrive one by one.
  let made: { of: unknown; rule: string; columns: (NormColumn | null)[] } = {
    of: null,
    rule: '',
    columns: [],
  }
  const columns: readonly (NormColumn | null)[] = $derived.by(() => {
    void watched.version
    const look = watched.look
    if (!look?.facts) return []
    const { layout } = look.facts
    const rule = `${settings.rule} ${settings.rule === 'fixed' ? settings.limit : ''}`
    if (made.of !== look.facts || made.rule !== rule) made = { of: look.facts, rule, columns: [] }
    const norms = [...look.layers.map((layer) => layer?.norms ?? null), look.end?.norms ?? null]
    made.columns = norms.map((values, index) =>
      values === null
        ? null
        : (made.columns[index] ?? columnOf(layout, values, settings.rule, settings.limit)),
    )
    return made.columns
  })
  const now = $derived(columns[column] ?? null)

  // --- what [CLS] and the registers read, mean over heads; after the norm there is no attention, so the last layer's ---
  const attentionLayer = $derived(Math.min(column, depth - 1))
  const layer = $derived.by(() => {
    void watched.version
    return watched.look?.layers[attentionLayer] ?? null
  })
  const readings: readonly {
    readonly shown: Shown
    readonly row: Float32Array
    readonly map: Float32Array
  }[] = $derived.by(() => {
    if (!facts || !layer) return []
    const { layout, width, heads: many } = facts
    const first = firstPatch(layout)
    const tokens: { shown: Shown; token: number }[] = [
      ...(layout.cls ? [{ shown: 'cls' as const, token: clsIndex(layout) }] : []),
      ...Array.from({ length: layout.registers }, (_, k) => ({ shown: k, token: registerIndex(layout, k) })),
    ]
    const shape = { tokens: first + layout.grid[0] * layout.grid[1], width, heads: many }
    return tokens.map(({ shown, token }) => {
      const mean = combineHeads(attentionRows(layer.q, layer.k, shape, token), many, 'mean')
      return { shown, row: mean, map: mean.subarray(first) }
    })
  })
  const reading = $derived(readings.find(({ shown }) => shown === settings.shown) ?? null)

  // --- the scale of the map: norms from their smallest value, so that what differs is seen ---
  const values = $derived(reading?.map ?? now?.patches ?? null)
  const range = $derived.by(() => {
    if (reading) return { low: 0, high: largest(reading.map) }
    return now ? { low: now.low, high: now.high } : null
  })
  const place = $derived.by(() => {
    const point = wishes.point()
    if (!point || !facts || !picture) return null
    const seen = toArea(point, facts.area, picture)
    return seen ? placeAt(facts.layout, seen.x, seen.y) : null
  })
  const patch = $derived(place && facts ? place.row * facts.layout.grid[1] + place.column : -1)

  function sceneOn(scale: { readonly low: number; readonly high: number } | null): Scene | null {
    if (!picture) return null
    const alone = wishes.alone()
    const shift = scale?.low ?? 0
    return {
      name: picture.name,
      picture: wishes.bitmap(),
      size: picture,
      area: facts?.area ?? { x: 0, y: 0, width: picture.width, height: picture.height },
      grid: facts?.layout.grid ?? [1, 1],
      values: alone || !values ? null : shift === 0 ? values : values.map((value) => value - shift),
      max: scale ? scale.high - shift : 0,
      overlay: alone ? 'off' : 'heat',
      opacity: settings.opacity,
      smooth: false,
      ramp: wishes.ramp(),
      theme: session.theme,
      edges: [],
      query: alone ? null : place,
      rings: settings.rings && !alone && now ? now.outliers : [],
      weight: session.presenting ? 2 : 1,
    }
  }

  return {
    get row() {
      return row
    },
    get spec() {
      return spec
    },
    get heads() {
      return heads
    },
    get input() {
      return input
    },
    get facts() {
      return facts
    },
    get depth() {
      return depth
    },
    /** Which column is chosen: a layer, or `depth` for what is after the last norm. */
    get column() {
      return column
    },
    get columns() {
      return columns
    },
    /** The chosen column, once it is there. */
    get now() {
      return now
    },
    get readings() {
      return readings
    },
    get reading() {
      return reading
    },
    get attentionLayer() {
      return attentionLayer
    },
    get values() {
      return values
    },
    get range() {
      return range
    },
    get place() {
      return place
    },
    /** The followed patch in this model's grid; −1 where there is none. */
    get patch() {
      return patch
    },
    sceneOn,
    get estimate() {
      return gate.estimate
    },
    allow() {
      gate.allow()
    },
    get status() {
      void watched.version
      const { look } = watched
      return look ? { state: look.state, arrived: look.arrived, depth: look.facts?.depth ?? 0 } : null
    },
    get problem() {
      void watched.version
      return row?.problem ?? picture?.problem ?? watched.look?.problem ?? null
    },
    retry() {
      if (watched.look) session.looks.retry(watched.look)
    },
  }
}

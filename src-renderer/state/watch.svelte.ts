// How does a view follow a forward pass and the rows of a query? Reactive readings of looks and fields.
import { untrack } from 'svelte'
import type { LookFacts, LookRequest } from '../client/lab.ts'
import { computeLayer, createField, layerSteps, type Field } from './field.ts'
import type { Look, Looks } from './looks.ts'
import type { Asked } from './query.ts'
import { runSliced } from './slices.ts'

export interface WatchedLook {
  readonly look: Look | null
  /** Grows at every change of the look. */
  readonly version: number
  readonly facts: LookFacts | null
}

/** What a view wants to look at; `stamp` tells readings of one checkpoint apart. Null: nothing yet. */
export type Wanted = { readonly request: LookRequest; readonly stamp: string } | null

/** Follows the look that `wanted` asks for. Call while a component is set up. */
export function watchLook(looks: Looks, wanted: () => Wanted): WatchedLook {
  let look = $state.raw<Look | null>(null)
  let version = $state(0)
  // Counted beside the state: an effect that read what it writes would run for ever.
  let changes = 0
  const told = (): void => void (version = ++changes)
  // A request is compared by its words, so that a new object of the same content starts nothing.
  const words = $derived(JSON.stringify(wanted()))
  $effect(() => {
    const asked = JSON.parse(words) as Wanted
    if (!asked) {
      look = null
      return
    }
    const found = looks.get(asked.request, asked.stamp)
    look = found
    told()
    return looks.watch(found, told)
  })
  return {
    get look() {
      return look
    },
    get version() {
      return version
    },
    get facts() {
      void version
      return look?.facts ?? null
    },
  }
}

export interface WatchedField {
  readonly field: Field | null
  /** Grows whenever a layer was computed. */
  readonly version: number
}

/** Milliseconds that a query must stand before the layers beside the stage's follow it, where they cost more than a frame. */
const patience = 90
/** Values of q times layers below which every layer follows the pointer at once. */
const quick = 2e6

/**
 * Follows the rows of one query in a look: the layer on the stage at once, the others in slices while the page is idle.
 * `every` false: only the stage's layer is wanted. `passing` true: the query may be another in a moment, as the pointer
 * moves. Call while a component is set up.
 */
export function watchField(
  watched: WatchedLook,
  asked: () => Asked | null,
  layer: () => number,
  every: () => boolean = () => true,
  passing: () => boolean = () => false,
): WatchedField {
  let field = $state.raw<Field | null>(null)
  let version = $state(0)
  let changes = 0
  let run = 0
  const told = (): void => void (version = ++changes)

  const words = $derived(JSON.stringify(asked()))
  // The rows belong to one query in one pass; both are told apart by identity.
  const fresh = $derived.by(() => {
    const query = JSON.parse(words) as Asked | null
    return watched.facts && query ? createField(watched.facts, query) : null
  })

  $effect(() => {
    const mine = ++run
    const now = fresh
    const look = watched.look
    void watched.version
    if (!now || !look) {
      field = null
      return
    }
    const stage = look.layers[layer()]
    if (stage && now.asked.kind !== 'mean') computeLayer(now, stage)
    // A field that has nothing to show yet does not push out one that has.
    const before = untrack(() => field)
    if (!before || before.facts !== now.facts || now.layers.some(Boolean)) field = now
    told()
    const rest = order(layer(), look, every())
    const go = (): void =>
      void runSliced(rest(now), () => run === mine).then((whole) => {
        if (whole) told()
      })
    const values = stage ? stage.q.length * look.layers.length : 0
    const timer = passing() && values > quick ? setTimeout(go, patience) : void go()
    return () => {
      clearTimeout(timer)
      run++
    }
  })

  /** The steps for the layers that have arrived: the stage's first, then from the last to the first. */
  function order(first: number, look: Look, all: boolean): (field: Field) => Generator<void> {
    return function* steps(into) {
      const last = look.layers.length - 1
      const rest = all ? Array.from({ length: last + 1 }, (_, i) => last - i).filter((i) => i !== first) : []
      for (const index of [first, ...rest]) {
        const layer = look.layers[index]
        if (!layer || into.layers[index]) continue
        for (const step of layerSteps(into, layer)) yield step
        field = into
        told()
      }
    }
  }

  return {
    get field() {
      return field
    },
    get version() {
      return version
    },
  }
}

export interface WatchedPicture {
  /** The picture that was loaded last: the one before stays until the next is there. */
  readonly bitmap: ImageBitmap | null
  /** Whose pixels `bitmap` holds; null: nobody's. */
  readonly of: string | null
  readonly failed: boolean
}

/** Follows the pixels of a picture for the stage, decoded outside the page's thread. Call while a component is set up. */
export function watchPicture(address: () => string | null): WatchedPicture {
  let bitmap = $state.raw<ImageBitmap | null>(null)
  let of = $state<string | null>(null)
  let failed = $state(false)
  $effect(() => {
    const from = address()
    failed = false
    if (from === null) {
      bitmap = null
      of = null
      return
    }
    const controller = new AbortController()
    const load = async (): Promise<void> => {
      const answer = await fetch(from, { signal: controller.signal })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const loaded = await createImageBitmap(await answer.blob())
      if (controller.signal.aborted) return
      bitmap = loaded
      of = from
    }
    load().catch(() => {
      if (controller.signal.aborted) return
      bitmap = null
      of = null
      failed = true
    })
    return () => controller.abort()
  })
  return {
    get bitmap() {
      return bitmap
    },
    get of() {
      return of
    },
    get failed() {
      return failed
    },
  }
}

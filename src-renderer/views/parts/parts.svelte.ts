// What does Parts show now? The tokens of its pictures, the basis over all of them, and what is like the clicked patch.
import { untrack } from 'svelte'
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { partsBasisSchema, type PartsBasis } from '../../../src-shared/analysis/parts.ts'
import type { PictureRow } from '../../client/lab.ts'
import { outline, type Edge } from '../../canvas/outline.ts'
import { ramp } from '../../canvas/ramps.ts'
import { placeAt, type Place } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { inputSize } from '../inspect/cost.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import {
  countBins,
  flipped,
  foregroundOf,
  foregroundPixels,
  groupPixels,
  likeness,
  masked,
  partPixels,
  usualSimilarity,
  type Likeness,
} from './paint.ts'
import { readPartsSettings, showing, type PartsSettings } from './settings.ts'
import { benchOf, watchTokens, type PatchFacts, type TokensWish } from './tokens.svelte.ts'
import type { PatchGroups } from '../../../src-shared/analysis/clusters.ts'
import type { Fitted } from './work.ts'

export type PartsModel = ReturnType<typeof createParts>

/** One picture as Parts draws it. */
export interface Shown {
  readonly row: PictureRow
  readonly facts: PatchFacts | null
  readonly problem: Failure | null
  /** `[patches, 4]`, background clear; null while there are no colours. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer> | null
  readonly foreground: Uint8Array | null
  readonly colours: Float32Array | null
  readonly first: Float32Array | null
  /** The group of each patch, −1 where it is in none; null while there are no groups. */
  readonly labels: Int32Array | null
  readonly like: Likeness | null
  readonly cosines: Float32Array | null
  readonly edges: readonly Edge[]
  /** The clicked patch, where it is in this picture. */
  readonly mark: Place | null
}

export const histogramBins = 64
/** Tokens of all pictures together, in bytes, that the window and the worker can hold. */
const mostBytes = 1.5e9

/** The state of one Parts tab. Call while its component is set up. */
export function createParts(session: Session, tab: TabHandle) {
  const bench = benchOf(session.lab)
  const settings: PartsSettings = $derived(readPartsSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const spec = $derived(modelRow?.problem ? null : (modelRow?.spec ?? null))
  const rows = $derived(settings.pictures.flatMap((id) => session.picture(id) ?? []))
  const readable = $derived(rows.filter((row) => !row.problem))

  // --- the passes ---
  const bytes = $derived.by(() => {
    const of = spec
    if (!of) return 0
    const tokens = (row: PictureRow): number => {
      const { width, height } = inputSize(row, of, settings.size, settings.fit)
      return (width / of.patch) * (height / of.patch)
    }
    return readable.reduce((sum, row) => sum + 8 * of.width * tokens(row), 0)
  })
  const tooMany = $derived(bytes > mostBytes)
  const wish: TokensWish | null = $derived(
    modelRow && spec && readable.length > 0 && !tooMany
      ? {
          request: {
            model: modelRow.id,
            pictures: readable.map(({ id }) => id),
            size: settings.size,
            fit: settings.fit,
            layer: settings.layer === null ? null : Math.min(settings.layer, spec.depth - 1),
          },
          stamp: JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]),
        }
      : null,
  )
  const watched = watchTokens(session.lab, bench, () => wish)
  const held = $derived(
    readable.map((row) => ({
      row,
      facts: wish ? watched.facts(wish, row.id) : null,
      problem: wish ? watched.refused(wish, row.id) : null,
    })),
  )
  const ready = $derived(held.length > 0 && held.every(({ facts, problem }) => facts || problem))
  const keys = $derived(held.flatMap(({ facts }) => facts?.key ?? []))
  const layer = $derived(
    held.find(({ facts }) => facts)?.facts?.layer ?? settings.layer ?? (spec ? defaultPartsLayer(spec) : 0),
  )

  // --- the basis over all pictures, refitted whenever a setting asks for another ---
  let fitted = $state.raw<(Fitted & { readonly keys: readonly string[] }) | null>(null)
  let refused = $state.raw<Failure | null>(null)
  let spent = $state(0)
  /** Grows with every basis that was opened. */
  let opened = $state(0)
  const fitWords = $derived(
    ready && keys.length > 0
      ? JSON.stringify({
          opened,
          keys,
          foreground: settings.foreground,
          flip: settings.flip,
          hold: settings.hold,
          layer,
          tab: tab.id,
        })
      : '',
  )
  $effect(() => {
    const words = fitWords
    if (words === '') return
    const asked = JSON.parse(words) as Parameters<typeof bench.worker.fit>[0]
    const since = performance.now()
    bench.worker.fit(asked).then(
      (found) => {
        if (!found || words !== untrack(() => fitWords)) return
        fitted = { ...found, keys: asked.keys }
        refused = null
        spent = (performance.now() - since) / 1000
        performance.mark('emergence:parts')
      },
      (thrown: unknown) => {
        if (words === untrack(() => fitWords))
          refused = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      },
    )
  })
  /** Colours that belong to these tokens; those of other tokens are not shown over them. */
  const current = $derived(fitted && fitted.keys.join() === keys.join() ? fitted : null)
  const threshold = $derived.by(() => {
    if (settings.foreground === 'off') return null
    if (typeof settings.foreground === 'number') return settings.foreground
    return current?.basis.first?.threshold ?? null
  })

  // --- what is like the clicked patch ---
  let cosines = $state.raw<{
    readonly of: string
    readonly values: ReadonlyMap<string, Float32Array>
  } | null>(null)
  const asked = $derived.by(() => {
    const { part } = settings
    const facts = part && held.find(({ row }) => row.id === part.picture)?.facts
    if (!part || !facts) return null
    const place = placeAt(facts.layout, part.x, part.y)
    return {
      picture: part.picture,
      key: facts.key,
      place,
      patch: place.row * facts.layout.grid[1] + place.column,
    }
  })
  const askedWords = $derived(asked && ready ? JSON.stringify([asked.key, asked.patch, keys]) : '')
  $effect(() => {
    const words = askedWords
    if (words === '') {
      cosines = null
      return
    }
    const [from, patch, of] = JSON.parse(words) as [string, number, string[]]
    bench.worker.similar(from, patch, of).then(
      (found) => {
        if (found && words === untrack(() => askedWords))
          cosines = { of: words, values: new Map(of.map((key, i) => [key, found[i]!])) }
      },
      (thrown: unknown) => session.report(thrown),
    )
  })

  // --- groups of patches, of the foreground where there is one ---
  const foregrounds = $derived(
    current?.first.map((first) => foregroundOf(first, current?.basis.first ? threshold : null)) ?? null,
  )
  let clustered = $state.raw<{
    readonly of: string
    readonly keys: readonly string[]
    readonly found: PatchGroups
  } | null>(null)
  const clusterWords = $derived(
    settings.paint === 'clusters' && current && foregrounds
      ? JSON.stringify([current.keys, settings.clusters, threshold, current.basis.first?.components])
      : '',
  )
  $effect(() => {
    const words = clusterWords
    if (words === '') return
    const wished = untrack(() => ({
      keys: current!.keys,
      inside: foregrounds!,
      count: settings.clusters,
      seed: 0,
    }))
    bench.worker.cluster(wished).then(
      (found) => {
        if (found && words === untrack(() => clusterWords))
          clustered = { of: words, keys: wished.keys, found }
      },
      (thrown: unknown) => session.report(thrown),
    )
  })
  /** Those before stay until the new ones are there, as long as they are of these tokens. */
  const groups = $derived(
    clustered && clusterWords !== '' && clustered.keys.join() === keys.join() ? clustered.found : null,
  )

  // --- what is drawn ---
  const colours = $derived(ramp('ember', session.theme))
  const similarity = $derived.by(() => {
    if (settings.similarity !== null) return settings.similarity
    const others = held.flatMap(({ row, facts }) => {
      const values = row.id === settings.part?.picture ? null : facts && cosines?.values.get(facts.key)
      return values ? [values.reduce((most, value) => Math.max(most, value), -1)] : []
    })
    return usualSimilarity(others)
  })
  /** Every patch in its colour; the threshold only chooses among them. */
  const painted = $derived(
    current?.colours.map((own) => {
      const turned = flipped(own, settings.flips)
      return { colours: turned, pixels: partPixels(turned, settings.colouring, colours) }
    }) ?? [],
  )
  function paintOf(
    pixels: Uint8ClampedArray<ArrayBuffer>,
    foreground: Uint8Array,
    labels: Int32Array | null,
  ): Uint8ClampedArray<ArrayBuffer> | null {
    if (settings.paint === 'parts') return masked(pixels, foreground)
    if (settings.paint === 'foreground') return foregroundPixels(foreground)
    return labels ? groupPixels(labels, settings.group, session.theme) : null
  }
  const shown: readonly Shown[] = $derived(
    rows.map((row) => {
      const one = held.find((other) => other.row.id === row.id)
      const facts = one?.facts ?? null
      const at = facts && current ? current.keys.indexOf(facts.key) : -1
      const first = current?.first[at] ?? null
      const own = painted[at] ?? null
      const foreground = foregrounds?.[at] ?? null
      const labels = groups?.labels[at] ?? null
      const values = (facts && cosines?.values.get(facts.key)) ?? null
      const like = values ? likeness(values, similarity) : null
      return {
        row,
        facts,
        problem: one?.problem ?? row.problem,
        first,
        colours: own?.colours ?? null,
        foreground,
        pixels: own && foreground ? paintOf(own.pixels, foreground, labels) : null,
        labels,
        cosines: values,
        like,
        edges: like && facts ? outline(like.mask, ...facts.layout.grid) : [],
        mark: facts && asked?.picture === row.id ? asked.place : null,
      } as Shown
    }),
  )
  const patches = $derived(shown.reduce((sum, { first }) => sum + (first?.length ?? 0), 0))
  const inside = $derived(
    shown.reduce((sum, { foreground }) => sum + (foreground?.reduce((n, bit) => n + bit, 0) ?? 0), 0),
  )
  const counts = $derived(current?.basis.first ? countBins(current.first, histogramBins) : null)
  const matches = $derived(shown.reduce((sum, { like }) => sum + (like?.count ?? 0), 0))

  // Decoded once by the stage; the inspector's crops take their pixels from there.
  let bitmaps = $state.raw<ReadonlyMap<string, ImageBitmap>>(new Map())
  let twin = $state(false)
  let alone = $state(false)

  function change(to: Partial<PartsSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  function showPictures(ids: readonly string[]): void {
    tab.change(showing(tab.settings, ids))
  }
  const drops: DropOffer[] = [
    {
      id: 'parts',
      icon: 'puzzle',
      offer: ({ kind, ids, pictures }) => {
        const d = strings.parts.drop
        if (kind === 'model')
          return { title: strings.drop.useModel(session.model(ids[0])?.name ?? ''), text: d.modelText }
        if (kind === 'picture')
          return { title: d.picture(session.picture(ids[0])?.name ?? ''), text: d.pictureText }
        return pictures > 0 ? { title: d.pictures(pictures), text: d.pictureText } : null
      },
      drop: (kind, ids) => {
        if (kind === 'picture') showPictures([...new Set([...settings.pictures, ...ids])])
        else if (ids[0]) change({ model: ids[0] })
      },
    },
  ]

  const model = {
    session,
    tab,
    change,
    drops,
    showPictures,
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
    get shown() {
      return shown
    },
    /** The layer that is read. */
    get layer() {
      return layer
    },
    get tooMany() {
      return tooMany
    },
    get bytes() {
      return bytes
    },
    get running() {
      return watched.running
    },
    get problem() {
      return watched.problem
    },
    /** Why no basis was found for these settings; what stood before is still shown. */
    get refused() {
      return refused
    },
    get fitted() {
      return current
    },
    /** Groups of k-means; null where they are not asked for, or not there yet. */
    get groups() {
      return groups
    },
    /** Seconds of the last fit, there and back. */
    get spent() {
      return spent
    },
    get threshold() {
      return threshold
    },
    get counts() {
      return counts
    },
    get patches() {
      return patches
    },
    get inside() {
      return inside
    },
    get asked() {
      return asked
    },
    /** Cosine from which a patch is outlined. */
    get similarity() {
      return similarity
    },
    get matches() {
      return matches
    },
    get ramp() {
      return colours
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
    bitmap: (picture: string): ImageBitmap | null => bitmaps.get(picture) ?? null,
    decoded(picture: string, bitmap: ImageBitmap | null) {
      const next = new Map(untrack(() => bitmaps))
      if (bitmap) next.set(picture, bitmap)
      else next.delete(picture)
      bitmaps = next
    },
    retry() {
      watched.retry()
    },
    pick(picture: string, at: { readonly x: number; readonly y: number } | null) {
      change({ part: at ? { picture, ...at } : null })
    },
    /** The basis with what it gave the pictures on show, so that other networks can be turned to it. */
    remember: (basis: PartsBasis): Promise<PartsBasis> => bench.worker.remember(basis, current?.keys ?? []),
    /** Paints by a basis from a file, and keeps it. */
    async openBasis(file: Blob): Promise<void> {
      try {
        const basis = readBasis(await file.text())
        const width = held.find(({ facts }) => facts)?.facts?.width ?? spec?.width
        if (width !== undefined && basis.width !== width)
          throw new Failure('bad-argument', ...strings.parts.otherWidth(basis.width, width))
        bench.worker.keep(tab.id, basis)
        opened++
        change({ hold: true, foreground: 'auto', flip: false, flips: [false, false, false] })
      } catch (thrown) {
        session.report(thrown)
      }
    },
    /** Swaps object and background; a threshold that was set goes along. */
    flip() {
      const { foreground, flip } = settings
      change({ flip: !flip, foreground: typeof foreground === 'number' ? 1 - foreground : foreground })
    },
  }
  return model
}

/** A basis as JSON. Throws Failure `bad-data` where it is none. */
export function readBasis(text: string): PartsBasis {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const basis = partsBasisSchema.safeParse(json)
  if (!basis.success) throw new Failure('bad-data', ...strings.parts.noBasis)
  return basis.data
}

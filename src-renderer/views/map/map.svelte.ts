// What does a Map tab show now? The map, its items, what is selected, how points are drawn, and the map that is being made.
import { untrack } from 'svelte'
import type { DataSetRow, ItemGroup, MapRow } from '../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { MapSettings } from '../../../src-shared/domain/map.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import type { MapSubject } from '../../../src-shared/protocol/calls/maps.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { shellActions } from '../shellActions.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { aligned } from './align.ts'
import { createItemPictures, type ItemPictures } from './itemPictures.ts'
import { classPaint, kindsOf, looksOf, valuePaint, type LegendEntry, type Paint } from './palette.ts'
import { follow, mapWords, readMapping } from './reading.svelte.ts'
import { fitOf, fitted } from './scene/fit.ts'
import type { MapScene } from './scene/scene.ts'
import { combined, type Combination } from './scene/selecting.ts'
import { readMapViewSettings, sameMaking, usualPointSize, type MapViewSettings } from './settings.ts'

export type MapModel = ReturnType<typeof createMap>

/** A map that is being made. */
export interface Making {
  readonly stage: 'embedding' | 'neighbours' | 'frames'
  readonly done: number
  readonly of: number
  readonly settings: MapSettings
  readonly dataSet: string
  /** `[points, dims]` */
  readonly positions: Float32Array | null
}

const pictures = new WeakMap<object, ItemPictures>()
/** Small pictures outlive a tab. */
function picturesOf(session: Session): ItemPictures {
  let mine = pictures.get(session.lab)
  if (!mine) pictures.set(session.lab, (mine = createItemPictures(session.lab.maps)))
  return mine
}

export const nearestCount = 10
const none = new Int32Array()
const palette = strings.map

/** The state of one Map tab. Call while its component is set up. */
export function createMap(session: Session, tab: TabHandle) {
  const { maps: calls } = session.lab
  const small = picturesOf(session)
  const settings: MapViewSettings = $derived(readMapViewSettings(tab.settings))
  const row: MapRow | null = $derived(session.workspace.maps.find(({ id }) => id === settings.map) ?? null)
  const dataSet: DataSetRow | null = $derived(
    session.workspace.dataSets.find(({ id }) => id === (row?.dataSet ?? settings.dataSet)) ?? null,
  )
  const modelRow = $derived(session.model(row ? row.model : settings.model))

  // --- what is read ---
  const reading = readMapping(calls, {
    row: () => row,
    dataSet: () => dataSet,
    groupsAt: () => session.workspace.savedAt ?? '',
  })
  const items = $derived(
    dataSet && reading.items.of === `${dataSet.id} ${dataSet.hash}` ? reading.items.value : null,
  )
  const groups: readonly ItemGroup[] = $derived(reading.groups.value ?? [])
  const read = $derived(row && reading.map.value?.row.id === row.id ? reading.map.value : null)

  // --- making a map ---
  let making = $state.raw<Making | null>(null)
  let problem = $state.raw<Failure | null>(null)
  let stop: AbortController | null = null

  /** The projection as it is drawn, and as the inspector changes it. */
  const projection: MapSettings = $derived(row && !making ? row.settings : settings.projection)

  const subjectOf = (): MapSubject | null => {
    const model = row ? row.model : settings.model
    if (row?.moment) return { kind: 'moment', run: row.moment.run, step: row.moment.step }
    const choice = row?.choice ?? { token: settings.token, layer: settings.layer }
    if (model !== null && session.model(model)) return { kind: 'model', model, choice }
    return dataSet && dataSet.columns > 0 ? { kind: 'table' } : null
  }

  /** Makes a map of what the tab is about; it is shown as it comes. Resolves with its id, null where none was made. */
  async function make(
    wanted: {
      dataSet: string
      subject: MapSubject
      settings: MapSettings
      from?: { map: string; how: 'continue' | 'warm' } | null
      replaces?: string | null
      name?: string
    },
    show = true,
  ): Promise<string | null> {
    stop?.abort()
    const mine = new AbortController()
    stop = mine
    problem = null
    making = {
      stage: 'embedding',
      done: 0,
      of: 0,
      settings: wanted.settings,
      dataSet: wanted.dataSet,
      positions: null,
    }
    const tell = (change: Partial<Making>): void => {
      if (stop === mine && making) making = { ...making, ...change }
    }
    try {
      const { id } = await calls.makeMap(
        { name: '', from: null, replaces: null, ...wanted },
        {
          signal: mine.signal,
          onItem: async (item) => {
            if (item.kind === 'embedding') tell({ done: item.done, of: item.of })
            else if (item.kind === 'neighbours') tell({ stage: 'neighbours' })
            else {
              tell({ stage: 'frames', done: item.epoch, of: item.of, positions: item.positions })
              // The frame is drawn before the next one is taken.
              await new Promise((done) => requestAnimationFrame(done))
            }
          },
        },
      )
      if (show && stop === mine) tab.change({ map: id })
      return id
    } catch (thrown) {
      if (stop === mine)
        problem =
          thrown instanceof Failure
            ? thrown.code === 'cancelled'
              ? null
              : thrown
            : new Failure('internal', String(thrown))
      return null
    } finally {
      if (stop === mine) {
        making = null
        stop = null
      }
    }
  }

  /** Shows the map with other settings: one that is there, else a new one. Sliders take the place of the map on show. */
  function project(change: Partial<MapSettings>): void {
    const next = { ...projection, ...change }
    if (!row || !dataSet) {
      tab.change({ projection: next })
      return
    }
    const known = session.workspace.maps.find(
      (one) =>
        one.dataSet === row.dataSet &&
        one.model === row.model &&
        JSON.stringify([one.choice, one.moment]) === JSON.stringify([row.choice, row.moment]) &&
        sameMaking(one.settings, next),
    )
    tab.change({ projection: next, ...(known ? { map: known.id } : {}) })
    const subject = subjectOf()
    if (known || !subject) return
    const kind = next.method !== row.settings.method || next.dims !== row.settings.dims
    void make({
      dataSet: dataSet.id,
      subject,
      settings: next,
      replaces: kind ? null : row.id,
      name: row.name,
    })
  }

  // --- points ---
  const perItem = $derived(row?.perItem ?? 1)
  const itemOf = (point: number): number => Math.floor(point / perItem)
  const live = $derived(making?.positions ?? null)
  const coordinates = $derived.by(() => {
    if (making && live) return { values: live, dims: making.settings.dims, of: 'making' }
    if (making && !read) return null
    return read ? { values: read.positions, dims: read.row.settings.dims, of: mapWords(read.row) } : null
  })
  /** A moment of a run is laid onto the last one that there is, so that only what changed moves. */
  const anchorRow = $derived.by(() => {
    if (!row?.moment) return null
    const { moment, settings: mine } = row
    const others = session.workspace.maps.filter(
      (one) =>
        one.moment?.run === moment.run &&
        one.rows === row.rows &&
        sameMaking(one.settings, mine) &&
        one.id !== row.id,
    )
    const last = others.reduce<MapRow | null>(
      (best, one) => (!best || one.moment!.step > best.moment!.step ? one : best),
      null,
    )
    return last && last.moment!.step > moment.step ? last : null
  })
  const anchor = follow(
    () => mapWords(anchorRow),
    (words) => calls.readMap({ id: (JSON.parse(words) as [string])[0] }),
  )
  const count = $derived(coordinates ? coordinates.values.length / coordinates.dims : 0)
  const ball = $derived.by(() => {
    if (!coordinates) return null
    const { dims, of } = coordinates
    let { values } = coordinates
    const fixed = anchorRow && anchor.value?.row.id === anchorRow.id ? anchor.value.positions : null
    if (fixed && !making && fixed.length === values.length) {
      values = aligned(values, dims, fixed, dims).positions
      return { positions: fitted(values, dims, fitOf(fixed, dims)), dims: dims as 2 | 3, of }
    }
    return { positions: fitted(values, dims, fitOf(values, dims)), dims: dims as 2 | 3, of }
  })
  const shownItems = $derived(items && items.names.length > 0 ? items : null)

  // --- the other map ---
  const otherRow = $derived(session.workspace.maps.find(({ id }) => id === settings.compare) ?? null)
  const otherReading = follow(
    () => mapWords(otherRow),
    (words) => calls.readMap({ id: (JSON.parse(words) as [string])[0] }),
  )
  const other = $derived.by(() => {
    const found = otherReading.value
    if (!found || !otherRow || found.row.id !== otherRow.id || !read) return null
    if (found.row.dataSet !== read.row.dataSet || found.row.rows !== read.row.rows) return null
    const { dims } = read.row.settings
    const theirs = found.row.settings.dims
    const turned = aligned(found.positions, theirs, read.positions, dims)
    const fit = fitOf(read.positions, dims)
    return { row: found.row, positions: fitted(turned.positions, turned.dims, fit), dims: theirs }
  })
  const overlap = follow(
    () => (row && otherRow && other ? JSON.stringify([row.id, otherRow.id]) : ''),
    (words) => {
      const [first, second] = JSON.parse(words) as [string, string]
      return calls.mapOverlap({ first, second, k: nearestCount })
    },
  )

  // --- measures ---
  const labelKinds = $derived.by(() => {
    const labels = groups.filter(({ kind }) => kind === 'label')
    const kinds = new Int32Array(shownItems?.names.length ?? 0).fill(-1)
    for (const [k, label] of labels.entries()) for (const item of label.items) kinds[item] = k
    return { names: labels.map(({ name }) => name), kinds }
  })
  /** Classes where the data has them, labels where a person gave some. */
  const classes = $derived.by(() => {
    if (!shownItems) return { names: [] as string[], kinds: none }
    return shownItems.classes.length > 0
      ? { names: shownItems.classes, kinds: shownItems.labels }
      : labelKinds
  })
  const wantsErrors = $derived(settings.colour === 'agreement')
  let cleaning = $state(false)
  const errors = follow(
    () =>
      row && read && classes.names.length > 1 && (wantsErrors || cleaning)
        ? JSON.stringify([
            row.id,
            mapWords(row),
            classes.names,
            settings.colour === 'label',
            session.workspace.savedAt,
          ])
        : '',
    () => {
      const { kinds } = untrack(() => classes)
      const labels = new Int32Array(row!.rows).map((_, point) => kinds[itemOf(point)] ?? -1)
      return calls.mapLabelErrors({ map: row!.id, labels, k: nearestCount })
    },
  )
  let axis = $state.raw<{ map: string; values: Float32Array } | null>(null)
  let axisFrom = $state.raw<Int32Array | null>(null)

  // --- who is near to the point ---
  const point = $derived(settings.point !== null && settings.point < count ? settings.point : null)
  const near = follow(
    () => (row && read && point !== null && !making ? JSON.stringify([row.id, point, mapWords(row)]) : ''),
    (words) => {
      const [map, at] = JSON.parse(words) as [string, number]
      return calls.mapNearest({ map, rows: Int32Array.of(at), k: nearestCount })
    },
  )

  // --- what is drawn ---
  const aside = $derived(
    new Set(groups.flatMap(({ kind, items: left }) => (kind === 'aside' ? [...left] : []))),
  )
  const lost = $derived(new Set(read?.setAside.map((one) => one.row) ?? []))
  const spread = (kinds: ArrayLike<number>): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => kinds[itemOf(i)] ?? -1)
  const spreadValues = (values: ArrayLike<number>): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => values[values.length === count ? i : itemOf(i)] ?? NaN)

  const paint: Paint = $derived.by(() => {
    const words = { others: palette.others, none: palette.unlabelled }
    const { theme } = session
    const { colour } = settings
    if (!shownItems) return { kind: 'one' }
    if (colour === 'agreement') {
      const found = errors.value?.disagreement
      return found ? valuePaint(found.map((value) => 1 - value)) : { kind: 'one' }
    }
    if (colour === 'axis')
      return axis && axis.map === row?.id
        ? valuePaint(
            axis.values.map((value) => value - 0.5),
            true,
          )
        : { kind: 'one' }
    if (colour === 'change') {
      const found = overlap.value?.overlap
      return found ? valuePaint(found.map((value) => 1 - value)) : { kind: 'one' }
    }
    if (colour === 'label') return classPaint(labelKinds.names, spread(labelKinds.kinds), theme, words)
    if (colour === 'split') {
      const kinds = new Int32Array(shownItems.names.length).fill(-1)
      for (const [k, split] of shownItems.splits.entries()) for (const item of split.items) kinds[item] = k
      return classPaint(
        shownItems.splits.map(({ name }) => name),
        spread(kinds),
        theme,
        words,
      )
    }
    const numbers = shownItems.numbers.find(({ name }) => `number ${name}` === colour)
    if (numbers) return valuePaint(spreadValues(numbers.values))
    const column = shownItems.words.find(({ name }) => `word ${name}` === colour)
    if (column) {
      const { names, kinds } = kindsOf(column.values)
      return classPaint(names, spread(kinds), theme, words)
    }
    if (colour === 'one' || classes.names.length === 0) return { kind: 'one' }
    return classPaint(classes.names, spread(classes.kinds), theme, words)
  })
  const legend: readonly LegendEntry[] = $derived(paint.kind === 'classes' ? paint.entries : [])
  let isolated = $state<string | null>(null)
  let selection = $state.raw<Int32Array>(none)
  let hover = $state<number | null>(null)

  const matches = $derived.by(() => {
    const wanted = settings.search.trim().toLowerCase()
    if (wanted === '' || !shownItems) return null
    const found = new Uint8Array(shownItems.names.length)
    for (const [i, name] of shownItems.names.entries()) if (name.toLowerCase().includes(wanted)) found[i] = 1
    return found
  })
  const found = $derived(matches ? matches.reduce((sum, bit) => sum + bit, 0) : 0)
  const inSplit = $derived.by(() => {
    const split = shownItems?.splits.find(({ name }) => name === settings.split)
    return split ? new Set(split.items) : null
  })
  const visible = $derived.by(() => {
    const hidden = new Set(legend.flatMap(({ name }, i) => (settings.hidden.includes(name) ? [i] : [])))
    const of = paint.kind === 'classes' && hidden.size > 0 ? paint.of : null
    const [left, split, gone] = [aside, inSplit, lost]
    return (at: number): boolean =>
      !gone.has(at) &&
      !(of && hidden.has(of[at]!)) &&
      !(left.size > 0 && left.has(itemOf(at))) &&
      !(split && !split.has(itemOf(at)))
  })
  const selected = $derived.by(() => {
    if (selection.length === 0 && point === null) return null
    const bits = new Uint8Array(count)
    for (const at of selection) if (at < count) bits[at] = 1
    if (point !== null) bits[point] = 1
    return bits
  })
  const strong = $derived.by(() => {
    const entry = isolated === null ? -1 : legend.findIndex(({ name }) => name === isolated)
    if (entry >= 0 && paint.kind === 'classes') {
      const { of } = paint
      return (at: number): boolean => of[at] === entry
    }
    const hits = matches
    return hits ? (at: number): boolean => hits[itemOf(at)] === 1 : null
  })
  const looks = $derived(looksOf({ theme: session.theme, paint, count, visible, selected, strong }))
  const sizes = $derived.by(() => {
    const column = shownItems?.numbers.find(({ name }) => name === settings.sizeBy)
    if (!column) return null
    const scaled = valuePaint(spreadValues(column.values))
    if (scaled.kind !== 'values') return null
    return scaled.values.map((value) =>
      Number.isFinite(value)
        ? 0.5 + 1.5 * Math.min(1, Math.max(0, (value - scaled.low) / (scaled.high - scaled.low)))
        : 0.5,
    )
  })
  const pointSize = $derived(settings.pointSize ?? usualPointSize(count))

  let retrieved = $state.raw<readonly number[] | null>(null)
  let twin = $state(false)
  let scene = $state.raw<MapScene | null>(null)

  // --- duplicates ---
  let duplicates = $state.raw<(Result<'mapDuplicates'> & { map: string; distance: number }) | null>(null)

  function change(to: Partial<MapViewSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  function select(points: Int32Array, how: Combination = 'replace'): void {
    selection = combined(selection, points, how)
  }
  const nameOf = (at: number): string => {
    const name = shownItems?.names[itemOf(at)] ?? String(at)
    return perItem > 1 ? palette.patchOf(name, at % perItem) : name
  }
  /** The class of a point, or its label where the data has no classes; empty without one. */
  const kindName = (at: number): string => classes.names[classes.kinds[itemOf(at)] ?? -1] ?? ''
  /** Items of some points, each once, in order. */
  const itemsOf = (points: Int32Array): Int32Array =>
    perItem === 1 ? points : Int32Array.from(new Set(Array.from(points, itemOf))).sort()

  async function keepGroup(
    kind: ItemGroup['kind'],
    name: string,
    points: Int32Array,
    id: string | null = null,
  ): Promise<void> {
    if (!dataSet) return
    const used = groups.filter((one) => one.kind === kind)
    const known = id ?? used.find((one) => one.name === name)?.id ?? null
    const before = used.find((one) => one.id === known)
    const all = new Set([...(kind === 'selection' || !before ? [] : before.items), ...itemsOf(points)])
    const colour = before?.colour ?? used.length % 12
    await session.attempt(
      calls.keepGroup({
        dataSet: dataSet.id,
        id: known,
        kind,
        name,
        colour,
        items: Int32Array.from(all).sort(),
      }),
    )
    reading.groups.again()
  }

  const drops: DropOffer[] = [
    {
      id: 'map',
      icon: 'database',
      offer: ({ kind, ids, pictures: images, others }) => {
        const d = palette.drop
        if (kind === 'model')
          return { title: strings.drop.useModel(session.model(ids[0])?.name ?? ''), text: d.modelText }
        if (kind === 'files' && images + others > 0) return { title: d.files, text: d.filesText }
        return null
      },
      drop: (kind, ids) => {
        if (kind === 'model' && ids[0]) {
          change({ map: null, dataSet: dataSet?.id ?? null, model: ids[0] })
        } else if (kind === 'picture') void addPictures(ids)
      },
      sources: (sources) => void addSources(sources),
    },
  ]

  async function addPictures(ids: readonly string[]): Promise<void> {
    const added = await session.attempt(
      calls.addDataSet({ origin: { kind: 'pictures', pictures: [...ids] }, name: '' }),
    )
    if (added) change({ map: null, dataSet: added.id, model: settings.model ?? firstModel() })
  }
  async function addSources(sources: Parameters<NonNullable<DropOffer['sources']>>[0]): Promise<void> {
    const [only] = sources
    if (sources.length === 1 && only) {
      const added = await session.attempt(calls.addDataSet({ origin: only, name: '' }))
      if (added) change({ map: null, dataSet: added.id, model: settings.model ?? firstModel() })
      return
    }
    const added = await session.attempt(session.lab.add(sources))
    if (added && added.pictures.length > 0) await addPictures(added.pictures)
  }
  const firstModel = (): string | null => session.workspace.models.find((one) => !one.problem)?.id ?? null

  const shell = shellActions()
  const show = {
    inspect: (picture: string, model: string | null): void =>
      shell.openView('inspect', { picture, ...(model === null ? {} : { models: [model] }) }),
  }
  const model = {
    session,
    tab,
    calls,
    small,
    change,
    drops,
    project,
    make,
    addSources,
    addPictures,
    subjectOf,
    nameOf,
    kindName,
    itemOf,
    itemsOf,
    select,
    keepGroup,
    get settings() {
      return settings
    },
    get row() {
      return row
    },
    get dataSet() {
      return dataSet
    },
    get modelRow() {
      return modelRow
    },
    get projection() {
      return projection
    },
    get items() {
      return shownItems
    },
    get groups() {
      return groups
    },
    get read() {
      return read
    },
    get making() {
      return making
    },
    /** Why there is no map: the last attempt, or what could not be read. */
    get problem() {
      return problem ?? reading.map.problem ?? reading.items.problem
    },
    get count() {
      return count
    },
    /** Coordinates of the points `[points, dims]` as they were made. */
    get coordinates() {
      return coordinates
    },
    get ball() {
      return ball
    },
    get perItem() {
      return perItem
    },
    get paint() {
      return paint
    },
    get legend() {
      return legend
    },
    get looks() {
      return looks
    },
    get sizes() {
      return sizes
    },
    get pointSize() {
      return pointSize
    },
    get visible() {
      return visible
    },
    get classes() {
      return classes
    },
    get labels() {
      return labelKinds
    },
    get aside() {
      return aside
    },
    /** Names that hold what is searched for. */
    get found() {
      return found
    },
    get matches() {
      return matches
    },
    get isolated() {
      return isolated
    },
    set isolated(name: string | null) {
      isolated = name
    },
    get selection() {
      return selection
    },
    get hover() {
      return hover
    },
    set hover(at: number | null) {
      hover = at
    },
    get point() {
      return point
    },
    get near() {
      return point !== null && near.of.startsWith(JSON.stringify([row?.id, point]).slice(0, -1))
        ? near.value
        : null
    },
    get errors() {
      return errors.value
    },
    get errorsProblem() {
      return errors.problem
    },
    get cleaning() {
      return cleaning
    },
    set cleaning(on: boolean) {
      cleaning = on
    },
    get duplicates() {
      return duplicates && duplicates.map === row?.id ? duplicates : null
    },
    get otherRow() {
      return otherRow
    },
    get other() {
      return other
    },
    get otherProblem() {
      return otherReading.problem ?? overlap.problem
    },
    get overlap() {
      return overlap.value
    },
    get axisFrom() {
      return axisFrom
    },
    get axis() {
      return axis && axis.map === row?.id ? axis : null
    },
    cancel() {
      stop?.abort()
    },
    retry() {
      problem = null
      reading.map.again()
      reading.items.again()
    },
    /** Chooses a point: its neighbours are shown. */
    pick(at: number | null) {
      change({ point: at })
    },
    /** Ends of the custom axis, one after the other. */
    async axisEnd() {
      if (!row || selection.length === 0) return
      if (!axisFrom) {
        axisFrom = selection
        selection = none
        return
      }
      const found = await session.attempt(calls.mapAxis({ map: row.id, from: axisFrom, to: selection }))
      axisFrom = null
      if (!found) return
      axis = { map: row.id, values: found.values }
      change({ colour: 'axis' })
    },
    async findDuplicates(distance: number) {
      if (!row) return
      const map = row.id
      const answer = await session.attempt(calls.mapDuplicates({ map, distance }))
      if (answer) duplicates = { ...answer, map, distance }
    },
    /** All of each group but the first are left out from now on. */
    async asideDuplicates() {
      if (!duplicates) return
      const rest = Int32Array.from(duplicates.groups.flatMap((group) => [...group.subarray(1)]))
      await keepGroup('aside', palette.duplicatesAside, rest)
      duplicates = null
    },
    async removeGroup(id: string) {
      await session.attempt(calls.removeGroup({ id }))
      reading.groups.again()
    },
    /** The points most like the selected ones: those that most of them have among their nearest. */
    async retrieve() {
      if (!row || selection.length === 0) return
      const rows = selection.length > 500 ? selection.subarray(0, 500) : selection
      const answer = await session.attempt(calls.mapNearest({ map: row.id, rows, k: 50 }))
      if (!answer) return
      const mine = new Set(selection)
      const votes = new Map<number, number>()
      for (let i = 0; i < answer.indices.length; i++) {
        const at = answer.indices[i]!
        if (at >= 0 && !mine.has(at)) votes.set(at, (votes.get(at) ?? 0) + 1 / (1e-3 + answer.distances[i]!))
      }
      const best = [...votes].sort((a, b) => b[1] - a[1]).slice(0, 24)
      retrieved = best.map(([at]) => at)
    },
    get retrieved() {
      return retrieved
    },
    forgetRetrieved() {
      retrieved = null
    },
    firstModel,
    get scene() {
      return scene
    },
    set scene(made: MapScene | null) {
      scene = made
    },
    /** Opens the picture of a point in Inspect. */
    async openPoint(at: number | null = point) {
      if (!dataSet || at === null || at === undefined) return
      const opened = await session.attempt(calls.openItem({ dataSet: dataSet.id, item: itemOf(at) }))
      if (opened) show.inspect(opened.picture, modelRow?.id ?? null)
    },
    /** The points glide to where they lie on the other map, stay a while, and come back. */
    async glide() {
      const now = scene
      const there = other
      const here = ball
      if (!now || !there || !here) return
      await now.move(there.positions, 600)
      await new Promise((done) => setTimeout(done, 900))
      await now.move(here.positions, 600)
    },
    /** Twin tables and the like. */
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
  }
  // A selection belongs to the points it was made of.
  $effect(() => {
    void row?.id
    void count
    untrack(() => {
      if (selection.some((at) => at >= count)) selection = none
      retrieved = null
      hover = null
    })
  })
  return model
}

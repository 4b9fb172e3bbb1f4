// What does Registers & norms show now? One picture under one or two models, the norms of their tokens, and one layer of them.
import { ramp } from '../../canvas/ramps.ts'
import { pictureAddress } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { watchPicture } from '../../state/watch.svelte.ts'
import { toPicture } from '../compare/places.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { axisOf } from './norms.ts'
import { columnIn, layerFor, readRegistersSettings, type RegistersSettings } from './settings.ts'
import { createSide, type NormSide } from './side.svelte.ts'

export type RegistersModel = ReturnType<typeof createRegisters>

/** The state of one tab. Call while its component is set up. */
export function createRegisters(session: Session, tab: TabHandle) {
  const settings: RegistersSettings = $derived(readRegistersSettings(tab.settings))
  const pictureRow = $derived(session.picture(settings.picture))
  const photo = watchPicture(() =>
    pictureRow && !pictureRow.problem ? pictureAddress(pictureRow.id, 'stage') : null,
  )
  const colours = $derived(ramp(session.settings.colours, session.theme))
  let hovered = $state.raw<{ readonly x: number; readonly y: number } | null>(null)
  let twin = $state(false)
  let alone = $state(false)
  const bitmap = $derived(
    pictureRow && photo.of === pictureAddress(pictureRow.id, 'stage') ? photo.bitmap : null,
  )

  // Both places are set up once, with the component; the second is empty where one model is looked at.
  const places = (['first', 'second'] as const).map((which) =>
    createSide(session, {
      row: () => session.model(settings[which]),
      picture: () => pictureRow,
      settings: () => settings,
      bitmap: () => bitmap,
      ramp: () => colours,
      point: () => hovered ?? settings.patch,
      alone: () => alone,
    }),
  ) as [NormSide, NormSide]
  const sides: readonly NormSide[] = $derived(places.filter(({ row }) => row))
  const joint = $derived.by(() => {
    const ranges = sides.flatMap(({ range }) => range ?? [])
    return ranges.length > 0
      ? {
          low: Math.min(...ranges.map(({ low }) => low)),
          high: Math.max(...ranges.map(({ high }) => high)),
        }
      : null
  })
  const scales = $derived(sides.map(({ range }) => (settings.shared ? joint : range)))
  const scenes = $derived(sides.map((side, index) => side.sceneOn(scales[index] ?? null)))
  const axes = $derived.by(() => {
    const all = sides.flatMap(({ columns }) => columns)
    const shared = settings.shared ? axisOf(all, settings.log) : null
    return sides.map(({ columns }) => shared ?? axisOf(columns, settings.log))
  })

  function change(to: Partial<RegistersSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  const nameOf = (ids: readonly string[]): string =>
    session.model(ids[0])?.name ?? session.picture(ids[0])?.name ?? ''
  const s = strings.registers
  const drops: DropOffer[] = [
    {
      id: 'registers',
      icon: 'ruler',
      offer: ({ kind, ids, pictures, others }) => {
        const d = strings.drop
        if (kind === 'model') return { title: d.useModel(nameOf(ids)), text: pictureRow?.name ?? '' }
        if (kind === 'picture') return { title: d.usePicture(nameOf(ids)), text: s.drop.pictureText }
        if (pictures > 0) return { title: s.drop.picture, text: s.drop.pictureText }
        return others > 0 ? { title: d.inspectThrough, text: d.openModelMore } : null
      },
      drop: (kind, ids) => {
        if (ids[0]) change(kind === 'model' ? { first: ids[0] } : { picture: ids[0], patch: null })
      },
    },
    {
      id: 'registers.beside',
      icon: 'columns-2',
      offer: ({ kind, ids, pictures, others }) => {
        if (kind === 'model')
          return { title: s.drop.beside(nameOf(ids)), text: session.model(settings.first)?.name ?? '' }
        return kind === 'files' && pictures === 0 && others > 0
          ? { title: s.drop.besideFile, text: strings.drop.openModelMore }
          : null
      },
      drop: (kind, ids) => {
        if (kind === 'model' && ids[0]) change({ second: ids[0] })
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
    get pictureRow() {
      return pictureRow
    },
    /** The models that are looked at, one or two. */
    get sides() {
      return sides
    },
    get scenes() {
      return scenes
    },
    get scales() {
      return scales
    },
    get axes() {
      return axes
    },
    get ramp() {
      return colours
    },
    /** Where the slider of layers stands: a layer of the first model, or its depth for what is after the norm. */
    get column() {
      return columnIn(settings.layer, sides[0]?.depth ?? 1)
    },
    chooseColumn(column: number, depth: number, key = '') {
      change({ layer: layerFor(column, depth) }, key)
    },
    stepColumn(step: number) {
      const depth = sides[0]?.depth ?? 1
      const next = Math.min(depth, Math.max(0, columnIn(settings.layer, depth) + step))
      change({ layer: layerFor(next, depth) }, 'layer')
    },
    hover(index: number, at: { readonly x: number; readonly y: number } | null) {
      const facts = sides[index]?.facts
      hovered = at && facts && pictureRow ? toPicture(at, facts.area, pictureRow) : null
    },
    pick(index: number, at: { readonly x: number; readonly y: number }) {
      const facts = sides[index]?.facts
      if (!facts || !pictureRow) return
      const side = sides[index]
      hovered = null
      const before = settings.patch ? side?.patch : -1
      const point = toPicture(at, facts.area, pictureRow)
      const [rows, columns] = facts.layout.grid
      const patch = Math.floor(at.y * rows) * columns + Math.floor(at.x * columns)
      change({ patch: patch === before ? null : point })
    },
    /** Moves the followed patch in the first model's grid, beginning in the middle. */
    step(down: number, across: number) {
      const facts = sides[0]?.facts
      if (!facts || !pictureRow) return
      const [rows, columns] = facts.layout.grid
      const from = settings.patch ? sides[0]?.place : null
      const row = from ? Math.min(rows - 1, Math.max(0, from.row + down)) : Math.floor(rows / 2)
      const column = from ? Math.min(columns - 1, Math.max(0, from.column + across)) : Math.floor(columns / 2)
      const at = { x: (column + 0.5) / columns, y: (row + 0.5) / rows }
      change({ patch: toPicture(at, facts.area, pictureRow) }, 'patch')
    },
    get pointing() {
      return hovered !== null
    },
    swap() {
      const { first, second } = settings
      if (first && second) change({ first: second, second: first })
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

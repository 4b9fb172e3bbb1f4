// What does Compare show now? One picture under two to four models, all asked the same, and how far they agree.
import { massMask } from '../../../src-shared/numerics/measures.ts'
import { outline } from '../../canvas/outline.ts'
import { ramp } from '../../canvas/ramps.ts'
import type { Scene } from '../../canvas/scene.ts'
import { pictureAddress } from '../../client/lab.ts'
import type { HeadChoice } from '../../state/field.ts'
import type { Query } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import { watchPicture } from '../../state/watch.svelte.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { agreement, layerMatrix, type Agreement } from './agreement.ts'
import { toArea, toPicture, type Point } from './places.ts'
import { createSide } from './side.svelte.ts'
import {
  freshSide,
  layerAlong,
  letters,
  mostSides,
  readCompareSettings,
  type CompareSettings,
  type Side,
} from './settings.ts'

export type CompareModel = ReturnType<typeof createCompare>

export interface PairAgreement extends Agreement {
  readonly first: number
  readonly second: number
  readonly name: string
}

/** The state of one Compare tab. Call while its component is set up. */
export function createCompare(session: Session, tab: TabHandle) {
  const settings: CompareSettings = $derived(readCompareSettings(tab.settings))
  const pictureRow = $derived(session.picture(settings.picture))
  const photo = watchPicture(() =>
    pictureRow && !pictureRow.problem ? pictureAddress(pictureRow.id, 'stage') : null,
  )
  const colours = $derived(ramp(settings.colours ?? session.settings.colours, session.theme))
  let hovered = $state.raw<Point | null>(null)
  let active = $state(0)
  let twin = $state(false)
  let pairShown = $state(0)
  const query: Query = $derived(
    hovered && settings.query.kind === 'patch' ? { kind: 'patch', ...hovered } : settings.query,
  )

  // A slot for every side there may be: what follows a pass is set up once, with the component.
  const slots = Array.from({ length: mostSides }, (_, index) =>
    createSide(session, {
      side: () => settings.sides[index],
      settings: () => settings,
      row: () => session.model(settings.sides[index]?.model),
      picture: () => pictureRow,
      query: () => query,
      passing: () => hovered !== null,
    }),
  )
  const sides = $derived(slots.slice(0, settings.sides.length))
  const shared = $derived(Math.max(0, ...sides.map(({ own }) => own)))

  const scenes: readonly (Scene | null)[] = $derived(
    sides.map(({ facts, values, asked, own }) =>
      pictureRow
        ? {
            picture: photo.bitmap,
            size: { width: pictureRow.width, height: pictureRow.height },
            area: facts?.area ?? { x: 0, y: 0, width: pictureRow.width, height: pictureRow.height },
            grid: facts?.layout.grid ?? [1, 1],
            values,
            max: settings.scale === 'shared' ? shared : own,
            overlay: settings.overlay,
            opacity: settings.opacity,
            smooth: false,
            ramp: colours,
            theme: session.theme,
            edges:
              facts &&
              values &&
              settings.mass < 1 &&
              (settings.outline || settings.overlay === 'contour') &&
              settings.overlay !== 'off'
                ? outline(massMask(values, settings.mass), ...facts.layout.grid)
                : [],
            query: asked?.kind === 'patch' && settings.shown === 'attention' ? asked.place : null,
            rings: [],
            weight: session.presenting ? 2 : 1,
          }
        : null,
    ),
  )

  const placed = $derived(
    sides.map(({ facts, values }) =>
      facts && values ? { values, grid: facts.layout.grid, area: facts.area } : null,
    ),
  )
  const pairs: readonly PairAgreement[] = $derived(
    placed.flatMap((a, first) =>
      placed.slice(first + 1).flatMap((b, n) => {
        const second = first + 1 + n
        const name = strings.compare.pairOf(letters[first]!, letters[second]!)
        return a && b ? [{ first, second, name, ...agreement(a, b, settings.mass) }] : []
      }),
    ),
  )
  const pair = $derived(pairs[Math.min(pairShown, pairs.length - 1)] ?? null)
  const matrix = $derived.by(() => {
    const [a, b] = pair ? [sides[pair.first], sides[pair.second]] : []
    if (!a?.layers || !b?.layers || !a.facts || !b.facts) return null
    return layerMatrix(
      { layers: a.layers, grid: a.facts.layout.grid, area: a.facts.area },
      { layers: b.layers, grid: b.facts.layout.grid, area: b.facts.area },
    )
  })

  /** The query's or the pointer's point, as shares of the picture; null where no point is asked. */
  const point: Point | null = $derived(
    hovered ?? (settings.query.kind === 'patch' ? { x: settings.query.x, y: settings.query.y } : null),
  )

  function change(to: Partial<CompareSettings>, key = ''): void {
    // `models` is the shell's way in; from the first change on the sides say it all.
    tab.change({ sides: settings.sides, models: null, ...to } as Readonly<Record<string, unknown>>, key)
  }
  function changeSide(index: number, to: Partial<Side>, key = ''): void {
    const depth = sides[index]?.facts?.depth ?? sides[index]?.row?.spec?.depth
    const moved = settings.together && typeof to.layer === 'number' && depth !== undefined
    const next = settings.sides.map((side, at) => {
      if (at === index) return { ...side, ...to }
      const other = sides[at]?.facts?.depth ?? sides[at]?.row?.spec?.depth
      return moved && other !== undefined ? { ...side, layer: layerAlong(to.layer ?? 0, depth, other) } : side
    })
    active = index
    change({ sides: next }, key)
  }
  /** Changes several sides as one step, each on its own. */
  function changeSides(changes: readonly (readonly [number, Partial<Side>])[]): void {
    const next = settings.sides.map((side, at) => ({
      ...side,
      ...changes.find(([index]) => index === at)?.[1],
    }))
    change({ sides: next }, 'layer')
  }
  function add(id: string): void {
    const next = [...settings.sides.slice(0, mostSides - 1), freshSide(id)]
    active = next.length - 1
    change({ sides: next })
  }
  function remove(index: number): void {
    active = 0
    change({ sides: settings.sides.filter((_, at) => at !== index) })
  }
  function swap(): void {
    const [a, b, ...rest] = settings.sides
    if (a && b) change({ sides: [b, a, ...rest] })
  }
  const turn = (): void =>
    change({ front: (settings.front + 1) % Math.max(1, settings.sides.length) }, 'front')

  const drops: DropOffer[] = [
    {
      id: 'compare',
      icon: 'columns-2',
      offer: ({ kind, ids, pictures, others }) => {
        const d = strings.compare.drop
        const name = kind === 'model' ? session.model(ids[0])?.name : session.picture(ids[0])?.name
        if (kind === 'model')
          return {
            title: d.model(session.model(settings.sides[0]?.model)?.name ?? name ?? ''),
            text: d.modelText,
          }
        if (kind === 'picture') return { title: d.picture(name ?? ''), text: d.pictureText }
        if (pictures > 0) return { title: strings.drop.inspectFirst(pictures), text: d.pictureText }
        return others > 0 ? { title: strings.compare.add, text: strings.drop.openModelMore } : null
      },
      drop: (kind, ids) => {
        if (kind === 'model') change({ sides: [...settings.sides, ...ids.map(freshSide)].slice(-mostSides) })
        else if (ids[0]) change({ picture: ids[0] })
      },
    },
  ]

  const model = {
    session,
    tab,
    change,
    changeSide,
    changeSides,
    add,
    remove,
    swap,
    turn,
    drops,
    get settings() {
      return settings
    },
    get pictureRow() {
      return pictureRow
    },
    get sides() {
      return sides
    },
    get scenes() {
      return scenes
    },
    get pairs() {
      return pairs
    },
    /** The pair whose layers are compared. */
    get pair() {
      return pair
    },
    choosePair(index: number) {
      pairShown = index
    },
    get matrix() {
      return matrix
    },
    get ramp() {
      return colours
    },
    get point() {
      return point
    },
    get pointing() {
      return hovered !== null
    },
    /** The side that keys act on. */
    get active() {
      return Math.min(active, Math.max(0, settings.sides.length - 1))
    },
    set active(index: number) {
      active = index
    },
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
    /** The value of a side under the pointer or at the query. */
    valueAt(index: number): number | null {
      const side = sides[index]
      if (!side?.facts || !side.values || !point || !pictureRow) return null
      const at = toArea(point, side.facts.area, pictureRow)
      if (!at) return null
      const [rows, columns] = side.facts.layout.grid
      return side.values[Math.floor(at.y * rows) * columns + Math.floor(at.x * columns)] ?? null
    },
    hover(index: number, at: Point | null) {
      const facts = sides[index]?.facts
      if (at) active = index
      hovered = at && facts && pictureRow ? toPicture(at, facts.area, pictureRow) : null
    },
    pick(index: number, at: Point) {
      const facts = sides[index]?.facts
      hovered = null
      if (facts && pictureRow)
        change({ query: { kind: 'patch', ...toPicture(at, facts.area, pictureRow) }, shown: 'attention' })
    },
    stepHead(head: HeadChoice) {
      changeSide(model.active, { head }, 'head')
    },
  }
  return model
}

// What does the first screen show? The bundled model looking at a bundled picture, at once, asked by pointing.
import { pictureAddress } from '../../client/lab.ts'
import { ramp } from '../../canvas/ramps.ts'
import type { Scene } from '../../canvas/scene.ts'
import { patchWeights, strongest } from '../../state/field.ts'
import { resolveQuery, type Query } from '../../state/query.ts'
import type { Session } from '../../state/session.svelte.ts'
import { watchField, watchLook, watchPicture } from '../../state/watch.svelte.ts'
import type { DropOffer, TabHandle } from '../view.ts'

export type StartModel = ReturnType<typeof createStart>

/** The patch that is asked at first: the raccoon's eye, as shares of the picture. */
const firstQuery: Query = { kind: 'patch', x: 0.56, y: 0.41 }
const preferred = 'raccoon'
/** Longest side of the first input in pixels: a map within moments on any machine. */
const firstSize = 448

/** The layers of the strip below the picture: six, from the first to the last. */
export function stripLayers(depth: number): number[] {
  return [...new Set([0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.round(share * (depth - 1))))]
}

/** The state of the first screen. Call while its component is set up. */
export function createStart(session: Session, tab: TabHandle) {
  const modelRow = $derived(
    session.workspace.models.find((row) => row.bundled && !row.problem) ??
      session.workspace.models.find((row) => !row.problem),
  )
  const pictureRow = $derived(
    session.workspace.pictures.find((row) => row.bundled && row.name.toLowerCase().startsWith(preferred)) ??
      session.workspace.pictures.find((row) => !row.problem),
  )
  let pinned: Query = $state.raw(firstQuery)
  let hovered = $state.raw<Query | null>(null)
  let chosenLayer = $state<number | null>(null)

  const watched = watchLook(session.looks, () =>
    modelRow && pictureRow
      ? {
          request: { model: modelRow.id, picture: pictureRow.id, size: firstSize, fit: 'native' },
          stamp: JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]),
        }
      : null,
  )
  const photo = watchPicture(() => (pictureRow ? pictureAddress(pictureRow.id, 'stage') : null))
  const facts = $derived(watched.facts)
  const asked = $derived(facts ? resolveQuery(facts.layout, hovered ?? pinned) : null)
  const depth = $derived(facts?.depth ?? modelRow?.spec?.depth ?? 12)
  // Two thirds in, patches read their likes; the last layer of a classifier has stopped caring for them.
  const layer = $derived(chosenLayer ?? stripLayers(depth)[3] ?? depth - 1)
  const rows = watchField(
    watched,
    () => asked,
    () => layer,
  )
  const colours = $derived(ramp(session.settings.colours, session.theme))

  const mapOf = (index: number): Float32Array | null => {
    void rows.version
    const rowsOf = rows.field?.layers[index]
    return rows.field && rowsOf ? patchWeights(rows.field, rowsOf, 'mean') : null
  }
  const values = $derived(mapOf(layer))
  const scene: Scene | null = $derived(
    pictureRow
      ? {
          picture: photo.bitmap,
          size: { width: pictureRow.width, height: pictureRow.height },
          area: facts?.area ?? { x: 0, y: 0, width: pictureRow.width, height: pictureRow.height },
          grid: facts?.layout.grid ?? [1, 1],
          values,
          max: values ? strongest(values).value : 0,
          overlay: 'heat',
          opacity: 0.9,
          smooth: false,
          ramp: colours,
          theme: session.theme,
          edges: [],
          query: asked?.kind === 'patch' ? asked.place : null,
          rings: [],
          weight: session.presenting ? 2 : 1,
        }
      : null,
  )

  return {
    session,
    tab,
    commands: [],
    drops: [] as readonly DropOffer[],
    get modelRow() {
      return modelRow
    },
    get pictureRow() {
      return pictureRow
    },
    get scene() {
      return scene
    },
    get facts() {
      return facts
    },
    get layer() {
      return layer
    },
    get strip() {
      return stripLayers(depth).map((index) => ({ layer: index, values: mapOf(index) }))
    },
    get ramp() {
      return colours
    },
    get problem() {
      void watched.version
      return watched.look?.problem ?? null
    },
    get query() {
      return pinned
    },
    hover(point: { x: number; y: number } | null) {
      hovered = point ? { kind: 'patch', ...point } : null
    },
    pick(point: { x: number; y: number }) {
      hovered = null
      pinned = { kind: 'patch', ...point }
    },
    chooseLayer(index: number) {
      chosenLayer = index
    },
  }
}

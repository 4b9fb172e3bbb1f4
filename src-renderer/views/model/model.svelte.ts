// What does the Model view show now? Its settings, the reading of the checkpoint, and what the chosen part leaves of it.
import { untrack } from 'svelte'
import type { ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'
import type { ModelRow, TensorStats } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { countFates, countPlaces, filterRows, keyRows } from './keys.ts'
import { comparisonOf, readingOf, type Comparison, type Reading } from './reading.svelte.ts'
import { blockOf, type Place } from './places.ts'
import { readModelSettings, type ModelSettings } from './settings.ts'
import { axisFor, pooled, weightGrid, weightList } from './weights.ts'

export type ModelViewModel = ReturnType<typeof createModelView>

const nothingRead: ReadonlyMap<string, TensorStats> = new Map()

/** The state of one Model tab. Call while its component is set up. */
export function createModelView(session: Session, tab: TabHandle) {
  const settings: ModelSettings = $derived(readModelSettings(tab.settings))
  const row = $derived(session.model(settings.model))
  const second = $derived(otherModel(session, row, settings.second))
  let reading = $state.raw<Reading | null>(null)
  let comparison = $state.raw<Comparison | null>(null)
  // Readings begin here and not in a derivation: they ask the lab.
  $effect.pre(() => {
    const asked = row
    reading = asked ? untrack(() => readingOf(session, asked)) : null
  })
  $effect.pre(() => {
    const [first, other] = [row, second]
    comparison = first && other ? untrack(() => comparisonOf(session, first, other)) : null
  })

  const inspection = $derived(reading?.inspection ?? null)
  const stats = $derived(reading?.stats ?? nothingRead)
  const rows = $derived(inspection ? keyRows(inspection) : [])
  const shown = $derived(filterRows(rows, settings.part, settings.fate, settings.text))
  const inPart = $derived(settings.part === null ? rows : filterRows(rows, settings.part, null, ''))
  const counts = $derived(countFates(inPart))
  const places = $derived(countPlaces(rows))
  // A decoder whose heads nobody said is left out of the spec; its tensors still say how wide it is.
  const decoderWidth = $derived(
    inspection?.spec.decoder?.width ??
      rows.find(({ place, shape }) => place === 'decoder.embed' && shape.length === 2)?.shape[0] ??
      0,
  )

  // Weights: the matrices of all blocks, or every tensor of a part outside blocks. One axis for all that is seen.
  const section = $derived(sectionOf(settings.part))
  const grid = $derived(section === null ? null : weightGrid(rows, stats, section))
  const list = $derived(
    section === null && settings.part !== null ? weightList(rows, stats, settings.part) : [],
  )
  const spreads = $derived(grid ? grid.rows.flatMap((one) => Object.values(one)) : list)
  const axis = $derived(axisFor(spreads))
  /** Of every tensor that was read, for the table; the same whatever is filtered. */
  const tableAxis = $derived(axisFor([...stats.values()].map((one) => pooled('', [one]))))

  function change(to: Partial<ModelSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  const choose = (part: Place | null): void => change({ part: part === settings.part ? null : part })

  function override(to: { readonly [K in keyof ModelOverrides]?: ModelOverrides[K] | undefined }): void {
    if (!row) return
    const entries = Object.entries({ ...row.overrides, ...to }).filter(([, value]) => value !== undefined)
    void session.attempt(session.lab.overrideModel(row.id, Object.fromEntries(entries) as ModelOverrides))
  }

  const drops: DropOffer[] = [
    {
      id: 'model-open',
      icon: 'network',
      offer: ({ kind, ids, pictures, others }) => {
        if (kind === 'picture' || (kind === 'files' && (others === 0 || pictures > 0))) return null
        const name = kind === 'model' ? (session.model(ids[0])?.name ?? '') : ''
        return {
          title: name ? strings.tree.openIn(strings.view.model) : strings.drop.openModel,
          text: name || strings.drop.openModelMore,
        }
      },
      drop: (kind, ids) => {
        if (kind === 'model' && ids[0]) change({ model: ids[0], part: null, fate: null, text: '' })
      },
    },
    {
      id: 'model-diff',
      icon: 'columns-2',
      offer: ({ kind, ids }) =>
        kind === 'model' && row && ids[0] !== row.id
          ? { title: strings.drop.compare(row.name), text: strings.model.diff.run }
          : null,
      drop: (kind, ids) => {
        if (kind === 'model' && ids[0]) change({ second: ids[0], show: 'diff' })
      },
    },
  ]

  const model = {
    session,
    tab,
    change,
    choose,
    override,
    drops,
    get settings() {
      return settings
    },
    get row() {
      return row
    },
    get second() {
      return second
    },
    get reading() {
      return reading
    },
    get comparison() {
      return comparison
    },
    get inspection() {
      return inspection
    },
    get problem() {
      return reading?.failure ?? row?.problem ?? null
    },
    get stats() {
      return stats
    },
    /** Every tensor of the network, and those that are missing. */
    get rows() {
      return rows
    },
    /** The rows that part, fate and text leave. */
    get shown() {
      return shown
    },
    /** How many of the chosen part met which fate. */
    get counts() {
      return counts
    },
    get inPart() {
      return inPart
    },
    get places() {
      return places
    },
    /** Of MAE's decoder; 0 without one. */
    get decoderWidth() {
      return decoderWidth
    },
    get grid() {
      return grid
    },
    get list() {
      return list
    },
    get spreads() {
      return spreads
    },
    get axis() {
      return axis
    },
    get tableAxis() {
      return tableAxis
    },
    /** The block whose row is marked; null where none is chosen. */
    get block() {
      return settings.part === null ? null : blockOf(settings.part)
    },
  }
  return model
}

/** The blocks whose matrices are shown for a part; null where its own tensors are. */
function sectionOf(part: Place | null): Place | null {
  if (part === null || part.startsWith('blocks')) return 'blocks'
  const [first, second] = part.split('.')
  if (first !== 'decoder' && first !== 'predictor') return null
  return second === undefined || second === 'blocks' ? `${first}.blocks` : null
}

/** The checkpoint that is compared with: the chosen one, else the first other one that could be of the same kind. */
function otherModel(
  session: Session,
  row: ModelRow | undefined,
  chosen: string | null,
): ModelRow | undefined {
  if (!row) return undefined
  const others = session.workspace.models.filter((one) => one.id !== row.id && !one.problem)
  const alike = ({ spec }: ModelRow): boolean =>
    spec?.width === row.spec?.width && spec?.depth === row.spec?.depth
  return others.find(({ id }) => id === chosen) ?? others.find(alike) ?? others[0]
}

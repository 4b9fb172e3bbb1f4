// Which rows of the tree are data sets and maps, and what do they do?
import type { Session } from '../state/session.svelte.ts'
import { count } from '../state/format.ts'
import { strings } from '../state/strings.ts'
import type { TreeGroup } from '../ui/tree.ts'
import type { ShellActions } from '../views/shellActions.ts'

const s = strings.map

export const isMapGroup = (group: string): boolean => group === 'dataSets' || group === 'maps'

/** The groups of data sets and maps. Of a run's moments only the newest stands for all. */
export function mapGroups(
  session: Session,
  shown: ReadonlySet<string>,
  open: (group: string) => boolean,
): readonly TreeGroup[] {
  const { dataSets, maps } = session.workspace
  const newest = new Map<string, number>()
  for (const { moment } of maps)
    if (moment) newest.set(moment.run, Math.max(newest.get(moment.run) ?? 0, moment.step))
  return [
    {
      id: 'dataSets',
      label: s.tree.dataSets,
      empty: s.tree.noDataSets,
      open: open('dataSets'),
      add: s.tree.addDataSet,
      rows: dataSets.map((row) => ({
        id: row.id,
        label: row.name,
        meta: count(row.items),
        icon: 'database' as const,
        selected: shown.has(row.id),
        problem: row.problem?.message ?? '',
      })),
    },
    {
      id: 'maps',
      label: s.tree.maps,
      empty: s.tree.noMaps,
      open: open('maps'),
      add: s.tree.addMap,
      rows: maps
        .filter(({ moment }) => !moment || newest.get(moment.run) === moment.step)
        .map((row) => ({
          id: row.id,
          label: row.name,
          meta: `${s.methods[row.settings.method]} ${s.dims[String(row.settings.dims) as '2' | '3']}`,
          icon: 'orbit' as const,
          selected: shown.has(row.id),
          problem: '',
        })),
    },
  ]
}

/** Shows a map; for a data set its newest map, else the making of one. */
export function chooseMapRow(session: Session, shell: ShellActions, group: string, id: string): void {
  const { maps, dataSets, models } = session.workspace
  const map =
    group === 'maps' ? maps.find((row) => row.id === id) : maps.findLast((row) => row.dataSet === id)
  const model = dataSets.find((row) => row.id === id)?.pictures
    ? models.find((row) => !row.problem)?.id
    : null
  shell.openView(
    'map',
    {},
    map
      ? { map: map.id, compare: null, point: null, run: map.moment?.run ?? null }
      : {
          map: null,
          dataSet: id,
          compare: null,
          point: null,
          run: null,
          ...(model === undefined ? {} : { model }),
        },
  )
}

/** A tab that waits for a data set, or for the settings of a map. */
export function addMapRow(shell: ShellActions): void {
  shell.openView('map', {}, { map: null })
}

export function removeMapRow(session: Session, group: string, id: string): void {
  const { maps: calls } = session.lab
  const row = (group === 'maps' ? session.workspace.maps : session.workspace.dataSets).find(
    (one) => one.id === id,
  )
  if (!row) return
  const work: Promise<unknown> = group === 'maps' ? calls.removeMap({ id }) : calls.removeDataSet({ id })
  void session.attempt(
    work.then(() =>
      session.notify(group === 'maps' ? s.tree.removedMap(row.name) : s.tree.removedDataSet(row.name)),
    ),
  )
}

export function renameMapRow(session: Session, group: string, id: string, name: string): Promise<unknown> {
  const { maps: calls } = session.lab
  return group === 'maps' ? calls.renameMap({ id, name }) : calls.renameDataSet({ id, name })
}

/** The name of a row; undefined where there is none. */
export function mapRowName(session: Session, id: string): string | undefined {
  const { maps, dataSets } = session.workspace
  return (maps.find((row) => row.id === id) ?? dataSets.find((row) => row.id === id))?.name
}

// What can the Map tab be about? Menus of maps, data sets and models.
import { count } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import type { MenuItem } from '../../ui/menu.svelte.ts'
import type { MapModel } from './map.svelte.ts'

const s = strings.map

/** The maps of the workspace; of a run's moments the newest only. */
export function chooseMapMenu(model: MapModel): MenuItem[] {
  const { maps } = model.session.workspace
  const newest = new Map<string, number>()
  for (const { moment } of maps)
    if (moment) newest.set(moment.run, Math.max(newest.get(moment.run) ?? 0, moment.step))
  return [
    ...maps
      .filter(({ moment }) => !moment || newest.get(moment.run) === moment.step)
      .map((row) => ({
        id: row.id,
        text: row.name,
        remark: `${s.methods[row.settings.method]} ${s.dims[String(row.settings.dims) as '2' | '3']}`,
        checked: row.id === model.settings.map,
        run: () => model.change({ map: row.id, compare: null, point: null, run: row.moment?.run ?? null }),
      })),
    {
      id: 'new',
      text: s.newMap,
      icon: 'plus',
      apart: maps.length > 0,
      run: () =>
        model.change({
          map: null,
          compare: null,
          point: null,
          run: null,
          dataSet: model.dataSet?.id ?? null,
          model: model.row?.model ?? model.settings.model ?? model.firstModel(),
        }),
    },
  ]
}

export function chooseDataMenu(model: MapModel): MenuItem[] {
  return model.session.workspace.dataSets.map((row) => ({
    id: row.id,
    text: row.name,
    remark: count(row.items),
    checked: row.id === model.dataSet?.id,
    run: () =>
      model.change({
        map: null,
        dataSet: row.id,
        model: row.pictures ? (model.settings.model ?? model.firstModel()) : null,
      }),
  }))
}

export function chooseMapModelMenu(model: MapModel): MenuItem[] {
  const own = model.dataSet && model.dataSet.columns > 0
  return [
    ...(own
      ? [
          {
            id: 'own',
            text: s.ownNumbers,
            checked: model.settings.model === null,
            run: () => model.change({ map: null, dataSet: model.dataSet?.id ?? null, model: null }),
          },
        ]
      : []),
    ...model.session.workspace.models.map((row) => ({
      id: row.id,
      text: row.name,
      remark: row.spec ? `${row.spec.width}` : '',
      checked: row.id === model.settings.model,
      disabled: row.problem !== null || model.dataSet?.pictures === false,
      run: () => model.change({ map: null, dataSet: model.dataSet?.id ?? null, model: row.id }),
    })),
  ]
}

/** Maps of the same items, for a comparison. */
export function comparable(model: MapModel): readonly { id: string; name: string; remark: string }[] {
  const { row } = model
  if (!row) return []
  return model.session.workspace.maps
    .filter((one) => one.id !== row.id && one.dataSet === row.dataSet && one.rows === row.rows)
    .map((one) => ({ id: one.id, name: one.name, remark: s.methods[one.settings.method] }))
}

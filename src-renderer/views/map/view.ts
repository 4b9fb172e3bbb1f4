// What is the Map view? A data set as a model sees it: each picture a point.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { mapCommands } from './commands.ts'
import { explainMap } from './explain.ts'
import { createMap, type MapModel } from './map.svelte.ts'
import MapPanel from './MapPanel.svelte'
import MapStage from './MapStage.svelte'
import { readMapViewSettings, startProjection } from './settings.ts'

export const mapView = defineView<MapModel & ViewModel>({
  id: 'map',
  title: strings.view.map,
  icon: 'orbit',
  keys: 'G M',
  offered: true,
  start: (session, subject) => {
    const { maps, dataSets, models } = session.workspace
    const model = subject.models?.[0] ?? models.find((row) => !row.problem)?.id ?? null
    const flat = matchMedia('(prefers-reduced-motion: reduce)').matches
    return {
      map: subject.models ? null : (maps.at(-1)?.id ?? null),
      dataSet: maps.at(-1)?.dataSet ?? dataSets.at(-1)?.id ?? null,
      model,
      projection: { ...startProjection, dims: flat ? 2 : 3 },
    }
  },
  take: ({ models }) => (models?.[0] ? { map: null, model: models[0] } : {}),
  describe: (session, kept) => {
    const { map, dataSet } = readMapViewSettings(kept)
    const { maps, dataSets } = session.workspace
    return maps.find(({ id }) => id === map)?.name ?? dataSets.find(({ id }) => id === dataSet)?.name ?? ''
  },
  subjects: (kept) => {
    const { map, dataSet, model, compare } = readMapViewSettings(kept)
    return [map ?? dataSet, map === null ? model : null, compare].filter((id) => id !== null)
  },
  create: (session, tab) =>
    withCommands(createMap(session, tab), mapCommands, (model) =>
      explainMap(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: MapStage,
  Inspector: MapPanel,
})

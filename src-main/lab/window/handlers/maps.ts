// Answers the calls about maps: making them, reading them, and who is near to whom in the space of their embeddings.
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { EmbeddingsSource } from '../../../../src-shared/protocol/calls/project.ts'
import { asideItems } from '../../workspace/itemGroups.ts'
import { removeMap, renameMap, type StoredMap } from '../../workspace/maps.ts'
import { mapRow } from '../maps/rows.ts'
import { makeMap, mapIn, positionsOf, type MakeItem } from '../maps/making.ts'
import { axisValues } from '../maps/axis.ts'
import { dataSetIn } from '../maps/origins.ts'
import { heldOutOf, momentsOf, readVectors, vectorsFile } from '../maps/subjects.ts'
import type { WindowLab } from '../parts.ts'
import type { HandlersOf } from './kind.ts'

type Names = Extract<
  CallName,
  | 'makeMap'
  | 'readMap'
  | 'renameMap'
  | 'removeMap'
  | 'mapNeighbours'
  | 'mapNearest'
  | 'mapDuplicates'
  | 'mapLabelErrors'
  | 'mapOverlap'
  | 'mapAxis'
  | 'runMoments'
>

/** The embeddings of a map, what was set aside left out. */
async function embeddingsOf(lab: WindowLab, map: StoredMap): Promise<EmbeddingsSource> {
  const path = vectorsFile(lab, map)
  const aside = asideItems(lab.document.readable(), map.data_set)
  if (aside.size === 0) return { kind: 'path', path }
  const { rows, columns, data } = await readVectors(path)
  const { perItem } = map.facts
  for (const item of aside) data.fill(NaN, item * perItem * columns, (item + 1) * perItem * columns)
  return { kind: 'values', rows, columns, data }
}

export const mapHandlers: HandlersOf<Names> = (lab) => {
  const { document, jobs, calls } = lab
  const change = (work: boolean): Record<string, never> => {
    if (!work) throw new Failure('bad-argument', 'This map is not in the workspace any more.')
    document.changed()
    return {}
  }
  return {
    makeMap: async (asked, { signal, item }) => {
      const dataSet = dataSetIn(lab, asked.dataSet)
      // Its frames come faster than a slow window takes them: it gets the newest.
      const id = await jobs.run(
        `Map of ${dataSet.name}`,
        'steps',
        (job) => makeMap(lab, asked, job, (sent: MakeItem) => item(sent)),
        signal,
      )
      return { id }
    },
    readMap: async ({ id }) => {
      const map = mapIn(lab, id)
      const dataSet = dataSetIn(lab, map.data_set)
      if (map.facts.dataHash !== dataSet.hash)
        throw new Failure(
          'bad-argument',
          `${dataSet.name} has changed since this map was made.`,
          'Make the map anew: what did not change is not computed again.',
        )
      return { row: mapRow(map), positions: await positionsOf(lab, map), setAside: map.facts.setAside }
    },
    renameMap: ({ id, name }) => change(renameMap(document.writable(), id, name)),
    removeMap: ({ id }) => change(removeMap(document.writable(), id)),

    mapNeighbours: async ({ map: id, k }, { signal }) => {
      const map = mapIn(lab, id)
      const { metric } = map.settings
      const embeddings = await embeddingsOf(lab, map)
      const {
        indices,
        distances,
        k: found,
        search,
      } = await calls.neighbours({ embeddings, k, metric, search: 'auto' }, { signal })
      return { indices, distances, k: found, search, metric }
    },
    mapNearest: async ({ map: id, rows, k }, { signal }) => {
      const map = mapIn(lab, id)
      const { metric } = map.settings
      const embeddings = await embeddingsOf(lab, map)
      const found = await calls.nearest(
        { embeddings, queries: { kind: 'rows', rows }, k, metric },
        { signal },
      )
      return { ...found, metric }
    },
    mapDuplicates: async ({ map: id, distance }, { signal }) => {
      const map = mapIn(lab, id)
      const embeddings = await embeddingsOf(lab, map)
      return calls.nearDuplicates({ embeddings, metric: map.settings.metric, distance }, { signal })
    },
    mapLabelErrors: async ({ map: id, labels, k }, { signal }) => {
      const map = mapIn(lab, id)
      const embeddings = await embeddingsOf(lab, map)
      return calls.labelDisagreement({ embeddings, labels, k, metric: map.settings.metric }, { signal })
    },
    mapOverlap: async ({ first, second, k }, { signal }) => {
      const [one, other] = [mapIn(lab, first), mapIn(lab, second)]
      if (one.data_set !== other.data_set || one.facts.rows !== other.facts.rows)
        throw new Failure(
          'bad-argument',
          'These maps do not show the same items.',
          'Compare two models, or two moments of a run, on one data set.',
        )
      const [a, b] = await Promise.all([embeddingsOf(lab, one), embeddingsOf(lab, other)])
      return calls.compareNeighbourhoods({ first: a, second: b, k, metric: one.settings.metric }, { signal })
    },
    mapAxis: async ({ map: id, from, to }, { signal }) => {
      const map = mapIn(lab, id)
      return { values: await axisValues(await readVectors(vectorsFile(lab, map)), from, to, signal) }
    },

    runMoments: async ({ run }, { signal }) => {
      const { moments } = await momentsOf(lab, run)
      const dataSet = await heldOutOf(lab, run, signal)
      return { dataSet: dataSet?.id ?? null, moments: moments.map(({ step, knn }) => ({ step, knn })) }
    },
  }
}

// What does a window see of a data set and of a map?
import type { DataSetRow, MapRow } from '../../../../src-shared/domain/dataSet.ts'
import type { StoredDataSet } from '../../workspace/dataSets.ts'
import type { StoredMap } from '../../workspace/maps.ts'

function fromWords({ origin }: StoredDataSet): string {
  switch (origin.kind) {
    case 'path':
    case 'table':
      return origin.path
    case 'critters':
      return `critters:${origin.count}:${origin.seed}:${origin.difficulty}`
    case 'pictures':
      return 'pictures of the workspace'
    case 'part':
      return 'items of another data set'
    case 'held':
      return 'held out by a training run'
  }
}

export function dataSetRow(dataSet: StoredDataSet): DataSetRow {
  const { id, name, origin, items, facts, hash } = dataSet
  return { id, name, kind: origin.kind, from: fromWords(dataSet), items, ...facts, hash, problem: null }
}

export function mapRow({ id, name, data_set, model, settings, facts, run, step, added }: StoredMap): MapRow {
  const { modelName, choice, epochs, rows, columns, perItem, setAside, trustworthiness, seconds, knn } = facts
  return {
    id,
    name,
    dataSet: data_set,
    model,
    modelName,
    choice,
    settings,
    epochs,
    rows,
    columns,
    perItem,
    setAside: setAside.length,
    trustworthiness,
    seconds,
    moment: run !== null && step !== null ? { run, step, knn } : null,
    created: new Date(added).toISOString(),
  }
}

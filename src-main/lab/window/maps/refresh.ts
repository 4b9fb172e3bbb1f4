// Is a data set still what it was? Looked at again before it is embedded; labels and parts follow their items by name.
import { Failure } from '../../../../src-shared/domain/failure.ts'
import {
  findDataSet,
  keepDataSet,
  listDataSets,
  readListing,
  type StoredDataSet,
} from '../../workspace/dataSets.ts'
import { keepGroup, listGroups } from '../../workspace/itemGroups.ts'
import type { WindowLab } from '../parts.ts'
import { describe } from './origins.ts'

/** The data set as it is now. Where it cannot be looked at any more it stays as it was known. */
export async function refreshed(
  lab: WindowLab,
  dataSet: StoredDataSet,
  signal: AbortSignal,
): Promise<StoredDataSet> {
  // Numbers of a table lie in the workspace; critters are always the same; a part follows its whole.
  if (dataSet.origin.kind === 'table' || dataSet.origin.kind === 'critters') return dataSet
  if (dataSet.origin.kind === 'part') {
    const whole = findDataSet(lab.document.readable(), dataSet.origin.of)
    if (whole) await refreshed(lab, whole, signal)
    return findDataSet(lab.document.readable(), dataSet.id) ?? dataSet
  }
  const workspace = lab.document.writable()
  try {
    const found = await describe(lab, dataSet.origin, signal)
    if (found.hash === dataSet.hash) return dataSet
    const before = await readListing(workspace, dataSet)
    await keepDataSet(workspace, { ...found, origin: dataSet.origin, name: dataSet.name }, dataSet.id)
    const place = new Map(found.listing.names.map((name, i) => [name, i]))
    const moved = (item: number): number => place.get(before.names[item] ?? '') ?? -1
    for (const group of listGroups(workspace, dataSet.id))
      keepGroup(workspace, dataSet.id, {
        ...group,
        items: group.items.map(moved).filter((item) => item >= 0),
      })
    await followWhole(lab, dataSet.id, moved, signal)
    lab.document.changed()
    return findDataSet(workspace, dataSet.id) ?? dataSet
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof Failure) || thrown.code === 'disk') throw thrown
    lab.notice('notice', `${dataSet.name} could not be looked at again: ${thrown.message}`)
    return dataSet
  }
}

/** Parts of a data set keep their items where these have other numbers now. */
async function followWhole(
  lab: WindowLab,
  whole: string,
  moved: (item: number) => number,
  signal: AbortSignal,
): Promise<void> {
  const workspace = lab.document.writable()
  for (const part of listDataSets(workspace)) {
    const { origin } = part
    if (origin.kind !== 'part' || origin.of !== whole) continue
    const items = origin.items.map(moved).filter((item) => item >= 0)
    if (items.length === 0) continue
    const next = { ...origin, items }
    await keepDataSet(
      workspace,
      { ...(await describe(lab, next, signal)), origin: next, name: part.name },
      part.id,
    )
  }
}

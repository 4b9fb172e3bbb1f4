// Answers the calls about data sets: adding them, their items, small pictures of these, and groups of them.
import { basename, extname } from 'node:path'
import type { DataOrigin } from '../../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { CallName, Request } from '../../../../src-shared/protocol/calls.ts'
import { plainSuffix, storeFile } from '../../workspace/blobs.ts'
import { keepDataSet, readListing, removeDataSet, renameDataSet } from '../../workspace/dataSets.ts'
import { keepGroup, listGroups, removeGroup } from '../../workspace/itemGroups.ts'
import { addPicture, listPictures } from '../../workspace/pictures.ts'
import { choiceOf, dataSetIn, describe, originOfPath } from '../maps/origins.ts'
import type { WindowLab } from '../parts.ts'
import { describePicture, keepThumb } from '../reader.ts'
import type { HandlersOf } from './kind.ts'

type Names = Extract<
  CallName,
  | 'addDataSet'
  | 'renameDataSet'
  | 'removeDataSet'
  | 'dataSetItems'
  | 'itemPictures'
  | 'openItem'
  | 'itemGroups'
  | 'keepGroup'
  | 'removeGroup'
>

/** What a person pointed at, as the workspace keeps it. An uploaded file is copied in: it has no other place. */
async function originOf(
  lab: WindowLab,
  origin: Request<'addDataSet'>['origin'],
): Promise<{ origin: DataOrigin; name: string }> {
  if (origin.kind === 'upload') {
    const { path, name } = lab.uploads.find(origin.id)
    const found = await originOfPath(path, name)
    if (found.kind !== 'table')
      throw new Failure(
        'bad-data',
        `${name} is no table of embeddings.`,
        'Tables are .npy, .csv, .tsv and .parquet files; pictures are added as files or folders.',
      )
    // The numbers are read into the workspace; the file is not needed again.
    return { origin: found, name: basename(name, extname(name)) }
  }
  if (origin.kind !== 'path') return { origin, name: '' }
  return { origin: await originOfPath(origin.path), name: '' }
}

export const dataSetHandlers: HandlersOf<Names> = (lab) => {
  const { document, jobs } = lab
  const change = (work: boolean, what: string): Record<string, never> => {
    if (!work) throw new Failure('bad-argument', `This ${what} is not in the workspace any more.`)
    document.changed()
    return {}
  }
  return {
    addDataSet: async ({ origin: asked, name }, { signal }) => {
      document.writable()
      const { origin, name: own } = await originOf(lab, asked)
      const id = await jobs.run(
        'Listing a data set',
        'items',
        async (job) => {
          const found = await describe(lab, origin, job.signal)
          if (found.listing.names.length === 0)
            throw new Failure('bad-data', `${found.name} is empty.`, 'Choose a folder with pictures in it.')
          return keepDataSet(document.writable(), { ...found, origin, name: name || own || found.name })
        },
        signal,
      )
      if (asked.kind === 'upload') await lab.uploads.drop(asked.id)
      document.changed()
      return { id }
    },
    renameDataSet: ({ id, name }) => change(renameDataSet(document.writable(), id, name), 'data set'),
    removeDataSet: ({ id }) => change(removeDataSet(document.writable(), id), 'data set'),

    dataSetItems: async ({ id }) => {
      const dataSet = dataSetIn(lab, id)
      const listing = await readListing(document.readable(), dataSet)
      return {
        names: listing.names,
        labels: Int32Array.from(listing.labels),
        classes: listing.classes,
        splits: listing.splits.map(({ name, items }) => ({ name, items: Int32Array.from(items) })),
        words: listing.words,
        numbers: listing.numbers.map(({ name, values }) => ({
          name,
          values: Float32Array.from(values, (value) => value ?? NaN),
        })),
        pictures: dataSet.facts.pictures,
        skipped: listing.skipped,
      }
    },

    itemPictures: async ({ dataSet: id, items, side }, { signal, item: send }) => {
      const { choice, items: numbers } = await choiceOf(lab, dataSetIn(lab, id))
      if (!choice) return {}
      const back = numbers ? new Map(Array.from(items, (item) => [numbers[item]!, item])) : null
      await lab.calls.dataPictures(
        { data: choice, items: numbers ? items.map((item) => numbers[item]!) : items, side },
        { signal, onItem: (sent) => send(back ? { ...sent, item: back.get(sent.item) ?? sent.item } : sent) },
      )
      return {}
    },

    openItem: async ({ dataSet: id, item }, { signal }) => {
      const dataSet = dataSetIn(lab, id)
      const { choice, items: numbers } = await choiceOf(lab, dataSet)
      if (!choice)
        throw new Failure(
          'bad-argument',
          `${dataSet.name} has no pictures to look at.`,
          'It holds numbers only.',
        )
      const { names } = await readListing(document.readable(), dataSet)
      const name = `${names[item] ?? item}`
      const known = (path: string): string | undefined =>
        listPictures(document.readable()).find((picture) => picture.path === path)?.id
      const shown = dataSet.origin.kind === 'pictures' ? dataSet.origin.pictures[item] : undefined
      if (shown !== undefined && listPictures(document.readable()).some((picture) => picture.id === shown))
        return { picture: shown }
      // One kept from an earlier visit has this for its path.
      const visit = `${dataSet.name}/${name}`
      const there = known(visit)
      if (there !== undefined) return { picture: there }
      let found: { bytes: Uint8Array; width: number; height: number } | null = null
      await lab.calls.dataPictures(
        { data: choice, items: Int32Array.of(numbers ? numbers[item]! : item), side: null },
        { signal, onItem: (sent) => void (found = sent) },
      )
      const picture = found as { bytes: Uint8Array; width: number; height: number } | null
      if (!picture) throw new Failure('bad-picture', `${name} cannot be read any more.`)
      const workspace = document.writable()
      const blob = await storeFile(workspace, [picture.bytes], '.png')
      const added = addPicture(workspace, {
        name: basename(name, plainSuffix(name)),
        origin: { kept: 'copied', path: visit, blob },
        width: picture.width,
        height: picture.height,
        credit: '',
      })
      const stored = listPictures(workspace).find((one) => one.id === added)!
      const { thumbnail } = await describePicture(lab, lab.picturePath(stored), signal)
      keepThumb(lab, added, thumbnail)
      document.changed()
      return { picture: added }
    },

    itemGroups: ({ dataSet }) => ({ groups: listGroups(document.readable(), dataSetIn(lab, dataSet).id) }),
    keepGroup: ({ dataSet, ...group }) => {
      const { id, items } = dataSetIn(lab, dataSet)
      if (group.items.some((item) => item < 0 || item >= items))
        throw new Failure('bad-argument', 'The group names items that the data set does not have.')
      const kept = keepGroup(document.writable(), id, group)
      document.changed()
      return { id: kept }
    },
    removeGroup: ({ id }) => change(removeGroup(document.writable(), id), 'group'),
  }
}

// How is a map made and kept? Vectors first, then the projection with its frames, then one file and one row.
import type { MapSettings, SetAside } from '../../../../src-shared/domain/map.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { writeNpy } from '../../../../src-shared/numerics/npy.ts'
import type { Item, Request, Result } from '../../../../src-shared/protocol/calls.ts'
import { storeFile } from '../../workspace/blobs.ts'
import { filePath, type StoredDataSet } from '../../workspace/dataSets.ts'
import { asideItems } from '../../workspace/itemGroups.ts'
import { findMap, keepMap, type StoredMap } from '../../workspace/maps.ts'
import type { JobHandle } from '../jobBoard.ts'
import type { WindowLab } from '../parts.ts'
import { dataSetIn } from './origins.ts'
import { refreshed } from './refresh.ts'
import { readVectors, vectorsOf, type Vectors } from './subjects.ts'

export type MakeItem = Item<'makeMap'>
type Asked = Request<'makeMap'>
type Projected = Result<'project'>

export function mapIn(lab: WindowLab, id: string): StoredMap {
  const map = findMap(lab.document.readable(), id)
  if (map) return map
  throw new Failure('bad-argument', 'This map is not in the workspace any more.')
}

/** Positions of a map `[rows, dims]`. */
export async function positionsOf(lab: WindowLab, map: StoredMap): Promise<Float32Array> {
  return (await readVectors(filePath(lab.document.readable(), map.positions))).data
}

/** Makes a map and keeps it; ended after its first frame it is kept as it stood. Returns its id. */
export async function makeMap(
  lab: WindowLab,
  asked: Asked,
  job: JobHandle,
  tell: (item: MakeItem) => Promise<void>,
): Promise<string> {
  // Where nothing can be written nothing is computed either.
  lab.document.writable()
  const known = dataSetIn(lab, asked.dataSet)
  const dataSet = asked.subject.kind === 'model' ? await refreshed(lab, known, job.signal) : known
  let told = 0
  const vectors = await vectorsOf(lab, dataSet, asked.subject, job.signal, (done, of) => {
    job.progress(done, of)
    if (performance.now() - told < 100 && done < of) return
    told = performance.now()
    void tell({ kind: 'embedding', done, of }).catch(() => undefined)
  })
  job.progress(0, null)
  const aside = asideItems(lab.document.readable(), dataSet.id)
  const source = await withoutAside(vectors, aside)
  const settings = asked.settings
  const since = performance.now()
  let last: { epoch: number; positions: Float32Array } | null = null
  try {
    const projected = await lab.calls.project(
      {
        embeddings: source.embeddings,
        settings,
        start: await startOf(lab, asked, settings),
        into: null,
        frames: true,
        trustworthiness: true,
        output: null,
        ...threadsOf(lab),
      },
      {
        signal: job.signal,
        onItem: async (item) => {
          if (item.kind === 'frame') {
            last = { epoch: item.epoch, positions: item.positions }
            job.progress(item.epoch, item.of)
          }
          await tell(item)
        },
      },
    )
    return await keep(lab, asked, dataSet, vectors, projected, aside)
  } catch (thrown) {
    const stood = last as { epoch: number; positions: Float32Array } | null
    if (!job.signal.aborted || !stood) throw thrown
    const rows = stood.positions.length / settings.dims
    await keep(
      lab,
      asked,
      dataSet,
      vectors,
      ended(stood, settings, rows, (performance.now() - since) / 1000),
      aside,
    )
    throw thrown
  }
}

const threadsOf = (lab: WindowLab): { threads?: number } => {
  const { threads } = lab.runSettings()
  return threads === undefined ? {} : { threads }
}

/** The embeddings with what was set aside left out; the file itself where nothing was. */
async function withoutAside(
  { path, perItem }: Vectors,
  aside: ReadonlySet<number>,
): Promise<{ embeddings: Request<'project'>['embeddings'] }> {
  if (aside.size === 0) return { embeddings: { kind: 'path', path } }
  const { rows, columns, data } = await readVectors(path)
  for (const item of aside) data.fill(NaN, item * perItem * columns, (item + 1) * perItem * columns)
  return { embeddings: { kind: 'values', rows, columns, data } }
}

async function startOf(
  lab: WindowLab,
  { from }: Asked,
  { dims }: MapSettings,
): Promise<Request<'project'>['start']> {
  if (!from) return null
  const map = mapIn(lab, from.map)
  if (map.settings.dims !== dims) return null
  const positions = await positionsOf(lab, map)
  return { positions, epoch: from.how === 'continue' ? map.facts.epochs : 0 }
}

/** A map that was ended early, as far as something is known of it. */
function ended(
  { epoch, positions }: { epoch: number; positions: Float32Array },
  settings: MapSettings,
  rows: number,
  seconds: number,
): Projected {
  return {
    rows,
    columns: 0,
    dims: settings.dims,
    positions,
    setAside: [],
    settings,
    epochs: epoch,
    search: null,
    trustworthiness: null,
    divergence: null,
    explained: null,
    hashes: { embeddings: '', map: '' },
    seconds: { total: seconds, neighbours: 0, layout: seconds },
    output: '',
  }
}

async function keep(
  lab: WindowLab,
  asked: Asked,
  dataSet: StoredDataSet,
  vectors: Vectors,
  projected: Projected,
  aside: ReadonlySet<number>,
): Promise<string> {
  const workspace = lab.document.writable()
  const { rows, dims, positions, settings } = projected
  const blob = await storeFile(workspace, [writeNpy({ shape: [rows, dims], data: positions })], '.npy')
  const setAside = projected.setAside.map(({ row, why }): SetAside =>
    aside.has(Math.floor(row / vectors.perItem)) ? { row, why: 'set aside in this workspace' } : { row, why },
  )
  const id = keepMap(
    workspace,
    {
      name: asked.name || [dataSet.name, vectors.modelName].filter(Boolean).join(' · '),
      data_set: dataSet.id,
      embedding: vectors.embedding,
      model: vectors.model,
      settings,
      facts: {
        modelName: vectors.modelName,
        choice: vectors.choice,
        epochs: projected.epochs,
        rows,
        columns: projected.columns,
        perItem: vectors.perItem,
        setAside,
        trustworthiness: projected.trustworthiness,
        seconds: projected.seconds.total,
        hashes: projected.hashes,
        dataHash: dataSet.hash,
        knn: vectors.moment?.knn ?? null,
        file: vectors.moment?.file ?? null,
      },
      positions: blob,
      run: vectors.moment?.run ?? null,
      step: vectors.moment?.step ?? null,
    },
    asked.replaces,
  )
  lab.document.changed()
  return id
}

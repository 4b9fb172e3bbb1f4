// Whose embeddings does a map show? A model's, the data set's own numbers, or those that a run stored at a step.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataOrigin, EmbeddingChoice } from '../../../../src-shared/domain/dataSet.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { NpyError, readNpy, toFloat32 } from '../../../../src-shared/numerics/npy.ts'
import type { MapSubject } from '../../../../src-shared/protocol/calls/maps.ts'
import {
  filePath,
  findDataSet,
  keepDataSet,
  listDataSets,
  type StoredDataSet,
} from '../../workspace/dataSets.ts'
import { findEmbedding } from '../../workspace/embeddings.ts'
import type { StoredMap } from '../../workspace/maps.ts'
import { findRun, runFolder, type StoredRun } from '../../workspace/runs.ts'
import { modelIn } from '../handlers/looking.ts'
import type { WindowLab } from '../parts.ts'
import { callTraining } from '../runs/process.ts'
import { ensureEmbedding } from './embedding.ts'
import { describe } from './origins.ts'

/** Vectors ready to be mapped. */
export interface Vectors {
  /** A `.npy` file `[items · perItem, columns]`. */
  readonly path: string
  readonly perItem: number
  readonly modelName: string
  readonly model: string | null
  readonly choice: EmbeddingChoice | null
  readonly embedding: string | null
  readonly moment: {
    readonly run: string
    readonly step: number
    readonly knn: number | null
    readonly file: string
  } | null
}

function runIn(lab: WindowLab, id: string): StoredRun {
  const run = findRun(lab.document.readable(), id)
  if (run) return run
  throw new Failure('bad-argument', 'This run is not in the workspace any more.')
}

/** Where a run stored its held-out set, in order of the steps, and what is known of the run. */
export async function momentsOf(lab: WindowLab, id: string) {
  const run = runIn(lab, id)
  const folder = runFolder(lab.document.readable(), run)
  const moments = new Map<number, { step: number; file: string; items: number; knn: number | null }>()
  const accuracies = new Map<number, number>()
  const { facts } = await callTraining(
    lab.engine,
    'readRun',
    { folder, after: 0 },
    {
      onItem: (record) => {
        if (record.kind === 'embeddings' && existsSync(join(folder, record.file)))
          moments.set(record.step, { step: record.step, file: record.file, items: record.items, knn: null })
        if (record.kind === 'evaluation' && typeof record.metrics.knn === 'number')
          accuracies.set(record.step, record.metrics.knn)
      },
    },
  )
  const list = [...moments.values()].sort((a, b) => a.step - b.step)
  return {
    run,
    folder,
    facts,
    moments: list.map((one) => ({ ...one, knn: accuracies.get(one.step) ?? null })),
  }
}

/** The data set of what a run holds out; made where it is not there yet. */
export async function heldOutOf(
  lab: WindowLab,
  id: string,
  signal: AbortSignal,
): Promise<StoredDataSet | null> {
  const { run, facts, moments } = await momentsOf(lab, id)
  if (moments.length === 0) return null
  const workspace = lab.document.writable()
  const known = listDataSets(workspace).find(({ origin }) => origin.kind === 'held' && origin.run === id)
  if (known) return known
  const origin: DataOrigin = {
    kind: 'held',
    run: id,
    of: facts.data,
    share: run.start.holdOut,
    seed: facts.seed,
    count: moments[0]!.items,
  }
  const found = await describe(lab, origin, signal)
  const dataSet = await keepDataSet(workspace, { ...found, origin, name: `${run.name} held out` })
  lab.document.changed()
  return findDataSet(workspace, dataSet)
}

/** The vectors of a subject, computed where they are not there. */
export async function vectorsOf(
  lab: WindowLab,
  dataSet: StoredDataSet,
  subject: MapSubject,
  signal: AbortSignal,
  onProgress: (done: number, of: number) => void,
): Promise<Vectors> {
  const workspace = lab.document.readable()
  if (subject.kind === 'table') {
    if (dataSet.vectors === null)
      throw new Failure(
        'bad-argument',
        `${dataSet.name} came without numbers of its own.`,
        'Choose a model to embed its pictures with.',
      )
    const path = filePath(workspace, dataSet.vectors)
    return { path, perItem: 1, modelName: '', model: null, choice: null, embedding: null, moment: null }
  }
  if (subject.kind === 'moment') {
    const { run, folder, moments } = await momentsOf(lab, subject.run)
    const moment = moments.find(({ step }) => step === subject.step)
    if (!moment)
      throw new Failure(
        'bad-argument',
        `${run.name} stored nothing at step ${subject.step}.`,
        'Choose another moment.',
      )
    return {
      path: join(folder, moment.file),
      perItem: 1,
      modelName: `${run.name} step ${moment.step}`,
      model: null,
      choice: null,
      embedding: null,
      moment: { run: subject.run, step: moment.step, knn: moment.knn, file: moment.file },
    }
  }
  const model = modelIn(lab, subject.model)
  const embedding = await ensureEmbedding(lab, { dataSet, model, choice: subject.choice }, signal, onProgress)
  return {
    path: filePath(workspace, embedding.vectors!),
    perItem: embedding.per_item,
    modelName: model.name,
    model: model.id,
    choice: subject.choice,
    embedding: embedding.id,
    moment: null,
  }
}

/** The file of the vectors that a map was made of. Throws Failure where it is gone. */
export function vectorsFile(lab: WindowLab, map: StoredMap): string {
  const workspace = lab.document.readable()
  if (map.run !== null && map.facts.file !== null)
    return join(runFolder(workspace, { id: map.run }), map.facts.file)
  const embedding = map.embedding === null ? null : findEmbedding(workspace, map.embedding)
  const dataSet = findDataSet(workspace, map.data_set)
  const hash = embedding ? embedding.vectors : (dataSet?.vectors ?? null)
  if (hash !== null) return filePath(workspace, hash)
  throw new Failure('bad-argument', `The embeddings of ${map.name} are gone.`, 'Make the map anew.')
}

/** Numbers of a `.npy` file `[rows, columns]`. Throws Failure where it cannot be read. */
export async function readVectors(
  path: string,
): Promise<{ rows: number; columns: number; data: Float32Array }> {
  try {
    const array = readNpy(new Uint8Array(await readFile(path)))
    const [rows = 0, columns = 1] = array.shape
    return { rows, columns, data: toFloat32(array) }
  } catch (error) {
    if (!(error instanceof NpyError) && !(error instanceof Error && 'code' in error)) throw error
    throw new Failure(
      'damaged-file',
      `The embeddings cannot be read: ${error.message}.`,
      'Make the map anew.',
    )
  }
}

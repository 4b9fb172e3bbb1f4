// Answers the calls about training runs: pictures, runs and checkpoints by their ids become paths, the keeper does the rest.
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { MethodSettings, RunRecordOf } from '../../../../src-shared/domain/run.ts'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { runCalls } from '../../../../src-shared/protocol/calls/runs.ts'
import { plainSuffix, storeFile } from '../../workspace/blobs.ts'
import { addModel } from '../../workspace/models.ts'
import { findRun, freeRunName, renameRun, runFolder, type StoredRun } from '../../workspace/runs.ts'
import type { WindowLab } from '../parts.ts'
import { callTraining } from '../runs/process.ts'
import type { HandlersOf } from './kind.ts'
import { pictureIn } from './looking.ts'

/** Bytes of a checkpoint that is handed to a window at most. */
const mostBytes = 512 << 20

type Names = Extract<CallName, keyof typeof runCalls>

function runIn(lab: WindowLab, id: string): StoredRun {
  const run = findRun(lab.document.readable(), id)
  if (run) return run
  throw new Failure('bad-argument', 'This run is not in the workspace any more.')
}

/**
 * The checkpoint of a run at `step`, or the last one before it, and what a person had set on the way there. Throws Failure
 * where there is none.
 */
async function checkpointAt(
  lab: WindowLab,
  id: string,
  step: number,
): Promise<{ record: RunRecordOf<'checkpoint'>; path: string; set: MethodSettings }> {
  const run = runIn(lab, id)
  const folder = runFolder(lab.document.readable(), run)
  const found: RunRecordOf<'checkpoint'>[] = []
  const changes: { step: number; set: MethodSettings }[] = []
  await callTraining(
    lab.engine,
    'readRun',
    { folder, after: 0 },
    {
      onItem: (record) => {
        if (record.kind === 'checkpoint' && record.step <= step && existsSync(join(folder, record.file)))
          found.push(record)
        if (record.kind === 'event' && record.set) changes.push({ step: record.step, set: record.set })
      },
    },
  )
  const record = found.sort((a, b) => a.step - b.step).at(-1)
  if (record) {
    const before = changes.filter((change) => change.step <= record.step).map(({ set }) => set)
    return { record, path: join(folder, record.file), set: Object.assign({}, ...before) as MethodSettings }
  }
  throw new Failure(
    'bad-argument',
    `${run.name} has no checkpoint at step ${step.toLocaleString('en-GB')} or before it.`,
    'Choose a later moment, or ask for a checkpoint while it trains.',
  )
}

export const runHandlers: HandlersOf<Names> = (lab) => {
  const picture = (id: string): { kind: 'path'; path: string } => ({
    kind: 'path',
    path: lab.picturePath(pictureIn(lab, id)),
  })
  return {
    // A form asks anew with every change. What it no longer wants is let finish: an engine that does not drop its work at
    // once would be ended for it.
    runMethods: (request) => callTraining(lab.engine, 'methods', request),
    runData: (request) => callTraining(lab.engine, 'describeData', request),
    previewCropsAt: (request) =>
      callTraining(lab.engine, 'previewCrops', {
        ...request,
        picture: request.picture.kind === 'picture' ? picture(request.picture.id) : request.picture,
      }),
    startRun: ({ name, threads, pins, ...start }) => ({
      id: lab.runs.start(name, { ...start, pins: pins.map(picture), from: null }, threads),
    }),
    branchRun: async ({ id, step, set, name }) => {
      const run = runIn(lab, id)
      const workspace = lab.document.writable()
      const { record, set: before } = await checkpointAt(lab, id, step)
      // Everything is as it was at that moment; only what a person changes now differs.
      const start = {
        ...run.start,
        set: { ...run.start.set, ...before, ...set },
        from: { folder: runFolder(workspace, run), step: record.step },
      }
      const stem = run.name.replace(/-\d+$/, '')
      return { id: lab.runs.start(name || freeRunName(workspace, stem), start, null), step: record.step }
    },
    controlRun: async ({ id, action, set }) => {
      await lab.runs.control(id, action, set)
      return {}
    },
    followRun: async ({ id }, { item, signal }) => {
      await lab.runs.follow(id, item, signal)
      return {}
    },
    openRunCheckpoint: async ({ id, step }, { signal }) => {
      const { document, reader } = lab
      const run = runIn(lab, id)
      const { record, path } = await checkpointAt(lab, id, step)
      const facts = await reader.factsOf(path, {}, signal)
      // Copied in: the run goes on writing checkpoints and may be removed.
      const blob = await storeFile(document.writable(), path, plainSuffix(path))
      const model = addModel(document.writable(), {
        name: `${run.name} step ${record.step}`,
        origin: { kept: 'copied', path: `${run.name} step ${record.step}${plainSuffix(path)}`, blob },
        overrides: {},
        facts,
      })
      document.changed()
      return { model, step: record.step }
    },
    runCheckpoint: async ({ id, step }) => {
      const { record, path } = await checkpointAt(lab, id, step)
      const { size } = await stat(path)
      if (size > mostBytes)
        throw new Failure(
          'too-large',
          `The checkpoint has ${Math.round(size / 1e6)} MB, more than travels to the window.`,
          `It lies at ${path}.`,
        )
      return {
        name: `${runIn(lab, id).name} step ${record.step}${extname(path)}`,
        bytes: await readFile(path),
      }
    },
    renameRun: ({ id, name }) => {
      if (!renameRun(lab.document.writable(), id, name)) runIn(lab, id)
      lab.document.changed()
      return {}
    },
    removeRun: async ({ id, removed }) => {
      await lab.runs.remove(id, removed)
      return {}
    },
  }
}

// How do runs train? Each in a process of its own that is started, steered, watched, and said to have died where it did.
import { cpus } from 'node:os'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { Problem } from '../../../../src-shared/domain/problem.ts'
import type { MethodSettings, Pin, RunFacts, RunRecord, RunState } from '../../../../src-shared/domain/run.ts'
import { cancelled, toFailure, toWire } from '../../../../src-shared/protocol/errors.ts'
import type { Carrier } from '../../../../src-shared/protocol/client.ts'
import type { RunSettings } from '../../../../src-shared/protocol/calls/common.ts'
import type { controlActions, NewRun } from '../../../../src-shared/protocol/calls/training.ts'
import {
  addRun,
  findRun,
  freeRunName,
  keepRun,
  listRuns,
  removeRun,
  runFolder,
  sweepRuns,
} from '../../workspace/runs.ts'
import type { StoredRun } from '../../workspace/runs.ts'
import type { LabDocument } from '../document.ts'
import type { JobBoard, JobHandle } from '../jobBoard.ts'
import { createFollowers, type FollowItem } from './followers.ts'
import { callTraining, type RunProcess } from './process.ts'

/** So long may a run take to come to rest before the lab closes without it, in milliseconds. */
const restWithin = 20_000
/** Reads no records, only what is known of the run. */
const noRecords = 2 ** 31

export type RunAction = (typeof controlActions)[number]

export interface RunKeeper {
  /** Adds a run and starts it. */
  start(name: string, start: NewRun, threads: number | null): string
  control(id: string, action: RunAction, set: MethodSettings): Promise<void>
  follow(id: string, take: (item: FollowItem) => Promise<void>, signal: AbortSignal): Promise<void>
  remove(id: string, removed: boolean): Promise<void>
  /** Says what became of runs that trained when the workspace was last open. */
  opened(): void
  /** Pauses every run that trains, so that it can go on later, and ends the processes. */
  rest(): Promise<void>
}

export interface RunKeeperOptions {
  document: LabDocument
  jobs: JobBoard
  /** Carries calls to the engine that looks: it also reads what runs left. */
  engine: Carrier
  startProcess(): RunProcess
  settings(): RunSettings
  notice(level: 'notice' | 'alarm', text: string): void
}

interface Active {
  readonly process: RunProcess
  readonly threads: number | null
  facts: RunFacts | null
  state: RunState
  /** Steps done in this process. */
  steps: number
  /** The lab itself ends it. */
  leaving: boolean
  job: { handle: JobHandle; end(how: 'done' | 'cancelled'): void } | null
  ended: Promise<void>
}

/** Keeps the runs of the open workspace. */
export function keepRuns(options: RunKeeperOptions): RunKeeper {
  const { document, jobs, engine, notice } = options
  const active = new Map<string, Active>()
  /** Runs that were taken up again by themselves: a second death is told and waits for a person. */
  const takenUp = new Set<string>()
  const followers = createFollowers()

  const stored = (id: string): StoredRun => {
    const run = findRun(document.readable(), id)
    if (run) return run
    throw new Failure('bad-argument', 'This run is not in the workspace any more.')
  }
  const folderOf = (id: string): string => runFolder(document.readable(), { id })

  async function read(
    id: string,
    onRecord?: (record: RunRecord) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<{ facts: RunFacts; pins: Pin[] }> {
    const request = { folder: folderOf(id), after: onRecord ? 0 : noRecords }
    return callTraining(engine, 'readRun', request, {
      signal,
      ...(onRecord ? { onItem: onRecord } : {}),
    })
  }

  function tell(id: string, facts: RunFacts | null): void {
    const run = findRun(document.readable(), id)
    if (run)
      followers.state(id, {
        kind: 'state',
        name: run.name,
        state: run.state,
        problem: run.problem,
        facts: facts ?? run.facts,
      })
  }

  /** Keeps how a run stands and tells everybody. */
  function keep(id: string, state: RunState, problem: Problem | null, facts?: RunFacts): void {
    const run = active.get(id)
    if (run) {
      run.state = state
      if (facts) run.facts = facts
    }
    try {
      keepRun(document.writable(), id, { state, problem, ...(facts ? { facts } : {}) })
    } catch (thrown) {
      notice('alarm', toFailure(thrown).message)
    }
    document.changed()
    tell(id, facts ?? run?.facts ?? null)
  }

  /** Reads what the run's folder says of it, and keeps that. */
  async function refresh(id: string): Promise<void> {
    const { facts, pins } = await read(id)
    const run = active.get(id)
    if (!run) return
    keep(id, run.state, null, { ...facts, state: run.state })
    followers.pins(id, { kind: 'pins', pins })
  }

  function beginJob(id: string, run: Active, name: string): void {
    if (run.job) return
    let end: (how: 'done' | 'cancelled') => void = () => undefined
    const until = new Promise<void>((resolve, reject) => {
      end = (how) => (how === 'done' ? resolve() : reject(cancelled()))
    })
    jobs
      .run(`Training ${name}`, 'steps', (handle) => {
        run.job = { handle, end }
        // Cancelling the job pauses the run: nothing is lost by it.
        handle.signal.addEventListener('abort', () => void control(id, 'pause', {}).catch(() => undefined))
        return until
      })
      .catch(() => undefined)
  }
  function endJob(run: Active, how: 'done' | 'cancelled'): void {
    run.job?.end(how)
    run.job = null
  }

  function take(id: string, run: Active, record: RunRecord): void {
    followers.record(id, record)
    if (record.kind === 'step') {
      run.steps++
      const total = run.facts?.totalSteps ?? 0
      const from = (run.facts?.step ?? 0) > 0 ? Math.max(0, record.step - run.steps) : 0
      run.job?.handle.progress(record.step - from, total > 0 ? total - from : null)
    }
    if (record.kind === 'checkpoint' || (record.kind === 'event' && record.what !== 'skipped'))
      void refresh(id).catch(() => undefined)
  }

  function settings(threads: number | null): RunSettings {
    const { threads: all = cpus().length, ...rest } = options.settings()
    return { ...rest, threads: threads ?? all, precision: 'exact' }
  }

  /** Trains in a new process until the run ends in whatever way. */
  function go(id: string, start: NewRun | null, threads: number | null): void {
    const { name, facts } = stored(id)
    const process = options.startProcess()
    const run: Active = {
      process,
      threads,
      facts: facts ?? null,
      state: 'running',
      steps: 0,
      leaving: false,
      job: null,
      ended: Promise.resolve(),
    }
    active.set(id, run)
    keep(id, 'running', null)
    beginJob(id, run, name)
    run.ended = callTraining(
      process,
      'train',
      { settings: settings(threads), folder: folderOf(id), start },
      { onItem: (record) => take(id, run, record) },
    )
      .then(
        (last) => {
          endJob(run, 'done')
          keep(id, last.state, last.problem, last)
        },
        (thrown: unknown) => {
          endJob(run, 'cancelled')
          died(id, run, toFailure(thrown))
        },
      )
      .catch((thrown: unknown) => notice('alarm', toFailure(thrown).message))
      .finally(() => {
        if (active.get(id) === run) active.delete(id)
        process.kill()
      })
  }

  function died(id: string, run: Active, failure: Failure): void {
    if (run.leaving) return keep(id, 'paused', null)
    const { name } = stored(id)
    if (failure.code !== 'engine-died') return keep(id, 'failed', toWire(failure))
    const checkpoint = run.facts?.checkpoint ?? ''
    const at = run.facts?.step ?? 0
    const problem = interruption(name, failure.message, checkpoint === '' ? null : at)
    if (checkpoint !== '' && run.steps > 0 && run.state === 'running' && !takenUp.has(id)) {
      takenUp.add(id)
      active.delete(id)
      notice('notice', `${problem.message} It goes on by itself from its checkpoint.`)
      return go(id, null, run.threads)
    }
    keep(id, 'interrupted', problem)
  }

  async function control(id: string, action: RunAction, set: MethodSettings): Promise<void> {
    const run = active.get(id)
    if (!run) {
      const { state } = stored(id)
      document.writable()
      if (action === 'continue') return resume(id)
      if (action === 'stop' && state !== 'finished') return keep(id, 'stopped', null)
      throw new Failure(
        'bad-argument',
        'The run does not train now.',
        'Resume it first, or branch off from a checkpoint.',
      )
    }
    const facts = await callTraining(run.process, 'controlTraining', { action, set })
    if (active.get(id) !== run) return
    if (action === 'pause') endJob(run, 'cancelled')
    if (action === 'continue') beginJob(id, run, stored(id).name)
    const state = action === 'pause' ? 'paused' : action === 'continue' ? 'running' : run.state
    if (action === 'stop') await run.ended
    else keep(id, state, null, { ...facts, state })
  }

  /** Goes on where the newest checkpoint stands, or from the beginning where there is none. */
  async function resume(id: string): Promise<void> {
    const run = stored(id)
    if (run.state === 'stopped' || run.state === 'finished')
      throw new Failure(
        'bad-argument',
        `${run.name} has ended.`,
        'Branch off from one of its checkpoints: the new run goes on from there.',
      )
    const known = await read(id).catch(() => null)
    takenUp.delete(id)
    go(id, known && known.facts.checkpoint !== '' ? null : run.start, null)
  }

  return {
    start: (name, start, threads) => {
      const workspace = document.writable()
      const id = addRun(workspace, name || freeRunName(workspace, start.method), start)
      go(id, start, threads)
      return id
    },
    control,
    follow: async (id, take, signal) => {
      stored(id)
      await followers.follow(
        id,
        async (hand) => {
          let records: RunRecord[] = []
          const flush = async (): Promise<void> => {
            const batch = records
            records = []
            if (batch.length > 0) await hand({ kind: 'records', records: batch })
          }
          const known = await read(
            id,
            async (record) => {
              records.push(record)
              if (records.length >= 256) await flush()
            },
            signal,
          ).catch((thrown: unknown) => {
            // A run that has just begun has no folder yet: everything of it is still to come.
            if (signal.aborted) throw thrown
            return null
          })
          await flush()
          const { name, state, problem, facts } = stored(id)
          await hand({ kind: 'state', name, state, problem, facts: known?.facts ?? facts })
          if (known && known.pins.length > 0) await hand({ kind: 'pins', pins: known.pins })
        },
        take,
        signal,
      )
    },
    remove: async (id, removed) => {
      const run = active.get(id)
      if (removed && run) {
        run.leaving = true
        run.process.kill()
        await run.ended
      }
      if (!removeRun(document.writable(), id, removed))
        throw new Failure('bad-argument', 'This run is not in the workspace any more.')
      document.changed()
    },
    opened: () => {
      takenUp.clear()
      let workspace
      try {
        workspace = document.writable()
      } catch {
        return
      }
      sweepRuns(workspace)
      for (const { id, name, state, facts } of listRuns(workspace)) {
        if (state !== 'running') continue
        const problem = interruption(
          name,
          'Emergence ended while it trained',
          facts?.checkpoint ? facts.step : null,
        )
        keepRun(workspace, id, { state: 'interrupted', problem })
        notice('notice', problem.message)
      }
    },
    rest: async () => {
      const resting = [...active].map(async ([id, run]) => {
        run.leaving = true
        const paused =
          run.state === 'paused'
            ? Promise.resolve(null)
            : callTraining(run.process, 'controlTraining', { action: 'pause', set: {} }).catch(() => null)
        const late = new Promise<null>((resolve) => setTimeout(resolve, restWithin, null).unref())
        const facts = await Promise.race([paused, late])
        if (facts) keep(id, 'paused', null, { ...facts, state: 'paused' })
        run.process.kill()
        await run.ended
      })
      await Promise.all(resting)
    },
  }
}

/** What a person reads of a run whose process is gone; `step`: of its newest checkpoint, null where it has none. */
function interruption(name: string, how: string, step: number | null): Problem {
  return {
    code: 'engine-died',
    message: `${name} was interrupted: ${how.replace(/\.$/, '')}.`,
    hint:
      step === null
        ? 'It has no checkpoint yet: resuming begins it anew.'
        : `Resuming goes on exactly where its checkpoint of step ${step.toLocaleString('en-GB')} stands.`,
  }
}

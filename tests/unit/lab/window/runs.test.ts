// Do runs survive what happens to processes, and is every ending said?
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LabDocument } from '../../../../src-main/lab/window/document.ts'
import { createJobBoard } from '../../../../src-main/lab/window/jobBoard.ts'
import { keepRuns, type RunKeeper } from '../../../../src-main/lab/window/runs/keeper.ts'
import type { FollowItem } from '../../../../src-main/lab/window/runs/followers.ts'
import { listRuns } from '../../../../src-main/lab/workspace/runs.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { RunFacts, RunRecord } from '../../../../src-shared/domain/run.ts'
import type { NewRun } from '../../../../src-shared/protocol/calls/training.ts'
import { newFolder, opening, writing } from '../workspace/folders.ts'

const start: NewRun = {
  method: 'dino',
  preset: 'demo',
  set: {},
  data: { kind: 'critters', count: 64, seed: 1, difficulty: 'medium', size: 64 },
  holdOut: 0.1,
  until: { steps: 10, epochs: null, seconds: null },
  seed: 0,
  pins: [],
  evaluateEvery: null,
  checkpointEvery: 60,
  targets: false,
  from: null,
}
const facts = (more: Partial<RunFacts>): RunFacts => ({
  folder: '',
  method: 'dino',
  preset: 'demo',
  settings: {},
  seed: 0,
  data: start.data,
  items: 58,
  heldOut: 6,
  classes: [],
  until: start.until,
  from: null,
  totalSteps: 10,
  stepsPerEpoch: 5,
  device: 'cpu',
  created: '2026-01-01T00:00:00.000Z',
  state: 'running',
  step: 0,
  seconds: 0,
  pictures: 0,
  metrics: {},
  collapse: null,
  problem: null,
  checkpoint: '',
  best: '',
  parameters: 1,
  ...more,
})
const step = (n: number): RunRecord => ({
  kind: 'step',
  step: n,
  seconds: n,
  pictures: n,
  metrics: { loss: 1 },
})

/** A process that trains when it is told to: what the engine would say is said by the test. */
function fakeProcesses() {
  const made: {
    started: NewRun | null
    threads: number
    item(record: RunRecord): void
    end(facts: RunFacts): void
    die(failure: Failure): void
    controlled: string[]
    killed: boolean
  }[] = []
  return {
    made,
    start: () => {
      const mine = { controlled: [] as string[], killed: false } as (typeof made)[0]
      made.push(mine)
      return {
        call: (name: string, request: unknown, options: { onItem?: (item: never) => void } = {}) => {
          if (name === 'controlTraining') {
            const { action } = request as { action: string }
            mine.controlled.push(action)
            return Promise.resolve(
              facts({ state: action === 'pause' ? 'paused' : 'running', step: 7, checkpoint: 'c' }),
            )
          }
          const { start: started, settings } = request as {
            start: NewRun | null
            settings: { threads: number }
          }
          mine.started = started
          mine.threads = settings.threads
          mine.item = (record) => options.onItem?.(record as never)
          return new Promise((resolve, reject) => {
            mine.end = resolve
            mine.die = reject
          })
        },
        kill: () => {
          mine.killed = true
          mine.die(
            new Failure(
              'engine-died',
              'The engine process ended in the middle of the work (signal SIGKILL).',
            ),
          )
        },
      }
    },
  }
}

function keeper(path = join(newFolder(), 'a.emergence')) {
  const workspace = writing(opening(path))
  const processes = fakeProcesses()
  const notices: string[] = []
  const onDisk: { facts: RunFacts | null; records: RunRecord[] } = { facts: null, records: [] }
  const runs: RunKeeper = keepRuns({
    document: {
      readable: () => workspace,
      writable: () => workspace,
      changed: () => undefined,
    } as unknown as LabDocument,
    jobs: createJobBoard(() => undefined),
    engine: {
      call: async (_, request, options) => {
        if (!onDisk.facts) throw new Failure('unreadable-file', 'There is no run.')
        const { after } = request as { after: number }
        for (const record of onDisk.records.slice(after)) await options?.onItem?.(record as never)
        return { facts: onDisk.facts, pins: [], records: onDisk.records.length }
      },
    },
    startProcess: processes.start,
    settings: () => ({ device: 'auto', precision: 'fast', threads: 2 }),
    notice: (_, text) => notices.push(text),
  })
  const row = () => listRuns(workspace)[0]!
  return { runs, workspace, processes: processes.made, notices, onDisk, row }
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

test('a run trains to its end in a process of its own, and what it became is kept', async () => {
  const { runs, processes, row } = keeper()
  const id = runs.start('', start, 1)
  expect(row()).toMatchObject({ id, name: 'dino-01', state: 'running' })
  expect(processes[0]).toMatchObject({ started: start, threads: 1 })
  processes[0]!.end(facts({ state: 'finished', step: 10 }))
  await settled()
  expect(row()).toMatchObject({ state: 'finished', facts: { step: 10 } })
  expect(processes[0]!.killed).toBe(true)
})

test('a run whose process is killed goes on once by itself from its checkpoint, and says so; then it waits', async () => {
  const { runs, processes, notices, onDisk, row } = keeper()
  runs.start('mine', start, null)
  onDisk.facts = facts({ step: 6, checkpoint: 'checkpoints/6.pth' })
  processes[0]!.item(step(1))
  processes[0]!.item({
    kind: 'checkpoint',
    step: 6,
    seconds: 1,
    pictures: 1,
    file: 'c',
    why: 'time',
    knn: null,
  })
  await settled()
  processes[0]!.die(
    new Failure('engine-died', 'The engine process ended in the middle of the work (signal SIGKILL).'),
  )
  await settled()
  expect(processes.length).toBe(2)
  expect(processes[1]!.started).toBe(null)
  expect(row().state).toBe('running')
  expect(notices[0]).toMatch(/^mine was interrupted: .*SIGKILL.*goes on by itself/)
  processes[1]!.item(step(7))
  processes[1]!.die(new Failure('engine-died', 'The engine process ended again.'))
  await settled()
  expect(processes.length).toBe(2)
  expect(row()).toMatchObject({ state: 'interrupted', problem: { hint: expect.stringContaining('step 6') } })
  await runs.control(row().id, 'continue', {})
  expect(processes[2]!.started).toBe(null)
})

test('a run that has no checkpoint yet waits for a person and begins anew', async () => {
  const { runs, processes, row } = keeper()
  const id = runs.start('mine', start, null)
  processes[0]!.die(new Failure('engine-died', 'It ended.'))
  await settled()
  expect(row()).toMatchObject({ state: 'interrupted', problem: { hint: expect.stringContaining('anew') } })
  await runs.control(id, 'continue', {})
  expect(processes[1]!.started).toEqual(start)
})

test('what the engine refuses is the run’s failure, in its words', async () => {
  const { runs, processes, row } = keeper()
  runs.start('mine', start, null)
  processes[0]!.die(new Failure('bad-data', 'The folder is empty.', 'Choose another.'))
  await settled()
  expect(row()).toMatchObject({ state: 'failed', problem: { message: 'The folder is empty.' } })
})

test('closing pauses what trains and ends its process; the next lab can take it up', async () => {
  const { runs, processes, row } = keeper()
  runs.start('mine', start, null)
  await runs.rest()
  expect(processes[0]).toMatchObject({ controlled: ['pause'], killed: true })
  expect(row()).toMatchObject({ state: 'paused', facts: { step: 7 } })
})

test('a run that trained when the lab was killed is found interrupted', async () => {
  const { runs, row, notices } = keeper()
  runs.start('mine', start, null)
  // Nobody said goodbye: the row still says that it trains.
  runs.opened()
  expect(row()).toMatchObject({ state: 'interrupted', problem: { code: 'engine-died' } })
  expect(notices).toEqual([expect.stringMatching(/^mine was interrupted: Emergence ended/)])
})

test('a window hears what is stored first, then what comes, then how it ended', async () => {
  const { runs, processes, onDisk } = keeper()
  const id = runs.start('mine', start, null)
  onDisk.facts = facts({})
  onDisk.records = [step(1), step(2)]
  const items: FollowItem[] = []
  const stop = new AbortController()
  const following = runs.follow(id, async (item) => void items.push(item), stop.signal)
  await settled()
  processes[0]!.item(step(3))
  processes[0]!.end(facts({ state: 'finished', step: 3 }))
  await new Promise((resolve) => setTimeout(resolve, 150))
  stop.abort()
  await following
  const told = items.flatMap((item): (string | number)[] =>
    item.kind === 'records' ? item.records.map((record) => record.step) : [item.kind],
  )
  expect(told).toEqual([1, 2, 'state', 'live', 3, 'state'])
  expect(items.at(-1)).toMatchObject({ state: 'finished' })
})

// How does a network train? Step after step, watched and steered, until the run ends; every checkpoint can go on exactly.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Collapse, MethodSettings, RunRecord, RunState } from '../../src-shared/domain/run.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import type { Course, Method, Metrics, Training, ViewRecipe } from '../methods/method.ts'
import { alarmOf, countCollapse, noCollapse, type CollapseCount } from './collapse.ts'
import type { Command } from './control.ts'
import { meanRow, prototypeUse } from './diagnostics.ts'
import { arraysOf, compiled, featureMetrics, feedsOf, refuseNaN, type Batch } from './stepping.ts'

/** Every step up to this one is recorded; later every tenth. */
const recordedSteps = 2000
/** Steps from one measurement of the features to the next. */
const rankEvery = 10
/** After so many steps a run that ends by the clock knows how many it will do. */
const paceSteps = 20

export interface Batches {
  next(): Promise<Batch>
  /** Seconds in all that `next` had to wait. */
  waited(): number
  close(): Promise<void>
}

/** How far a run is: everything beside tensors that going on exactly needs. */
export interface Standing {
  step: number
  seconds: number
  pictures: number
  course: Course
  settings: MethodSettings
  metrics: Metrics
  collapse: Collapse | null
  collapseCount: CollapseCount
  prototypes: number[][]
  best: { step: number; knn: number } | null
  /** Seconds at which the next of each is due. */
  due: { film: number; evaluation: number; checkpoint: number }
}

export interface LoopOptions {
  method: Method
  /** Classes of the data; 0 where it has none. */
  classes: number
  seed: number
  device: DeviceId
  threads?: number | undefined
  /** Ends the run; null: nothing does. */
  until: { steps: number | null; epochs: number | null; seconds: number | null }
  evaluateEvery: number | null
  checkpointEvery: number
  /** The teacher's mean targets with every recorded step. */
  targets: boolean
  /** Live changes that a run already knew beyond this point: they come again at their steps. */
  replayed: { step: number; set: MethodSettings }[]
  standing: Standing
  /** State to start from; its arrays become the loop's own. */
  state: Weights
}

export interface LoopTools {
  batches(views: readonly ViewRecipe[], from: number): Batches
  /** Keeps a record and tells it. */
  say(record: RunRecord): void
  /** Writes a checkpoint. Throws Failure `disk`. */
  checkpoint(why: 'time' | 'best' | 'asked' | 'end' | 'pause', run: Running): void
  /** Measures the network; gives records and metrics. */
  evaluate(run: Running): Promise<Metrics>
  film(run: Running): Promise<void>
  /** What somebody asks for at this moment; null: nothing. */
  asked(): Command | null
  /** Waits until somebody asks for something. */
  waits(): Promise<Command>
  /** How the run stands now, for whoever asks. */
  changed(state: RunState): void
}

/** The run as its tools see it. */
export interface Running {
  readonly training: Training
  readonly standing: Standing
  /** Copies of the state, by name. */
  state(): Weights
  /** Canonical weights of the network to look at. */
  network(): Weights
}

/** Trains until the run ends. Gives how it ended. Throws Failure; what was checkpointed before stays. */
export async function trainLoop(options: LoopOptions, tools: LoopTools): Promise<RunState> {
  const { standing, method, classes } = options
  let training = method.prepare(standing.settings, classes)
  const shapes = new Map(Array.from(options.state, ([name, { shape }]) => [name, shape]))
  let program = await compiled(training, options.state, options)
  let batches = tools.batches(training.views, standing.step)
  const use = prototypeUse(training.targets?.prototypes ?? 1, standing.prototypes)
  let clock = performance.now()
  const replayed = [...options.replayed]
  const pace: number[] = []

  const running: Running = {
    get training() {
      return training
    },
    standing,
    state: () =>
      new Map(
        Object.entries(program.read()).map(([name, { data }]) => [
          name,
          { shape: [...shapes.get(name)!], data: data as Float32Array },
        ]),
      ),
    network: () => training.weights((name) => program.read([name])[name]!.data as Float32Array),
  }
  const at = () => ({ step: standing.step, seconds: standing.seconds, pictures: standing.pictures })
  const tick = (): void => {
    const now = performance.now()
    standing.seconds += (now - clock) / 1000
    clock = now
  }
  const event = (what: Extract<RunRecord, { kind: 'event' }>['what'], text: string, more = {}): void =>
    tools.say({ kind: 'event', ...at(), what, text, ...more })

  const set = async (changes: MethodSettings): Promise<void> => {
    const settings = { ...standing.settings, ...changes }
    const next = method.prepare(settings, classes)
    const views = JSON.stringify(next.views) !== JSON.stringify(training.views)
    if (next.graph !== training.graph) {
      const state = running.state()
      const compiledNext = await compiled(next, state, options)
      await program.release()
      program = compiledNext
    }
    training = next
    standing.settings = settings
    if (views) {
      await batches.close()
      batches = tools.batches(training.views, standing.step)
    }
    event('set', wordsOf(changes), { set: changes })
  }

  /** Does what somebody asked for; gives how the run ends by it, null where it goes on. */
  const obey = async (first: Command | null): Promise<RunState | null> => {
    for (let command = first; command !== null; command = tools.asked()) {
      tick()
      try {
        if (command.action === 'set') {
          refuseDead(method, command.set)
          await set(command.set)
        } else if (command.action === 'checkpoint') tools.checkpoint('asked', running)
        else if (command.action === 'stop') {
          end('stopped')
          command.done()
          return 'stopped'
        } else if (command.action === 'pause' || command.action === 'leave') {
          tools.checkpoint('pause', running)
          event('paused', `Paused after step ${standing.step}.`)
          tools.changed('paused')
          command.done()
          if (command.action === 'leave') return 'paused'
          const how = await paused()
          clock = performance.now()
          if (how) return how
          continue
        }
        command.done()
      } catch (failure) {
        command.failed(failure)
        // Nobody is there any more to try again.
        if (command.action === 'leave') throw failure
      }
    }
    return null
  }
  const paused = async (): Promise<RunState | null> => {
    for (;;) {
      const command = await tools.waits()
      clock = performance.now()
      if (command.action === 'continue') {
        tools.changed('running')
        event('resumed', `Going on after step ${standing.step}.`)
        command.done()
        return null
      }
      if (command.action === 'pause') command.done()
      else {
        const how = await obey(command)
        if (how) return how
      }
    }
  }

  const observe = async (): Promise<void> => {
    const { due } = standing
    if (standing.seconds >= due.film) {
      await tools.film(running)
      tick()
      // Closer at the beginning, when most changes.
      due.film = Math.max(standing.seconds + 1, standing.seconds * 1.08)
    }
    if (options.evaluateEvery !== null && standing.seconds >= due.evaluation) {
      await evaluate()
      due.evaluation = standing.seconds + options.evaluateEvery
    }
    if (standing.seconds >= due.checkpoint) {
      due.checkpoint = standing.seconds + options.checkpointEvery
      keepGoing(() => tools.checkpoint('time', running))
    }
  }
  const evaluate = async (): Promise<void> => {
    const metrics = await tools.evaluate(running)
    tick()
    Object.assign(standing.metrics, metrics)
    tools.say({ kind: 'evaluation', ...at(), metrics })
    const { knn } = metrics
    if (typeof knn === 'number' && standing.step > 0 && knn > (standing.best?.knn ?? 0)) {
      standing.best = { step: standing.step, knn }
      keepGoing(() => tools.checkpoint('best', running))
    }
  }
  /** A full disk is told and does not end the run: the checkpoint before stays, and the next one may fit. */
  const keepGoing = (write: () => void): void => {
    try {
      write()
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.code !== 'disk') throw failure
      const { code, message, hint } = failure
      event('notice', `The checkpoint was not kept: ${message}`, { problem: { code, message, hint } })
    }
  }

  const step = async (): Promise<void> => {
    while (replayed[0] !== undefined && replayed[0].step <= standing.step) await set(replayed.shift()!.set)
    const began = performance.now()
    const before = batches.waited()
    const batch = await batches.next()
    const fed = feedsOf(training, batch, standing, options.seed)
    const looks = (standing.step + 1) % rankEvery === 0 || standing.step < rankEvery
    const wanted = ['loss', ...training.watched.filter((name) => name !== 'features' || looks)]
    const outputs = arraysOf(await program.step(fed.values, wanted))
    refuseNaN(outputs, training, standing.step + 1)
    standing.step++
    standing.pictures += training.batch
    tick()
    const seconds = (performance.now() - began) / 1000
    pace.push(seconds)
    pace.splice(0, pace.length - paceSteps)
    const metrics: Metrics = {
      loss: outputs['loss']![0] ?? null,
      ...training.metrics(outputs, fed.arrays),
      ...(outputs['features'] ? featureMetrics(outputs['features'], training.spec.width) : {}),
      images_per_second: (training.batch * pace.length) / pace.reduce((sum, one) => sum + one, 0),
      data_wait: Math.min(1, (batches.waited() - before) / seconds),
    }
    const targets = training.targets && outputs[training.targets.output]
    if (targets) Object.assign(metrics, use.take(targets))
    standing.prototypes = use.kept()
    Object.assign(standing.metrics, metrics)
    if (standing.step <= recordedSteps || standing.step % 10 === 0) {
      tools.say({ kind: 'step', ...at(), metrics })
      if (options.targets && targets && training.targets)
        tools.say({ kind: 'targets', ...at(), distribution: meanRow(targets, training.targets.prototypes) })
    }
    watch(metrics)
  }
  const watch = (metrics: Metrics): void => {
    standing.collapseCount = countCollapse(standing.collapseCount, metrics)
    if (standing.collapse !== null) {
      if (standing.collapseCount.kind === null && standing.collapseCount.steps >= 100) {
        standing.collapse = null
        event('notice', 'The targets have recovered from their collapse.')
      }
      return
    }
    standing.collapse = alarmOf(standing.collapseCount, metrics, standing.settings, standing.step)
    if (standing.collapse !== null)
      event('collapse', collapseWords(standing.collapse), { collapse: standing.collapse })
  }
  /** A run that ends by the clock alone plans its schedules by its own pace. */
  const planByClock = (): void => {
    const { until } = options
    if (until.seconds === null || until.steps !== null || until.epochs !== null) return
    if (standing.step !== paceSteps) return
    const perStep = [...pace].sort((a, b) => a - b)[pace.length >> 1]!
    // A tenth of the time goes into looking at the network.
    const more = (0.9 * Math.max(0, until.seconds - standing.seconds)) / perStep
    standing.course = { ...standing.course, totalSteps: standing.step + Math.max(1, Math.round(more)) }
    tools.changed('running')
  }

  try {
    for (;;) {
      tick()
      const how = await obey(tools.asked())
      if (how) return how
      await observe()
      const { until } = options
      const isOver =
        standing.step >= standing.course.totalSteps || standing.seconds >= (until.seconds ?? Infinity)
      if (isOver) {
        if (options.evaluateEvery !== null) await evaluate()
        await tools.film(running)
        return end('finished')
      }
      await step()
      planByClock()
      // Lets whoever asks for something be heard between two steps.
      await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    await batches.close()
    await program.release()
  }

  function end(how: 'stopped' | 'finished'): RunState {
    tick()
    tools.checkpoint('end', running)
    event(how, `${how === 'stopped' ? 'Stopped' : 'Finished'} after step ${standing.step}.`)
    return how
  }
}

function refuseDead(method: Method, set: MethodSettings): void {
  const dead = Object.keys(set).find((name) => !method.facts.settings.find((one) => one.name === name)?.live)
  if (dead === undefined) return
  const known = method.facts.settings.some(({ name }) => name === dead)
  throw new Failure(
    'bad-argument',
    known
      ? `${dead} cannot change while a run goes on.`
      : `${method.facts.name} has no setting ${JSON.stringify(dead)}.`,
    known ? 'Branch off from a checkpoint with the changed setting.' : '',
  )
}

const wordsOf = (set: MethodSettings): string =>
  Object.entries(set)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ')

const collapseWords = ({ kind, evidence, remedy }: Collapse): string =>
  `${kind === 'uniform' ? 'Collapsed to uniform targets.' : 'Collapsed to one dimension.'} ${evidence} ${remedy}`

/** How a run stands before its first step. */
export function firstStanding(settings: MethodSettings, course: Course, checkpointEvery: number): Standing {
  return {
    ...{ step: 0, seconds: 0, pictures: 0, course, settings },
    ...{ metrics: {}, collapse: null, collapseCount: noCollapse, prototypes: [], best: null },
    due: { film: 0, evaluation: 0, checkpoint: checkpointEvery },
  }
}

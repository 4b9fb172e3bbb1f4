// What happens from the order of a run to its end? Its folder, its data, where it goes on, what it keeps, how it is told.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Pin, RunFacts, RunRecord } from '../../src-shared/domain/run.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { writeNpy } from '../../src-shared/numerics/npy.ts'
import { toWire } from '../../src-shared/protocol/errors.ts'
import type { NewRun } from '../../src-shared/protocol/calls/training.ts'
import { startLoader } from '../datasets/loader.ts'
import type { PictureSet } from '../datasets/pictureSet.ts'
import { holdOut, openData } from '../datasets/source.ts'
import { methodNamed } from '../methods/registry.ts'
import type { Course, Method, Metrics, Training } from '../methods/method.ts'
import type { ControlQueue } from './control.ts'
import { firstStanding, trainLoop, type LoopTools, type Running, type Standing } from './loop.ts'
import {
  checkpointName,
  checkpointSteps,
  lockRun,
  makeRunFolder,
  openLog,
  readRunFile,
  writePins,
  writeRunFile,
  type Log,
} from './runFolder.ts'
import type { Place } from './stepping.ts'
import { readTensorFile, writeTensorFile, writeWhole } from './tensorFile.ts'

/** Checkpoints by time that are kept beside the best one and those that somebody asked for. */
const keptCheckpoints = 3

/** A network as it is looked at. */
export interface Network {
  spec: ModelSpec
  weights: Weights
}

/** Looks at the network while it trains; made anew for every run. */
export interface Observer {
  pins: Pin[]
  /** Metrics `knn`, `linear`, `mass`, … and those that do not change; embeddings of the held-out pictures. */
  evaluate(network: Network): Promise<{ metrics: Metrics; embeddings: Float32Array | null }>
  /** [CLS] attention on the pinned pictures. */
  film(
    network: Network,
  ): Promise<Pick<RunRecord & { kind: 'film' }, 'pin' | 'heads' | 'rows' | 'columns' | 'maps'>[]>
  close(): Promise<void>
}

export interface Split {
  train: Int32Array
  held: Int32Array
}

export interface RunTools {
  place: Place
  control: ControlQueue
  /** Hands a record to whoever listens. */
  say(record: RunRecord): void
  /** The run stands differently: for answers to whoever steers it. */
  changed(facts: RunFacts): void
  observer(order: NewRun, data: PictureSet, split: Split, spec: ModelSpec): Promise<Observer>
  /** Writes a network under its original's names. Throws Failure. */
  exportTo(path: string, network: Network): void
}

/** A checkpoint's words beside its tensors. */
interface Kept {
  standing: Standing
  why: Extract<RunRecord, { kind: 'checkpoint' }>['why']
  knn: number | null
  /** Of the log, when it was written. */
  logBytes: number
}

/**
 * Trains a run in `folder`: a new one as `start` orders it, or, where that is null, the one that is there from its newest
 * checkpoint on. `until` replaces when it ends. Throws Failure; the run's folder says the same.
 */
export async function trainRun(
  folder: string,
  start: NewRun | null,
  until: NewRun['until'] | null,
  tools: RunTools,
): Promise<RunFacts> {
  const known = start === null ? readRunFile(folder) : null
  const order = { ...(start ?? known!.order), ...(until ? { until } : {}) }
  const method = methodNamed(order.method)
  const unlock = lockRun(folder)
  let data: PictureSet | null = null
  try {
    data = await openData(order.data)
    if (known && known.dataHash !== data.hash)
      throw new Failure(
        'bad-data',
        `The data of the run in ${folder} are not those it began with.`,
        'Bring back the pictures as they were, or start a new run from its checkpoint.',
      )
    if (start) makeRunFolder(folder)
    return await trainOn(folder, order, method, data, start === null, tools)
  } finally {
    data?.close()
    unlock()
  }
}

async function trainOn(
  folder: string,
  order: NewRun,
  method: Method,
  data: PictureSet,
  resumed: boolean,
  tools: RunTools,
): Promise<RunFacts> {
  const classes = data.classes?.length ?? 0
  const split = holdOut(data, order.holdOut, order.seed)
  const from = comingFrom(folder, order, resumed)
  const settings = resumed && from ? from.standing.settings : method.settings(order.preset, order.set)
  const training = method.prepare(settings, classes)
  const stepsPerEpoch = Math.floor(split.train.length / training.batch)
  if (stepsPerEpoch < 1)
    throw new Failure(
      'bad-data',
      `A batch has ${training.batch} pictures, and there ${split.train.length === 1 ? 'is' : 'are'} ${split.train.length} to learn from.`,
      split.train.length > 1
        ? `Choose a batch_size of at most ${split.train.length}, or add pictures.`
        : 'Add pictures.',
    )
  const course = courseOf(order, settings, stepsPerEpoch)
  const standing: Standing = !from
    ? firstStanding(settings, course, order.checkpointEvery)
    : resumed
      ? { ...from.standing, course: order.until.seconds === null ? course : from.standing.course }
      : { ...from.standing, settings, course, collapse: null }
  const initial = training.initial(order.seed)
  const state = from ? fitting(from.tensors, initial, folder) : initial

  const { log, cut } = openLog(folder, resumed ? (from?.logBytes ?? 0) : 0)
  const observer = await tools.observer(order, data, split, training.spec)
  writePins(folder, observer.pins)
  const facts: RunFacts = {
    folder,
    ...{ method: order.method, preset: order.preset, seed: order.seed, data: order.data },
    ...{ settings: standing.settings, from: order.from, until: order.until },
    ...{ items: split.train.length, heldOut: split.held.length, classes: [...(data.classes ?? [])] },
    ...{ totalSteps: standing.course.totalSteps, stepsPerEpoch, device: tools.place.device },
    created: resumed ? readRunFile(folder).facts.created : new Date().toISOString(),
    state: 'running',
    ...{ step: standing.step, seconds: standing.seconds, pictures: standing.pictures },
    ...{ metrics: standing.metrics, collapse: null, problem: null },
    checkpoint: newest(folder),
    best: standing.best ? `${checkpointName(standing.best.step)}.pth` : '',
    parameters: weightCount(networkAt(training, state).weights),
  }
  const say = (record: RunRecord): void => {
    log.append(record)
    tools.say(record)
  }
  const changed = (to: Partial<RunFacts>): void => {
    Object.assign(facts, to, {
      ...{ step: standing.step, seconds: standing.seconds, pictures: standing.pictures },
      ...{ settings: standing.settings, totalSteps: standing.course.totalSteps },
      ...{ metrics: { ...standing.metrics }, collapse: standing.collapse },
    })
    writeRunFile(folder, { version: 1, order, dataHash: data.hash, facts })
    tools.changed({ ...facts })
  }
  const at = () => ({ step: standing.step, seconds: standing.seconds, pictures: standing.pictures })
  const keeper = checkpointKeeper(folder, log, say, at, changed, tools)
  try {
    changed({})
    if (resumed && from) {
      const { why, knn } = from
      log.append({ kind: 'checkpoint', ...at(), file: `${checkpointName(standing.step)}.pth`, why, knn })
    }
    say({
      kind: 'event',
      ...at(),
      what: resumed ? 'resumed' : 'started',
      text: startWords(order, facts, resumed),
    })
    await untrained(standing, order, observer, networkAt(training, initial))
    const loopTools: LoopTools = {
      batches: (views, from) => {
        const { batch } = training
        const loader = startLoader({
          data,
          items: split.train,
          batch,
          recipes: views,
          seed: order.seed,
          from,
          least: training.spec.patch,
        })
        let told = 0
        return {
          waited: () => loader.waited(),
          close: () => loader.close(),
          next: async () => {
            const next = await loader.next()
            for (const { name, reason } of loader.skipped().slice(told))
              say({ kind: 'event', ...at(), what: 'skipped', text: `${name} was left out: ${reason}` })
            told = loader.skipped().length
            return next
          },
        }
      },
      say,
      checkpoint: keeper,
      evaluate: async (running) => {
        const { metrics, embeddings } = await observer.evaluate(networkOf(running))
        if (embeddings) keepEmbeddings(folder, embeddings, running, say, at)
        return { ...metrics, ...untrainedOf(standing.metrics) }
      },
      film: async (running) => {
        for (const picture of await observer.film(networkOf(running)))
          say({ kind: 'film', ...at(), ...picture })
      },
      asked: () => tools.control.next(),
      waits: () => tools.control.wait(),
      changed: (state) => changed({ state }),
    }
    const state_ = await trainLoop(
      {
        ...{ method, classes, seed: order.seed, ...tools.place },
        ...{ until: order.until, evaluateEvery: order.evaluateEvery, checkpointEvery: order.checkpointEvery },
        ...{ targets: order.targets, standing, state },
        replayed: cut.flatMap((record) =>
          record.kind === 'event' && record.what === 'set' && record.set
            ? [{ step: record.step, set: record.set }]
            : [],
        ),
      },
      loopTools,
    )
    changed({ state: state_ })
    return { ...facts }
  } catch (thrown) {
    const problem = toWire(thrown)
    say({ kind: 'event', ...at(), what: 'failed', text: problem.message, problem })
    changed({ state: 'failed', problem })
    throw thrown
  } finally {
    await observer.close()
    log.close()
  }
}

/** The checkpoint that a run goes on from, or goes out from; null for one from the beginning. */
function comingFrom(folder: string, order: NewRun, resumed: boolean): (Kept & { tensors: Weights }) | null {
  const home = resumed ? folder : (order.from?.folder ?? null)
  if (home === null) return null
  const steps = checkpointSteps(home)
  const step = steps.findLast((step) => resumed || step <= order.from!.step)
  if (step === undefined) {
    if (resumed) return null
    throw new Failure('bad-argument', `The run in ${home} has no checkpoint up to step ${order.from!.step}.`)
  }
  const { tensors, meta } = readTensorFile(join(home, `${checkpointName(step)}.safetensors`))
  return { tensors, ...(JSON.parse(meta) as Kept) }
}

/** A checkpoint's tensors, where they are those that the settings ask for. Throws Failure. */
function fitting(tensors: Weights, wanted: Weights, folder: string): Weights {
  for (const [name, { shape }] of wanted) {
    const there = tensors.get(name)
    if (there?.shape.join() !== shape.join())
      throw new Failure(
        'bad-argument',
        `The checkpoint’s ${name} is [${there?.shape ?? 'missing'}]; the settings ask for [${shape}].`,
        `Keep the network’s own settings when going out from a checkpoint (${folder}).`,
      )
  }
  return tensors
}

/** How long the run is planned to be: the least of what is asked for, or what the preset plans. */
function courseOf(
  { until }: NewRun,
  settings: Readonly<Record<string, unknown>>,
  stepsPerEpoch: number,
): Course {
  const asked = [until.steps, until.epochs === null ? null : until.epochs * stepsPerEpoch].filter(
    (one) => one !== null,
  )
  const planned = asked.length > 0 ? Math.min(...asked) : Number(settings['epochs'] ?? 100) * stepsPerEpoch
  return { totalSteps: Math.max(1, Math.round(planned)), stepsPerEpoch }
}

/** Measures the network before its first step, once in a run. */
async function untrained(
  standing: Standing,
  order: NewRun,
  observer: Observer,
  network: Network,
): Promise<void> {
  if (order.evaluateEvery === null || standing.metrics['knn_untrained'] !== undefined) return
  const { metrics } = await observer.evaluate(network)
  for (const name of ['knn', 'linear', 'mass', 'jaccard', 'rank'])
    if (metrics[name] !== undefined) standing.metrics[`${name}_untrained`] = metrics[name]
}

const untrainedOf = (metrics: Metrics): Metrics =>
  Object.fromEntries(Object.entries(metrics).filter(([name]) => name.endsWith('_untrained')))

const networkAt = (training: Training, state: Weights): Network => ({
  spec: training.spec,
  weights: training.weights((name) => state.get(name)!.data),
})

const networkOf = (running: Running): Network => ({ spec: running.training.spec, weights: running.network() })

/** Writes checkpoints: the whole state, beside it the network under its original's names; old ones go. */
function checkpointKeeper(
  folder: string,
  log: Log,
  say: (record: RunRecord) => void,
  at: () => { step: number; seconds: number; pictures: number },
  changed: (to: Partial<RunFacts>) => void,
  tools: RunTools,
): LoopTools['checkpoint'] {
  const asked = new Set<number>()
  return (why, running) => {
    const { standing } = running
    const name = checkpointName(standing.step)
    const knn = standing.metrics['knn'] ?? null
    const kept: Kept = { standing, why, knn, logBytes: log.flush() }
    tools.exportTo(join(folder, `${name}.pth`), networkOf(running))
    try {
      writeTensorFile(join(folder, `${name}.safetensors`), {
        tensors: running.state(),
        meta: JSON.stringify(kept),
      })
    } catch (failure) {
      if (!checkpointSteps(folder).includes(standing.step))
        rmSync(join(folder, `${name}.pth`), { force: true })
      throw failure
    }
    say({ kind: 'checkpoint', ...at(), file: `${name}.pth`, why, knn })
    if (why === 'asked') asked.add(standing.step)
    prune(folder, new Set([...asked, ...(standing.best ? [standing.best.step] : [])]))
    changed({
      checkpoint: `${name}.pth`,
      best: standing.best ? `${checkpointName(standing.best.step)}.pth` : '',
    })
  }
}

function prune(folder: string, keep: ReadonlySet<number>): void {
  for (const step of checkpointSteps(folder).slice(0, -keptCheckpoints)) {
    if (keep.has(step)) continue
    for (const end of ['safetensors', 'pth'])
      rmSync(join(folder, `${checkpointName(step)}.${end}`), { force: true })
  }
}

function keepEmbeddings(
  folder: string,
  data: Float32Array,
  { training, standing }: Running,
  say: (record: RunRecord) => void,
  at: () => { step: number; seconds: number; pictures: number },
): void {
  const { width } = training.spec
  const items = data.length / width
  const file = `embeddings/step-${String(standing.step).padStart(8, '0')}.npy`
  writeWhole(join(folder, file), (write) => write(writeNpy({ shape: [items, width], data })))
  say({ kind: 'embeddings', ...at(), file, items, width })
}

const newest = (folder: string): string => {
  const step = checkpointSteps(folder).at(-1)
  return step === undefined ? '' : `${checkpointName(step)}.pth`
}

const weightCount = (weights: Weights): number =>
  Array.from(weights.values()).reduce((sum, { data }) => sum + data.length, 0)

function startWords(
  { method, preset }: NewRun,
  { items, step, parameters }: RunFacts,
  resumed: boolean,
): string {
  const network = `${(parameters / 1e6).toFixed(parameters < 1e6 ? 2 : 1)} million weights`
  return resumed ? `Going on after step ${step}.` : `${method}, ${preset}: ${items} pictures, ${network}.`
}

// `emergence train`: trains a network from nothing, on pictures without labels, and keeps everything that can be gone on from.
import { Argument, InvalidArgumentError } from 'commander'
import { resolve } from 'node:path'
import { dataWords } from '../../../src-shared/domain/dataWords.ts'
import type { MethodSettings, RunFacts, RunRecord } from '../../../src-shared/domain/run.ts'
import type { NewRun } from '../../../src-shared/protocol/calls/training.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { UsageError } from '../command.ts'
import type { CommandFile, Running } from '../command.ts'
import { positive, runSettings } from '../options.ts'
import type { CommonOptions } from '../options.ts'
import { table } from '../report.ts'

interface Options extends CommonOptions {
  preset?: string
  set: MethodSettings
  time?: number
  epochs?: number
  steps?: number
  resume?: string
  run?: string
  evaluateEvery?: number
  checkpointEvery?: number
  holdOut?: number
  pin?: string[]
}

/** Seconds between lines on stderr. */
const lineEvery = 5

/** `90`, `90s`, `10m`, `1h30m`: seconds. */
export function duration(text: string): number {
  const found = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text.trim())
  const [hours, minutes, seconds] = [1, 2, 3].map((i) => Number(found?.[i] ?? 0)) as [number, number, number]
  const all = 3600 * hours + 60 * minutes + seconds
  if (!(all > 0)) throw new InvalidArgumentError('A time like 90s, 10m or 1h30m is expected.')
  return all
}

function value(text: string): number | boolean | string {
  if (text === 'true' || text === 'on') return true
  if (text === 'false' || text === 'off') return false
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function setting(text: string, before: MethodSettings): MethodSettings {
  const [name = '', ...rest] = text.split('=')
  if (name === '' || rest.length === 0) throw new InvalidArgumentError('NAME=VALUE is expected.')
  return { ...before, [name.trim()]: value(rest.join('=')) }
}

function above0(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new InvalidArgumentError('A number above 0 is expected.')
  return number
}

export const train: CommandFile<Options> = {
  example: 'train dino critters:500 --preset demo --time 20s --run emergence-run',
  describe: (command) => {
    command
      .addArgument(new Argument('[METHOD]', 'dino, simclr, supervised'))
      .addArgument(
        new Argument('[DATA]', 'a folder of pictures, IDX, CIFAR, .npy, or critters[:COUNT[:SEED]]'),
      )
      .option('--preset <name>', 'demo, small, vit-s16, … (default: demo)')
      .option('--set <name=value>', 'a setting of the method; may be given again', setting, {})
      .option('--time <time>', 'ends after so long: 90s, 10m, 1h30m', duration)
      .option('--epochs <n>', 'ends after so many epochs', above0)
      .option('--steps <n>', 'ends after so many steps', positive)
      .option('--run <dir>', 'the run’s folder (default: ./emergence-train/)')
      .option('--resume <run>', 'goes on with a run where its newest checkpoint stands')
      .option(
        '--evaluate-every <time>',
        'how often the network is measured (default: a sixth of the time, at most 5m)',
        duration,
      )
      .option('--checkpoint-every <time>', 'how often a checkpoint is kept (default: 5m)', duration)
      .option('--hold-out <share>', 'share of the pictures kept for measuring (default: 0.1)', Number)
      .option('--pin <image...>', 'pictures whose attention is filmed')
  },
  run: async ({ client, call, notice }, [method, data], options) => {
    const { time, steps, epochs } = options
    const until = { steps: steps ?? null, epochs: epochs ?? null, seconds: time ?? null }
    const limited = steps !== undefined || epochs !== undefined || time !== undefined
    const folder = resolve(options.resume ?? options.run ?? 'emergence-train')
    if (options.resume === undefined && (method === undefined || data === undefined))
      throw new UsageError('Name a METHOD and DATA, or a run with --resume.')
    if (options.resume !== undefined && (method !== undefined || Object.keys(options.set).length > 0))
      throw new UsageError('--resume goes on as the run was ordered: leave METHOD, DATA and --set out.')
    const facts = await client.train(
      {
        settings: runSettings(options),
        folder,
        start: options.resume === undefined ? newRun(method!, data!, until, options) : null,
        ...(options.resume !== undefined && limited ? { until } : {}),
      },
      { ...call, onItem: told(notice) },
    )
    if (call.signal.aborted)
      throw new Failure(
        'cancelled',
        `Interrupted after step ${facts.step}, whose checkpoint is kept.`,
        `emergence train --resume ${folder} goes on with it.`,
      )
    return { json: documentOf(facts), text: page(facts) }
  },
}

function newRun(method: string, data: string, until: NewRun['until'], options: Options): NewRun {
  const most = 300
  return {
    ...{ method, preset: options.preset ?? 'demo', set: options.set, until },
    ...{ data: dataWords(data), seed: options.seed ?? 0, from: null, targets: false },
    holdOut: options.holdOut ?? 0.1,
    pins: (options.pin ?? []).map((path) => ({ kind: 'path' as const, path: resolve(path) })),
    evaluateEvery: options.evaluateEvery ?? Math.min(most, (options.time ?? 6 * most) / 6),
    checkpointEvery: options.checkpointEvery ?? most,
  }
}

/** Says on stderr how it goes. */
function told(notice: Running['notice']): (record: RunRecord) => void {
  let last = -Infinity
  return (record) => {
    const at = `${String(record.step).padStart(6)}  ${record.seconds.toFixed(0).padStart(5)} s`
    if (record.kind === 'event') notice(`${at}  ${record.text}`)
    else if (record.kind === 'evaluation') notice(`${at}  ${evaluationWords(record.metrics)}`)
    else if (record.kind === 'step' && record.seconds - last >= lineEvery) {
      last = record.seconds
      const { loss, entropy, images_per_second: speed } = record.metrics
      const parts = [`loss ${number(loss)}`, (entropy ?? null) === null ? '' : `entropy ${number(entropy)}`]
      notice(`${at}  ${[...parts, `${number(speed, 0)} pictures/s`].filter(Boolean).join(', ')}`)
    }
  }
}

const number = (value: number | null | undefined, digits = 3): string => value?.toFixed(digits) ?? '-'

function evaluationWords(metrics: RunRecordMetrics): string {
  const shown = (name: string, others: string[]): string => {
    if ((metrics[name] ?? null) === null) return ''
    const beside = others.flatMap((other) =>
      (metrics[`${name}_${other}`] ?? null) === null ? [] : `${other} ${number(metrics[`${name}_${other}`])}`,
    )
    return `${name} ${number(metrics[name])}${beside.length > 0 ? ` (${beside.join(', ')})` : ''}`
  }
  return [
    shown('knn', ['untrained', 'pixels']),
    shown('linear', ['untrained']),
    shown('mass', ['untrained', 'fixed']),
    shown('jaccard', ['untrained', 'fixed']),
  ]
    .filter(Boolean)
    .join('; ')
}
type RunRecordMetrics = Readonly<Record<string, number | null | undefined>>

function documentOf(facts: RunFacts): Record<string, unknown> {
  const { folder, step, metrics, checkpoint, collapse, seconds, device, state } = facts
  const file = checkpoint === '' ? null : resolve(folder, checkpoint)
  return {
    run: folder,
    steps: step,
    loss: metrics['loss'] ?? null,
    metrics,
    checkpoint: file,
    collapse,
    state,
    device,
    seconds,
  }
}

function page({ folder, step, metrics, checkpoint, collapse, seconds, device, state }: RunFacts): string {
  const rows = Object.entries(metrics).flatMap(([name, value]) =>
    value === null ? [] : [[name, Number(value.toPrecision(4)).toString()]],
  )
  return [
    table(rows),
    '',
    `${state} after ${step} steps, ${seconds.toFixed(0)} s, ${device}`,
    ...(collapse ? [`${collapse.evidence} ${collapse.remedy}`] : []),
    `checkpoint ${resolve(folder, checkpoint)}`,
    `run ${folder}`,
    '',
  ].join('\n')
}

// Does training learn, and what does it take? Runs of several methods and seeds, each gone on with where it stopped, and
// one table of all.
//
//   node tests/tools/learning.ts FOLDER [--data critters:6000:0:medium] [--seeds 0,1,2] [--time 20m] [--threads 2]
//     [--runs dino,simclr,supervised] [--preset demo] [--set NAME=VALUE ...] [--table]
//
// A run's folder is FOLDER/NAME-SEED; what is finished is not trained again. --table only prints.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkpointSteps, isRun, readRecords, standingOf } from '../../src-main/training/runFolder.ts'
import type { RunFacts } from '../../src-shared/domain/run.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: 'critters:6000:0:medium' },
    seeds: { type: 'string', default: '0,1,2' },
    time: { type: 'string', default: '20m' },
    threads: { type: 'string', default: String(availableParallelism()) },
    runs: { type: 'string', default: 'dino,simclr,supervised' },
    preset: { type: 'string', default: 'demo' },
    set: { type: 'string', multiple: true, default: [] },
    table: { type: 'boolean', default: false },
  },
})
const folder = resolve(positionals[0] ?? 'runs')
const command = resolve(import.meta.dirname, '../../src-main/cli/main.ts')

function train(method: string, seed: string): void {
  const run = join(folder, `${method}-${seed}`)
  if (isRun(run) && standingOf(run).state === 'finished') return
  const words = checkpointSteps(run).length > 0 ? ['--resume', run] : orderOf(method, seed, run)
  const all = [command, 'train', ...words, '--threads', options.threads]
  const { status } = spawnSync(process.execPath, all, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) process.exit(status ?? 1)
}

function orderOf(method: string, seed: string, run: string): string[] {
  const more = [
    '--preset',
    options.preset,
    '--time',
    options.time,
    '--evaluate-every',
    '2m',
    '--checkpoint-every',
    '2m',
  ]
  return [
    method,
    options.data,
    '--run',
    run,
    '--seed',
    seed,
    ...more,
    ...options.set.flatMap((one) => ['--set', one]),
  ]
}

const columns = ['knn', 'linear', 'mass', 'jaccard', 'rank'] as const

function row(name: string, { step, seconds, pictures, metrics }: RunFacts): string {
  const number = (key: string) => metrics[key]?.toFixed(3) ?? '-'
  const cells = columns.map((key) => {
    const beside = ['untrained', 'pixels', 'fixed'].map(
      (other) => metrics[`${key}_${other}`]?.toFixed(3) ?? '',
    )
    return `${number(key)} (${beside.filter(Boolean).join(', ')})`
  })
  const firsts = readRecords(join(folder, name)).filter(({ kind }) => kind === 'evaluation')
  const best = Math.max(
    0,
    ...firsts.map((record) => (record.kind === 'evaluation' ? (record.metrics['knn'] ?? 0) : 0)),
  )
  return `| ${[name, (seconds / 60).toFixed(1), step, pictures, ...cells, best.toFixed(3)].join(' | ')} |`
}

if (!options.table)
  for (const seed of options.seeds.split(','))
    for (const method of options.runs.split(',')) train(method, seed)
console.log(`| run | minutes | steps | pictures | ${columns.join(' | ')} | best knn |`)
console.log(`|${' --- |'.repeat(5 + columns.length)}`)
if (existsSync(folder))
  for (const name of readdirSync(folder).sort())
    if (isRun(join(folder, name))) console.log(row(name, standingOf(join(folder, name))))
console.log('In brackets: the untrained network, raw pixels, the fixed map, where there is one.')

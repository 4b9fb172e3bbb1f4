// Is a forward pass faster than PyTorch's and TensorFlow.js's? Ratios of paired, interleaved runs.
//
//   node tests/bench/forward.ts [--models vit-s16,vit-b16] [--batches 1,8] [--rounds 9] [--threads 2] [--without wasm]
//     [--patience 60]
//
// With patience, each round waits so many seconds at most until other programs leave the processor alone.
// PyTorch runs twice where Python has torch: tuned (OpenBLAS with OpenMP, as many threads as we use) and as Debian
// ships it (OpenBLAS with threads of its own beside PyTorch's; EMERGENCE_BENCH_BLAS names its folder).
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, appendFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomModel } from '../../src-main/networks/initialise.ts'
import { presets } from '../../src-main/networks/presets.ts'
import { median, quiet, start } from './protocol.ts'
import type { Contestant, Request } from './protocol.ts'

const { values: settings } = parseArgs({
  options: {
    models: { type: 'string', default: 'vit-s16,vit-b16' },
    batches: { type: 'string', default: '1,8' },
    rounds: { type: 'string', default: '9' },
    without: { type: 'string', default: '' },
    patience: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(availableParallelism()) },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const here = import.meta.dirname
const tuned = '/usr/lib/x86_64-linux-gnu/openblas-openmp'
const shipped = process.env['EMERGENCE_BENCH_BLAS'] ?? '/usr/lib/x86_64-linux-gnu/openblas-pthread'

/** What each ratio may be at most (ours over theirs). */
const bars: Record<string, (model: string, attention: boolean) => number | null> = {
  'torch tuned': (model, attention) => (attention ? 1.1 : model === 'vit-b16' ? 0.95 : 0.9),
  'torch as shipped': (_model, attention) => (attention ? null : 0.5),
  wasm: (_model, attention) => (attention ? null : 1 / 8),
}

function writeModel(folder: string, model: keyof typeof presets): void {
  mkdirSync(folder, { recursive: true })
  const spec = presets[model]
  const weights = randomModel(spec, 1)
  writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec))
  writeFileSync(
    join(folder, 'weights.json'),
    JSON.stringify([...weights].map(([name, { shape }]) => [name, shape])),
  )
  writeFileSync(join(folder, 'weights.bin'), '')
  for (const { data } of weights.values())
    appendFileSync(join(folder, 'weights.bin'), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

async function startAll(folder: string): Promise<Map<string, Contestant>> {
  const ours = (kind: string) =>
    start(process.execPath, [join(here, 'contestant.ts'), folder, kind, settings.threads])
  const torch = (blas: string, threads: string) =>
    existsSync(blas)
      ? start(settings.python, [join(here, 'torch_vit.py'), folder, threads], { LD_LIBRARY_PATH: blas })
      : (console.log(`no torch with ${blas}: there is no such folder`), null)
  const all: [string, () => Promise<Contestant | null> | null][] = [
    ['ours', () => ours('ours')],
    ['ours packed', () => ours('packed')],
    ['ours fast', () => ours('fast')],
    ['torch tuned', () => torch(tuned, settings.threads)],
    ['torch as shipped', () => torch(shipped, settings.threads)],
    ['wasm', () => ours('wasm')],
  ]
  const started = new Map<string, Contestant>()
  for (const [name, contestant] of all) {
    if (settings.without.split(',').includes(name)) continue
    const ready = await contestant()
    if (ready !== null) started.set(name, ready)
  }
  return started
}

const spread = (values: readonly number[], digits: number) =>
  [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(' / ')

async function measure(model: string, contestants: Map<string, Contestant>, request: Request): Promise<void> {
  const rounds = Number(settings.rounds)
  const times = new Map<string, number[]>()
  const processor = new Map<string, number[]>()
  let calm = 0
  for (let round = 0; round < rounds; round++) {
    if (await quiet(Number(settings.patience))) calm++
    for (const [name, contestant] of contestants) {
      // A slow contestant runs in every third round only.
      if (name === 'wasm' && (round % 3 !== 0 || request.attention)) continue
      const repeats = name === 'wasm' || request.batch > 1 ? 1 : request.repeats
      const reply = await contestant.ask({ ...request, repeats })
      times.set(name, (times.get(name) ?? []).concat(median(reply.times)))
      processor.set(name, (processor.get(name) ?? []).concat(reply.processor))
    }
  }
  const title = `${model} batch ${request.batch}${request.attention ? ', every layer’s attention fetched' : ''}`
  console.log(
    `\n${title}; ${calm} of ${rounds} rounds began on an idle processor\n  milliseconds, min / median / max`,
  )
  for (const [name, list] of times)
    console.log(
      `    ${name.padEnd(18)} ${spread(list, 1).padEnd(28)} processor ${spread(processor.get(name) ?? [], 1)}`,
    )
  console.log('  ours over theirs, min / median / max of paired rounds')
  for (const mine of ['ours', 'ours packed', 'ours fast'])
    for (const [name, list] of times) {
      if (name.startsWith('ours')) continue
      const step = name === 'wasm' ? 3 : 1
      const ratios = list.map(
        (theirs, index) => ((times.get(mine) as number[])[index * step] as number) / theirs,
      )
      const bar = bars[name]?.(model, request.attention) ?? null
      const verdict =
        bar === null ? '' : median(ratios) <= bar ? `  <= ${bar.toFixed(3)}` : `  ABOVE ${bar.toFixed(3)}`
      console.log(`    ${mine.padEnd(12)} / ${name.padEnd(18)} ${spread(ratios, 3)}${verdict}`)
    }
}

async function gemmRates(contestants: Map<string, Contestant>): Promise<void> {
  console.log('\nmatrix product 1024 x 1024 x 1024, GFLOPS, min / median / max')
  for (const [name, contestant] of contestants) {
    const { times } = await contestant.ask({ batch: 1, attention: false, repeats: 15, gemm: true })
    const rates = times.map((milliseconds) => (2 * 1024 ** 3) / milliseconds / 1e6)
    console.log(`    ${name.padEnd(18)} ${spread(rates, 0)}`)
  }
}

async function compareResults(contestants: Map<string, Contestant>): Promise<void> {
  const samples = new Map<string, number[]>()
  for (const [name, contestant] of contestants)
    samples.set(name, (await contestant.ask({ batch: 1, attention: false, repeats: 0 })).sample)
  const ours = samples.get('ours') as number[]
  const largest = (other: number[]) =>
    Math.max(...other.map((value, index) => Math.abs(value - (ours[index] as number))))
  const dot = (a: number[], b: number[]) =>
    a.reduce((sum, value, index) => sum + value * (b[index] as number), 0)
  const cosine = (other: number[]) => dot(ours, other) / Math.sqrt(dot(ours, ours) * dot(other, other))
  const differences = [...samples].map(
    ([name, sample]) => `${name} ${largest(sample).toExponential(1)} (cosine ${cosine(sample).toFixed(5)})`,
  )
  console.log(`largest difference of 1000 tokens' numbers: ${differences.join(', ')}`)
}

const folder = mkdtempSync(join(tmpdir(), 'emergence-bench-'))
try {
  for (const model of settings.models.split(',') as (keyof typeof presets)[]) {
    writeModel(join(folder, model), model)
    const contestants = await startAll(join(folder, model))
    console.log(`\n== ${model}, ${settings.threads} threads, ${settings.rounds} rounds`)
    await compareResults(contestants)
    await gemmRates(contestants)
    for (const batch of settings.batches.split(',').map(Number))
      for (const attention of [false, true])
        if (batch === 1 || model !== 'vit-b16')
          await measure(model, contestants, { batch, attention, repeats: 4 })
    for (const contestant of contestants.values()) contestant.stop()
  }
} finally {
  rmSync(folder, { recursive: true })
}

// Does DINO train faster than in PyTorch? From a folder of JPEGs to updated weights, and the step alone: paired runs.
//
//   node tests/bench/train.ts [--settings small,vit-s16] [--rounds 5] [--steps 8] [--threads 2] [--patience 60]
//     [--without "torch as shipped"] [--flat 1000]
//
// PyTorch runs the original recipe (torchvision's transforms, DataLoader with as many workers as cores, AdamW, clipping,
// moving average), tuned and as shipped, as in forward.ts. With --flat our memory is watched over so many steps.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { MethodSettings } from '../../src-shared/domain/run.ts'
import { random } from '../../src-shared/numerics/random.ts'
import { median, quiet, start } from './protocol.ts'

const { values: settings } = parseArgs({
  options: {
    settings: { type: 'string', default: 'small,vit-s16' },
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '8' },
    threads: { type: 'string', default: String(availableParallelism()) },
    patience: { type: 'string', default: '0' },
    without: { type: 'string', default: '' },
    flat: { type: 'string', default: '0' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
})
const here = import.meta.dirname
const tuned = '/usr/lib/x86_64-linux-gnu/openblas-openmp'
const shipped = process.env['EMERGENCE_BENCH_BLAS'] ?? '/usr/lib/x86_64-linux-gnu/openblas-pthread'

/** What is trained: settings of `dino`, by its names, and what our speed over theirs must be at least. */
const runs: Record<string, { set: MethodSettings; bars: Record<string, number> }> = {
  small: {
    set: {
      ...{ embed_dim: 192, depth: 6, num_heads: 3, patch_size: 8, batch_size: 32 },
      ...{ global_crops_size: 64, local_crops_size: 32, local_crops_number: 4 },
      ...{ out_dim: 1024, head_hidden_dim: 512, head_bottleneck_dim: 64 },
    },
    bars: { 'torch tuned': 1.1, 'torch as shipped': 2.2 },
  },
  'vit-s16': {
    set: {
      ...{ embed_dim: 384, depth: 12, num_heads: 6, patch_size: 16, batch_size: 4 },
      ...{ global_crops_size: 224, local_crops_size: 96, local_crops_number: 8 },
      ...{ out_dim: 65536, head_hidden_dim: 2048, head_bottleneck_dim: 256 },
    },
    bars: { 'torch tuned': 0.95, 'torch as shipped': 2 },
  },
}
/** Our step alone over tuned PyTorch's, and our peak memory over its, at most. */
const [stepBar, memoryBar] = [1.15, 1.7]

export interface TrainRequest {
  steps: number
  /** False: the same batch again and again, so that only the step counts. */
  load: boolean
}
export interface TrainReply {
  seconds: number
  /** Seconds of waiting for pictures. */
  waited: number
  losses: number[]
  /** Megabytes this process and its workers have held at most, and hold now. */
  peak: number
  now: number
}

/** A folder of JPEGs: random parts of the bundled photographs, 400 × 300 px. */
async function makePictures(folder: string, count: number): Promise<void> {
  const photos = join(here, '..', '..', 'resources', 'pictures')
  const names = readdirSync(photos).filter((name) => name.endsWith('.jpg'))
  const source = random(1)
  mkdirSync(folder)
  for (let i = 0; i < count; i++) {
    const photo = sharp(join(photos, names[i % names.length]!))
    const { width = 0, height = 0 } = await photo.metadata()
    const side = Math.min(width / 4, height / 3) * source.uniform(0.6, 1)
    const area = { width: Math.floor(4 * side), height: Math.floor(3 * side) }
    const left = source.integer(width - area.width + 1)
    const top = source.integer(height - area.height + 1)
    await photo
      .extract({ left, top, ...area })
      .resize(400, 300)
      .jpeg({ quality: 90 })
      .toFile(join(folder, `${i}.jpg`))
  }
}

const shown = (values: readonly number[], digits: number) =>
  [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(' / ')

async function compare(name: string, pictures: string): Promise<void> {
  const { set, bars } = runs[name]!
  const file = join(pictures, '..', `${name}.json`)
  writeFileSync(file, JSON.stringify(set))
  const { threads } = settings
  const torch = (blas: string) =>
    existsSync(blas)
      ? start(settings.python, [join(here, 'torch_train.py'), file, pictures, threads], {
          LD_LIBRARY_PATH: blas,
        })
      : Promise.resolve(null)
  const all = {
    ours: () => start(process.execPath, [join(here, 'trainContestant.ts'), file, pictures, threads]),
    'torch tuned': () => torch(tuned),
    'torch as shipped': () => torch(shipped),
  }
  const contestants = new Map<string, (request: TrainRequest) => Promise<TrainReply>>()
  const stops: (() => void)[] = []
  for (const [who, begin] of Object.entries(all)) {
    if (settings.without.split(',').includes(who)) continue
    const contestant = await begin()
    if (!contestant) continue
    contestants.set(who, (request) => contestant.ask(request as never) as never)
    stops.push(() => contestant.stop())
  }
  const batch = Number(set['batch_size'])
  const steps = Number(settings.steps)
  console.log(
    `\n== ${name}: ${threads} threads, batches of ${batch}, ${settings.rounds} rounds of ${steps} steps`,
  )
  for (const load of [true, false]) {
    const speeds = new Map<string, number[]>()
    const last = new Map<string, TrainReply>()
    let waited = 0
    let calm = 0
    for (const ask of contestants.values()) await ask({ steps: 2, load })
    for (let round = 0; round < Number(settings.rounds); round++) {
      if (await quiet(Number(settings.patience))) calm++
      for (const [who, ask] of contestants) {
        const reply = await ask({ steps, load })
        speeds.set(who, [...(speeds.get(who) ?? []), (steps * batch) / reply.seconds])
        last.set(who, reply)
        if (who === 'ours') waited = Math.max(waited, reply.waited / reply.seconds)
      }
    }
    console.log(
      `${load ? 'from JPEGs to updated weights' : 'the step alone'}; ${calm} rounds began on an idle processor`,
    )
    const ours = speeds.get('ours')!
    for (const [who, list] of speeds) {
      const ratios = list.map((theirs, i) => (load ? ours[i]! / theirs : theirs / ours[i]!))
      const bar = load ? bars[who] : who === 'torch tuned' ? stepBar : undefined
      const good = bar === undefined ? true : load ? median(ratios) >= bar : median(ratios) <= bar
      const verdict = bar === undefined ? '' : `  ${good ? 'keeps' : 'MISSES'} ${bar}`
      const words = load ? 'our speed over theirs' : 'our time over theirs'
      console.log(
        `  ${who.padEnd(18)} ${shown(list, 1)} pictures/s, peak ${last.get(who)!.peak.toFixed(0)} MB` +
          (who === 'ours' ? '' : `; ${words} ${shown(ratios, 3)}${verdict}`),
      )
    }
    if (load) {
      console.log(`  waiting for pictures: at most ${(100 * waited).toFixed(1)} % of the time (bar 5 %)`)
      const peer = last.get('torch tuned')
      if (peer) {
        const ratio = last.get('ours')!.peak / peer.peak
        console.log(`  peak memory over tuned PyTorch's: ${ratio.toFixed(2)} (bar ${memoryBar})`)
      }
    }
  }
  const flat = Number(settings.flat)
  if (flat > 0) {
    const ask = contestants.get('ours')!
    const before = (await ask({ steps: 50, load: true })).now
    const after = (await ask({ steps: flat, load: true })).now
    console.log(`  memory over ${flat} steps: ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB`)
  }
  for (const stop of stops) stop()
}

const folder = mkdtempSync(join(tmpdir(), 'emergence-bench-'))
try {
  await makePictures(join(folder, 'pictures'), 256)
  for (const name of settings.settings.split(',')) await compare(name, join(folder, 'pictures'))
} finally {
  rmSync(folder, { recursive: true })
}

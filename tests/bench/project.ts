// Are our maps faster than those of umap-learn, umap-js and scikit-learn, and as good? Ratios of paired rounds.
//
//   node tests/bench/project.ts [--what umap,tsne,neighbours,process] [--rows 2000,10000,50000] [--rounds 3]
//     [--tsne-rows 10000] [--threads 2] [--without umap-js] [--python /usr/bin/python3] [--patience 60]
//
// The data is Fashion-MNIST, projected to 384 numbers (fashion.ts); neighbours are part of every time.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createProducts } from '../../src-main/compute/products.ts'
import { keepProjection } from '../../src-main/processes/projection.ts'
import { exactNeighbours } from '../../src-main/projection/neighbours/exact.ts'
import { prepare } from '../../src-main/projection/neighbours/neighbours.ts'
import { unwatched } from '../../src-main/projection/ongoing.ts'
import { trustworthiness } from '../../src-main/projection/trustworthiness.ts'
import { affinities, affinityNeighbours } from '../../src-main/projection/tsne/affinities.ts'
import { labelVotes } from '../../src-shared/analysis/neighbourhoods.ts'
import { defaultMapSettings, type MapMethod } from '../../src-shared/domain/map.ts'
import { readNpy } from '../../src-shared/numerics/npy.ts'
import { createClient } from '../../src-shared/protocol/client.ts'
import { columns, writeFashion, type Labelled } from './fashion.ts'
import { median, quiet, start, type Contestant } from './protocol.ts'

export interface MapRequest {
  file: string
  out: string
  seed: number
  dims: 2 | 3
  method: MapMethod
  /** umap-learn: repeatable. */
  seeded: boolean
}
export interface MapReply {
  seconds: number
  /** Of the processor, all threads together. */
  processor: number
  /** Megabytes, the most ever held. */
  peak: number
  divergence: number | null
}
type Mapper = Contestant<MapRequest, MapReply>

const { values: settings } = parseArgs({
  options: {
    what: { type: 'string', default: 'umap,tsne,neighbours,process' },
    rows: { type: 'string', default: '2000,10000,50000' },
    'tsne-rows': { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    without: { type: 'string', default: '' },
    python: { type: 'string', default: '/usr/bin/python3' },
    patience: { type: 'string', default: '0' },
  },
})
const here = import.meta.dirname
const rounds = Number(settings.rounds)
const without = settings.without.split(',')
const folder = mkdtempSync(join(tmpdir(), 'emergence-maps-'))
const products = createProducts(Number(settings.threads))

const node = (kind: string): Promise<Mapper | null> =>
  start(process.execPath, [
    ...(kind === 'umap-js' ? ['--max-old-space-size=8000'] : []),
    join(here, 'projectContestant.ts'),
    kind,
    settings.threads,
  ])
const python = (method: string): Promise<Mapper | null> =>
  start(settings.python, [join(here, 'project_peers.py'), method])

/** By how much ours must be faster, by rows. */
const bars: Record<string, (rows: number) => number | null> = {
  'umap-learn seeded': (rows) => ({ 2000: 3, 10_000: 2.5, 50_000: 1.5 })[rows] ?? null,
  'umap-learn unseeded': (rows) => ({ 2000: 5, 10_000: 3, 50_000: 1.5 })[rows] ?? null,
  'umap-js': (rows) => ({ 2000: 3, 10_000: 3, 50_000: 5 })[rows] ?? null,
  'scikit-learn 2D': () => 1,
  'scikit-learn 3D': () => 1.5,
}

const spread = (values: readonly number[], digits: number): string =>
  [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(' / ')

interface Run extends MapReply {
  out: string
}
/** One run of each contestant in turn, `rounds` times; `fewer` runs in the first round only. */
async function inTurns(
  contestants: Map<string, { mapper: Mapper; request: Omit<MapRequest, 'out' | 'seed'> }>,
  fewer: readonly string[],
): Promise<Map<string, Run[]>> {
  const runs = new Map<string, Run[]>()
  for (let round = 0; round < rounds; round++) {
    await quiet(Number(settings.patience))
    for (const [name, { mapper, request }] of contestants) {
      if (round > 0 && fewer.includes(name)) continue
      const out = join(folder, `${name.replaceAll(' ', '-')}-${round}.npy`)
      const reply = await mapper.ask({ ...request, out, seed: round })
      runs.set(name, [...(runs.get(name) ?? []), { ...reply, out }])
    }
  }
  return runs
}

function report(runs: Map<string, Run[]>, mine: string, rows: number): void {
  console.log('  seconds, min / median / max (processor time, median; peak memory)')
  for (const [name, list] of runs)
    console.log(
      `    ${name.padEnd(22)} ${spread(
        list.map(({ seconds }) => seconds),
        2,
      ).padEnd(
        24,
      )} ${median(list.map(({ processor }) => processor)).toFixed(1)} s, ${Math.max(...list.map(({ peak }) => peak)).toFixed(0)} MB`,
    )
  console.log('  theirs over ours, min / median / max of paired rounds')
  for (const [name, list] of runs) {
    if (name.startsWith('ours')) continue
    const own = runs.get(mine)!
    const ratios = list.map(({ seconds }, i) => seconds / own[i]!.seconds)
    const used = list.map(({ processor }, i) => processor / own[i]!.processor)
    const bar = bars[name]?.(rows) ?? null
    const verdict = bar === null ? '' : median(ratios) >= bar ? `  >= ${bar}` : `  BELOW ${bar}`
    console.log(`    ${name.padEnd(22)} ${spread(ratios, 2)}${verdict}; of processor time ${spread(used, 2)}`)
  }
}

const placesIn = (path: string): Float32Array => readNpy(readFileSync(path)).data as Float32Array

async function umap(rows: number, set: Labelled, file: string): Promise<void> {
  const [ours, theirs] = [await node('ours'), await python('umap')]
  const other = without.includes('umap-js') ? null : await node('umap-js')
  const request = { file, dims: 3, method: 'umap', seeded: true } as const
  const contestants = new Map([
    ...(ours ? [['ours', { mapper: ours, request }] as const] : []),
    ...(theirs
      ? [
          ['umap-learn seeded', { mapper: theirs, request }] as const,
          ['umap-learn unseeded', { mapper: theirs, request: { ...request, seeded: false } }] as const,
        ]
      : []),
    ...(other ? [['umap-js', { mapper: other, request }] as const] : []),
  ])
  const runs = await inTurns(contestants, rows > 20_000 ? ['umap-js'] : [])
  for (const { mapper } of contestants.values()) mapper.stop()
  report(runs, 'ours', rows)
  console.log(
    '  trustworthiness (k = 15), and agreement of labels of 10 neighbours on the map: mean of the seeds',
  )
  const among = prepare(set.data, columns, 'cosine')
  for (const [name, list] of runs) {
    const [trust, agreement]: [number[], number[]] = [[], []]
    for (const { out } of list) {
      const places = placesIn(out)
      trust.push((await trustworthiness(among, places, 3, products, unwatched))!.value)
      const near = await exactNeighbours(prepare(places, 3, 'euclidean'), 10, products, unwatched)
      agreement.push(labelVotes(near.indices, 10, set.labels).agreement)
    }
    console.log(`    ${name.padEnd(22)} ${spread(trust, 4)}   ${spread(agreement, 4)}`)
  }
}

async function tsne(rows: number, set: Labelled, file: string): Promise<void> {
  const near = await exactNeighbours(
    prepare(set.data, columns, 'euclidean'),
    affinityNeighbours(30, rows),
    products,
    unwatched,
  )
  const shares = affinities(near, 30, 'euclidean', unwatched)
  for (const dims of [2, 3] as const) {
    const [ours, theirs] = [await node('ours'), await python('tsne')]
    const request = { file, dims, method: 'tsne', seeded: true } as const
    const runs = await inTurns(
      new Map([
        ...(ours ? [['ours', { mapper: ours, request }] as const] : []),
        ...(theirs ? [[`scikit-learn ${dims}D`, { mapper: theirs, request }] as const] : []),
      ]),
      [],
    )
    ours?.stop()
    theirs?.stop()
    console.log(`\n t-SNE, ${dims}D, 1,000 iterations`)
    report(runs, 'ours', rows)
    // scikit-learn's maps in three dimensions follow another t-distribution: only 2D can be compared by one measure.
    if (dims === 3) continue
    console.log('  Kullback-Leibler divergence of the maps, all pairs, the same shares for both')
    for (const [name, list] of runs)
      console.log(
        `    ${name.padEnd(22)} ${spread(
          list.map(({ out }) => divergence(shares, placesIn(out))),
          4,
        )}`,
      )
  }
}

/** The divergence with the sum over all pairs, in two dimensions. */
function divergence({ starts, others, shares }: ReturnType<typeof affinities>, places: Float32Array): number {
  const rows = starts.length - 1
  const squared = (i: number, j: number): number =>
    (places[2 * i]! - places[2 * j]!) ** 2 + (places[2 * i + 1]! - places[2 * j + 1]!) ** 2
  let total = 0
  for (let i = 0; i < rows; i++) for (let j = 0; j < i; j++) total += 2 / (1 + squared(i, j))
  let sum = 0
  for (let i = 0; i < rows; i++)
    for (let at = starts[i]!; at < starts[i + 1]!; at++)
      if (shares[at]! > 0) sum += shares[at]! * Math.log(shares[at]! * total * (1 + squared(i, others[at]!)))
  return sum
}

async function neighbours(file: string): Promise<void> {
  for (const search of ['exact', 'auto'] as const) {
    const projection = keepProjection()
    const found = await createClient(projection).neighbours({
      embeddings: { kind: 'path', path: file },
      k: 14,
      metric: 'cosine',
      search,
      threads: Number(settings.threads),
    })
    projection.stop()
    const how = found.search.exact ? 'all pairs' : `cells, recall ${found.search.recall!.toFixed(4)}`
    console.log(`  neighbours, ${search}: ${found.seconds.toFixed(2)} s with reading (${how})`)
  }
}

/** The process as a window sees it: how soon the first frame comes, how many come, how soon it obeys. */
async function inProcess(file: string): Promise<void> {
  const projection = keepProjection()
  const client = createClient(projection)
  const request = {
    embeddings: { kind: 'path', path: file },
    settings: defaultMapSettings,
    start: null,
    into: null,
    frames: true,
    trustworthiness: false,
    output: null,
  } as const
  let [known, first, frames] = [0, 0, 0]
  const began = performance.now()
  await client.project(request, {
    onItem: (item) => {
      if (item.kind === 'neighbours') known = performance.now()
      else if (frames++ === 0) first = performance.now()
    },
  })
  const seconds = (performance.now() - began) / 1000
  const obeyed: number[] = []
  for (const when of ['frame', 'frame', 'progress', 'progress'] as const) {
    const controller = new AbortController()
    let asked = 0
    const cancel = (): void => {
      if (controller.signal.aborted) return
      asked = performance.now()
      controller.abort()
    }
    const settings = { ...defaultMapSettings, metric: when === 'progress' ? 'euclidean' : 'cosine' } as const
    await client
      .project(
        { ...request, settings },
        {
          signal: controller.signal,
          onItem: (item) => {
            if (when === 'frame' && item.kind === 'frame' && item.epoch > 5) cancel()
          },
          onEvent: (event) => {
            if (when === 'progress' && event.kind === 'progress' && event.what === 'neighbours') cancel()
          },
        },
      )
      .catch(() => undefined)
    obeyed.push(performance.now() - asked)
  }
  projection.stop()
  console.log(
    `  in its process: ${seconds.toFixed(1)} s, first frame ${(first - known).toFixed(0)} ms after the neighbours, ` +
      `${frames} frames; cancel ${spread(obeyed, 0)} ms (killed ${projection.starts() - 1} times)`,
  )
}

const what = settings.what.split(',')
try {
  const sizes = new Set([
    ...(what.some((part) => part !== 'tsne') ? settings.rows.split(',') : []),
    ...(what.includes('tsne') ? settings['tsne-rows'].split(',') : []),
  ])
  for (const rows of [...sizes].map(Number)) {
    const prefix = join(folder, `fashion-${rows}`)
    const set = await writeFashion(rows, prefix)
    const asked = settings.rows.split(',').includes(String(rows))
    console.log(`\n== ${rows.toLocaleString('en')} rows, ${settings.threads} threads, ${rounds} rounds`)
    if (what.includes('umap') && asked) await umap(rows, set, `${prefix}.npy`)
    if (what.includes('neighbours') && asked) await neighbours(`${prefix}.npy`)
    if (what.includes('process') && asked) await inProcess(`${prefix}.npy`)
    if (what.includes('tsne') && settings['tsne-rows'].split(',').includes(String(rows)))
      await tsne(rows, set, `${prefix}.npy`)
  }
} finally {
  await products.release()
  rmSync(folder, { recursive: true })
}

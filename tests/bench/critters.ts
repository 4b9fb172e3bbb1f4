// How hard are critters? For each difficulty what chance, colours, raw pixels, an untrained and a supervised network reach.
//
//   npm run bench -- critters [--count 6000] [--steps 1500] [--difficulty medium] [--runs FOLDER]
//
// A fifth of each species is held out. k-NN everywhere (k = 20, T = 0.07). The supervised network is the demo preset's,
// trained for so many steps (0: none, and the untrained network is that preset's); its runs stay in FOLDER where one is
// given, and go on from there. docs/data.md has the figures.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { knnClassify } from '../../src-main/analysis/knn.ts'
import { startEngine } from '../../src-main/cli/engine.ts'
import { createCliLab } from '../../src-main/cli/lab.ts'
import { holdOut, openData } from '../../src-main/datasets/source.ts'
import {
  colourHistogram,
  histogramNumbers,
  pixelFeatures,
  pixelNumbers,
} from '../../src-main/engine/plainFeatures.ts'
import { difficulties } from '../../src-shared/domain/run.ts'
import type { DataSource, Difficulty } from '../../src-shared/domain/run.ts'

const { values: settings } = parseArgs({
  options: {
    count: { type: 'string', default: '6000' },
    steps: { type: 'string', default: '1500' },
    difficulty: { type: 'string' },
    runs: { type: 'string' },
  },
})
const wanted = difficulties.filter((step) => (settings.difficulty ?? step) === step)
const runs = settings.runs
  ? resolve(process.env['INIT_CWD'] ?? '.', settings.runs)
  : mkdtempSync(join(tmpdir(), 'emergence-critters-'))
const share = 0.2
const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(3).replace(/^0/, '')

const engine = startEngine()
const lab = createCliLab(engine)
const lines = [
  '| difficulty | chance | colour histogram | raw pixels | untrained network | supervised network, k-NN | its accuracy by a linear probe |',
  '|---|---|---|---|---|---|---|',
]
try {
  for (const difficulty of wanted) {
    const data = { kind: 'critters', count: Number(settings.count), seed: 0, difficulty, size: 96 } as const
    const plain = await withoutNetwork(data)
    console.log(difficulty, plain)
    const network = await withNetwork(data, difficulty)
    const row = [0.1, plain.histogram, plain.pixels, network.untrained, network.knn, network.linear].map(
      percent,
    )
    lines.push(`| ${difficulty} | ${row.join(' | ')} |`)
    console.log(lines.at(-1))
  }
} finally {
  engine.stop()
  if (!settings.runs) rmSync(runs, { recursive: true, force: true })
}
console.log(
  `\n${settings.count} pictures of 96 px, seed 0; supervised: ${settings.steps} steps\n\n${lines.join('\n')}`,
)

/** k-NN on colours and on pixels. */
async function withoutNetwork(source: DataSource): Promise<{ histogram: number; pixels: number }> {
  const data = await openData(source)
  const { train, held } = holdOut(data, share, 0)
  const features = async (items: Int32Array) => {
    const histogram = new Float32Array(items.length * histogramNumbers)
    const pixels = new Float32Array(items.length * pixelNumbers)
    for (const [i, item] of items.entries()) {
      const picture = await data.read(item)
      histogram.set(colourHistogram(picture), i * histogramNumbers)
      pixels.set(pixelFeatures(picture), i * pixelNumbers)
    }
    return { histogram, pixels, labels: Int32Array.from(items, (item) => data.label(item)!) }
  }
  const [known, asked] = [await features(train), await features(held)]
  const accuracy = (kind: 'histogram' | 'pixels', width: number): number =>
    knnClassify(
      { features: known[kind], labels: known.labels },
      { features: asked[kind], labels: asked.labels },
      width,
      data.classes!.length,
    ).top1! / 100
  return { histogram: accuracy('histogram', histogramNumbers), pixels: accuracy('pixels', pixelNumbers) }
}

interface Network {
  untrained: number | null
  knn: number | null
  linear: number | null
}

/** The same of a network before and after it learned the species from labels. */
async function withNetwork(data: DataSource, difficulty: Difficulty): Promise<Network> {
  const steps = Number(settings.steps)
  const folder = join(runs, `${difficulty}-${steps}`)
  const device = { device: 'auto', precision: 'exact' } as const
  const until = { steps: Math.max(1, steps), epochs: null, seconds: null }
  const order = {
    ...{ method: 'supervised', preset: 'demo', set: {}, data, holdOut: share, until, seed: 0, pins: [] },
    ...{ evaluateEvery: null, checkpointEvery: 300, targets: false, from: null },
  }
  const facts = await lab.train({ settings: device, folder, start: existsSync(folder) ? null : order })
  const heads = Number(facts.settings['num_heads'])
  const evaluate = (protocol: 'knn' | 'linear') =>
    lab.evaluate({
      ...{
        settings: device,
        model: { name: join(folder, facts.checkpoint), overrides: { heads } },
        data,
        protocol,
      },
      ...{
        k: 20,
        temperature: 0.07,
        split: null,
        holdOut: share,
        most: null,
        token: null,
        layer: -1,
        size: null,
        fit: 'crop' as const,
      },
      baselines: protocol === 'knn' ? ['untrained'] : [],
    })
  const knn = await evaluate('knn')
  const untrained = knn.baselines['untrained']?.['accuracy'] ?? null
  if (steps === 0) return { untrained, knn: null, linear: null }
  return {
    untrained,
    knn: knn.scores['accuracy'] ?? null,
    linear: (await evaluate('linear')).scores['accuracy'] ?? null,
  }
}

// How fast do we train? Loader and step as the training loop has them. A contestant of train.ts: a request a line.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openData } from '../../src-main/datasets/source.ts'
import { startLoader } from '../../src-main/datasets/loader.ts'
import { dino } from '../../src-main/methods/dino.ts'
import { compiled, feedsOf } from '../../src-main/training/stepping.ts'
import type { MethodSettings } from '../../src-shared/domain/run.ts'
import type { TrainReply, TrainRequest } from './train.ts'

const [file = '', folder = '', threads = '2'] = process.argv.slice(2)
const settings = dino.settings('small', JSON.parse(readFileSync(file, 'utf8')) as MethodSettings)
const training = dino.prepare(settings, 0)
const data = await openData({ kind: 'path', path: folder })
const { batch, views, spec } = training
const loader = startLoader({
  ...{ data, items: Int32Array.from({ length: data.items }, (_, i) => i), batch, recipes: views },
  ...{ seed: 1, least: spec.patch },
})
const program = await compiled(training, training.initial(1), { device: 'cpu', threads: Number(threads) })
const course = { totalSteps: 10_000, stepsPerEpoch: Math.floor(data.items / batch) }
const wanted = ['loss', ...training.watched.filter((name) => name !== 'features')]
let kept: Awaited<ReturnType<typeof loader.next>> | null = null
let step = 0

async function answer({ steps, load }: TrainRequest): Promise<TrainReply> {
  const losses: number[] = []
  const [since, waitedBefore] = [performance.now(), loader.waited()]
  for (let i = 0; i < steps; i++) {
    if (load || !kept) kept = await loader.next()
    const { values } = feedsOf(training, kept, { step: step++, course }, 1)
    const { loss } = await program.step(values, wanted)
    losses.push(loss!.data[0]!)
  }
  return {
    seconds: (performance.now() - since) / 1000,
    waited: loader.waited() - waitedBefore,
    losses,
    peak: process.resourceUsage().maxRSS / 1024,
    now: process.memoryUsage.rss() / 2 ** 20,
  }
}

const say = (reply: object) => process.stdout.write(`${JSON.stringify(reply)}\n`)
say({ ready: 'ours' })
for await (const line of createInterface({ input: process.stdin }))
  say(await answer(JSON.parse(line) as TrainRequest))

// Does `emergence train` train, stop well, and go on?
import { existsSync, mkdtempSync, readFileSync, rmSync, watchFile, unwatchFile } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { duration } from '../../../src-main/cli/commands/train.ts'
import { emergence, json } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'emergence-train-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const small = ['embed_dim=24', 'depth=2', 'num_heads=2', 'batch_size=8', 'out_dim=32', 'local_crops_number=2']
const words = (run: string, ...more: string[]) => [
  ...['train', 'dino', 'critters:60:0:easy', '--threads', '1', '--run', run],
  ...small.flatMap((set) => ['--set', set]),
  ...more,
]

test('a time may be written as seconds, minutes and hours', () => {
  expect(['90', '90s', '1.5m', '1h30m', '2h'].map(duration)).toEqual([90, 90, 90, 5400, 7200])
  for (const wrong of ['', 'm', '10 minutes', '-5s', '0s']) expect(() => duration(wrong)).toThrow(/90s, 10m/)
})

test(
  'a run is trained, measured and kept, and another command reads what it kept',
  { timeout: 60_000 },
  async () => {
    const run = join(folder, 'a')
    const document = await json(words(run, '--steps', '4'))
    expect(document).toMatchObject({ run, steps: 4, state: 'finished', collapse: null, device: 'cpu' })
    const { loss, metrics, checkpoint } = document as {
      loss: number
      metrics: Record<string, number>
      checkpoint: string
    }
    expect(loss).toBeGreaterThan(0)
    for (const name of [
      'knn',
      'knn_untrained',
      'knn_pixels',
      'linear',
      'mass',
      'mass_fixed',
      'jaccard',
      'rank',
    ])
      expect(metrics[name], name).toBeGreaterThan(0)
    const { spec } = (await json(['inspect', checkpoint])) as { spec: { width: number; family: string } }
    expect(spec).toMatchObject({ family: 'dino', width: 24 })
  },
)

test(
  'Ctrl-C keeps a checkpoint of the step it came after, and --resume goes on from it',
  { timeout: 90_000 },
  async () => {
    const run = join(folder, 'b')
    const log = join(run, 'log.jsonl')
    const said = await emergence(words(run, '--steps', '100000', '--json'), {
      meanwhile: (kill) =>
        watchFile(log, { interval: 50 }, () => {
          if (!existsSync(log) || !readFileSync(log, 'utf8').includes('"kind":"step"')) return
          unwatchFile(log)
          kill('SIGINT')
        }),
    })
    expect(said.exitCode).toBe(130)
    const { error } = JSON.parse(said.stdout) as { error: { code: string; message: string; hint: string } }
    expect(error.code).toBe('cancelled')
    const step = Number(/after step (\d+), whose checkpoint is kept/.exec(error.message)?.[1])
    expect(step).toBeGreaterThan(0)
    expect(error.hint).toContain(`--resume ${run}`)
    const document = await json(['train', '--resume', run, '--steps', String(step + 2), '--threads', '1'])
    expect(document).toMatchObject({ steps: step + 2, state: 'finished' })
  },
)

test('a command line that means nothing, and data that are none, are refused', async () => {
  const [noData, wrongSet, both, missing] = await Promise.all([
    emergence(['train', 'dino']),
    emergence(['train', 'dino', 'critters:20', '--set', 'lr']),
    emergence(['train', 'dino', 'critters:20', '--resume', folder]),
    emergence(['train', 'dino', join(folder, 'nothing'), '--run', join(folder, 'c')]),
  ])
  expect([noData, wrongSet, both, missing].map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 1])
  expect(wrongSet.stderr).toMatch(/NAME=VALUE/)
  expect(missing.stderr).toMatch(/There is no file or folder/)
})

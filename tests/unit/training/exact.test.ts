// Does a run repeat itself, and go on as if nothing had happened? Bit by bit.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import { checkpointName, checkpointSteps, readRecords } from '../../../src-main/training/runFolder.ts'
import { readTensorFile } from '../../../src-main/training/tensorFile.ts'
import { freshFolder, removeFolders, stepsOf, tinyOrder, trainTiny, type Trained } from './tinyRun.ts'

afterAll(removeFolders)

const stateOf = ({ folder, facts }: Trained) =>
  readTensorFile(join(folder, `${checkpointName(facts.step)}.safetensors`)).tensors
const lossesIn = (folder: string) => stepsOf(readRecords(folder)).map(({ metrics }) => metrics['loss'])

test('the same seed repeats the same losses and weights; another seed does not', async () => {
  const [one, other, different] = [
    await trainTiny(tinyOrder(6)),
    await trainTiny(tinyOrder(6)),
    await trainTiny(tinyOrder(6, { seed: 4 })),
  ]
  expect(one.losses).toHaveLength(6)
  expect(other.losses).toEqual(one.losses)
  expect(stateOf(other)).toEqual(stateOf(one))
  expect(different.losses).not.toEqual(one.losses)
})

test('a run killed at some step goes on to the same losses and weights as one that was not', async () => {
  const steps = 14
  const set = { drop_path_rate: 0.2 }
  const whole = await trainTiny(tinyOrder(steps, { set }))
  const folder = freshFolder()
  const child = fork(new URL('trainChild.ts', import.meta.url).pathname, [folder, String(steps)])
  await new Promise<void>((resolve) => {
    child.on('message', (step: number) => step >= 7 && child.kill('SIGKILL'))
    child.on('exit', () => resolve())
  })
  const kept = checkpointSteps(folder).at(-1)!
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(steps)
  const resumed = await trainTiny(null, { folder })
  expect(resumed.facts.state).toBe('finished')
  // What the killed process logged beyond its last checkpoint is there once, not twice.
  expect(lossesIn(folder)).toEqual(whole.losses)
  expect(stateOf({ ...resumed })).toEqual(stateOf(whole))
})

describe('a change while a run goes on', () => {
  const changed = async (until: number, folder?: string) =>
    trainTiny(tinyOrder(12), {
      ...(folder ? { folder } : {}),
      onRecord: (record, ask) => {
        if (record.kind !== 'step') return
        if (record.step === 2) void ask('checkpoint')
        // Fewer crops: another graph, other batches, the same state.
        if (record.step === 5) void ask('set', { local_crops: false, sharpening: false })
        if (record.step === until) void ask('leave')
      },
    })

  test('goes into effect between two steps and keeps the state', async () => {
    const [plain, { records, losses, facts }] = [await trainTiny(tinyOrder(12)), await changed(99)]
    expect(losses.slice(0, 5)).toEqual(plain.losses.slice(0, 5))
    expect(losses[5]).not.toBe(plain.losses[5])
    const set = records.find((record) => record.kind === 'event' && record.what === 'set')
    expect(set).toMatchObject({ step: 5, set: { local_crops: false, sharpening: false } })
    expect(facts.settings['local_crops']).toBe(false)
    expect(facts.state).toBe('finished')
  })

  test('comes again at its step where a run goes on from before it', async () => {
    const whole = await changed(99)
    const left = await changed(7)
    expect(left.facts.state).toBe('paused')
    // As if the checkpoint of the leaving had never been written.
    const { rmSync } = await import('node:fs')
    for (const end of ['safetensors', 'pth']) rmSync(join(left.folder, `${checkpointName(7)}.${end}`))
    const resumed = await trainTiny(null, { folder: left.folder })
    expect(resumed.records.find(({ step }) => step > 0)?.step).toBe(2)
    expect(lossesIn(left.folder)).toEqual(whole.losses)
  })
})

test('a run goes out from a checkpoint of another with changed settings', async () => {
  const base = await trainTiny(tinyOrder(8), {
    onRecord: (record, ask) => void (record.kind === 'step' && record.step === 4 && ask('checkpoint')),
  })
  const order = tinyOrder(8, { from: { folder: base.folder, step: 5 }, set: { teacher_temp: 0.08 } })
  const branch = await trainTiny(order)
  expect(stepsOf(branch.records)[0]!.step).toBe(5)
  expect(branch.losses).toHaveLength(4)
  expect(branch.losses[0]).not.toBe(base.losses[4])
  const wider = tinyOrder(8, { from: { folder: base.folder, step: 5 }, set: { embed_dim: 48 } })
  await expect(trainTiny(wider)).rejects.toThrow(/the settings ask for/)
})

test.each([
  { method: 'dino', role: 'teacher', family: 'dino', classes: null },
  { method: 'simclr', role: 'model', family: 'dino', classes: null },
  { method: 'supervised', role: 'model', family: 'timm', classes: 10 },
])('what a run of $method leaves is read by the reader of checkpoints, heads and all', async (one) => {
  const { method, role, family, classes } = one
  const plain = { embed_dim: 24, depth: 2, num_heads: 3, global_crops_size: 32, batch_size: 8 }
  const order = method === 'dino' ? tinyOrder(2) : tinyOrder(2, { method, set: plain })
  const { folder, facts } = await trainTiny(order)
  const opened = openCheckpoint(join(folder, facts.checkpoint))
  const { spec, weights } = opened.load({})
  opened.close()
  const heads = method === 'dino' ? 2 : 3
  expect(spec).toMatchObject({ family, classes, width: 24, depth: 2, heads, patch: 8 })
  const state = readTensorFile(join(folder, `${checkpointName(2)}.safetensors`)).tensors
  expect(weights.get('blocks.1.ffn.in.weight')!.data).toEqual(
    state.get(`${role}.blocks.1.ffn.in.weight`)!.data,
  )
})

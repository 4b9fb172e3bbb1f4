// Is a run steered between two steps, and does it end well whatever happens?
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { encodePng } from '../../../src-main/datasets/pictures.ts'
import { checkpointName, lockHolder, readRecords, standingOf } from '../../../src-main/training/runFolder.ts'
import { diskFailure } from '../../../src-main/training/tensorFile.ts'
import { toFailure } from '../../../src-shared/protocol/errors.ts'
import { exported, freshFolder, removeFolders, stepsOf, tinyOrder, trainTiny } from './tinyRun.ts'

afterAll(removeFolders)

describe('steering', () => {
  test('a pause holds before the next step, and going on continues with it', async () => {
    const seen: string[] = []
    const { losses } = await trainTiny(tinyOrder(5), {
      onRecord: (record, ask) => {
        if (record.kind === 'step') seen.push(`step ${record.step}`)
        if (record.kind === 'step' && record.step === 2)
          void ask('pause').then(() => {
            seen.push('paused')
            return ask('continue')
          })
      },
    })
    expect(seen).toEqual(['step 1', 'step 2', 'paused', 'step 3', 'step 4', 'step 5'])
    expect(losses).toEqual((await trainTiny(tinyOrder(5))).losses)
  })

  test('a stop ends the run with a checkpoint of its last step', async () => {
    const { facts, folder, losses } = await trainTiny(tinyOrder(50), {
      onRecord: (record, ask) => void (record.kind === 'step' && record.step === 3 && ask('stop')),
    })
    expect(facts).toMatchObject({ state: 'stopped', step: 3, checkpoint: `${checkpointName(3)}.pth` })
    expect(losses).toHaveLength(3)
    expect(existsSync(join(folder, facts.checkpoint))).toBe(true)
    expect(standingOf(folder).state).toBe('stopped')
    expect(lockHolder(folder)).toBe(null)
  })

  test('what cannot change is refused with the way out, and the run goes on', async () => {
    const refused: string[] = []
    const { facts } = await trainTiny(tinyOrder(4), {
      onRecord: (record, ask) => {
        if (record.kind !== 'step' || record.step !== 2) return
        for (const set of [{ depth: 3 }, { teacher_temp: -1 }, { tau: 1 }])
          ask('set', set).catch((thrown: unknown) => refused.push(toFailure(thrown).message))
      },
    })
    expect(facts.state).toBe('finished')
    expect(refused).toEqual([
      'depth cannot change while a run goes on.',
      'teacher_temp is -1; it must be a number from 0.001 to 10.',
      'dino has no setting "tau".',
    ])
  })
})

describe('what cannot work is said in a sentence', () => {
  const refusal = async (order: Parameters<typeof trainTiny>[0]) => {
    const { message, hint } = await trainTiny(order).then(
      () => expect.fail('it trained'),
      (thrown: unknown) => toFailure(thrown),
    )
    return `${message} ${hint}`
  }
  const pictures = async (sides: number[]): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'emergence-pictures-'))
    for (const [i, side] of sides.entries()) {
      const data = Uint8Array.from({ length: 3 * side * side }, (_, at) => (at * 37 + i) % 256)
      writeFileSync(
        join(folder, `${i}.png`),
        await encodePng({ width: side, height: side, channels: 3, data }),
      )
    }
    return folder
  }
  const onPath = (path: string) => tinyOrder(2, { data: { kind: 'path', path } })

  test('an empty folder', async () => {
    expect(await refusal(onPath(freshFolder()))).toMatch(/no pictures|holds no picture/i)
  })
  test('one picture', async () => {
    expect(await refusal(onPath(await pictures([32])))).toMatch(/batch has 8 pictures, and there (is|are) 1/)
  })
  test('a batch larger than the data', async () => {
    const order = tinyOrder(2, { set: { batch_size: 64 } })
    expect(await refusal(order)).toMatch(/batch has 64 pictures, and there are 38 .* at most 38/)
  })
  test('pictures smaller than a patch', async () => {
    expect(await refusal(onPath(await pictures(Array<number>(12).fill(4))))).toMatch(/pixels|small/)
  })
  test('a setting that is none, a value that does not fit, sizes that do not go together', async () => {
    expect(await refusal(tinyOrder(2, { set: { temperature: 1 } }))).toMatch(
      /no setting "temperature".*student_temp/,
    )
    expect(await refusal(tinyOrder(2, { set: { num_heads: 5 } }))).toMatch(/not a multiple of num_heads 5/)
    expect(await refusal(tinyOrder(2, { set: { local_crops_size: 20 } }))).toMatch(
      /not a multiple of patch_size 8/,
    )
  })
  test('a loss that is no number: the step and the tensor are named, the last good checkpoint stays', async () => {
    const folder = freshFolder()
    const order = tinyOrder(20, { set: { lr: 1e30, warmup_epochs: 0 }, checkpointEvery: 1e-9 })
    const failure = await trainTiny(order, { folder }).catch(toFailure)
    expect(failure).toMatchObject({ code: 'bad-data', hint: expect.stringContaining('lower lr') as string })
    expect((failure as Error).message).toMatch(/gradient of [\w.]+.* is no finite number at step \d+\.$/)
    const { state, problem, checkpoint, step } = standingOf(folder)
    expect([state, problem?.message]).toEqual(['failed', (failure as Error).message])
    expect(existsSync(join(folder, checkpoint))).toBe(true)
    expect(checkpoint).toBe(`${checkpointName(step)}.pth`)
  })
  test('a run that another process trains; a lock that a dead one left holds nobody back', async () => {
    const folder = freshFolder()
    const start = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]
    if (!existsSync('/proc/1/stat')) return
    writeFileSync(join(folder, 'lock'), `${process.ppid} ${start(process.ppid)}`)
    await expect(trainTiny(tinyOrder(1), { folder })).rejects.toThrow(/is being trained by process/)
    writeFileSync(join(folder, 'lock'), `${process.ppid} 1`)
    expect((await trainTiny(tinyOrder(1), { folder })).facts.state).toBe('finished')
  })
  test('a run in a folder that holds one already', async () => {
    const { folder } = await trainTiny(tinyOrder(1))
    await expect(trainTiny(tinyOrder(1), { folder })).rejects.toThrow(/already a run/)
  })
})

test('a disk that fills up during a checkpoint is told; the checkpoint before stays, and the run goes on', async () => {
  let writes = 0
  const { records, facts, folder } = await trainTiny(tinyOrder(6, { checkpointEvery: 1e-9 }), {
    exportTo: (path, network) => {
      writes++
      if (writes === 3 || writes === 4)
        throw diskFailure(path, Object.assign(new Error('write'), { code: 'ENOSPC' }))
      exported(path, network)
    },
  })
  const notices = records.filter((record) => record.kind === 'event' && record.what === 'notice')
  expect(notices.map((record) => (record.kind === 'event' ? record.problem?.message : ''))).toEqual([
    expect.stringMatching(/the disk is full/),
    expect.stringMatching(/the disk is full/),
  ])
  expect(facts.state).toBe('finished')
  expect(existsSync(join(folder, facts.checkpoint))).toBe(true)
  expect(stepsOf(readRecords(folder))).toHaveLength(6)
})

test('a torn last line of a log is left out', async () => {
  const { folder } = await trainTiny(tinyOrder(2))
  const before = readRecords(folder)
  writeFileSync(join(folder, 'log.jsonl'), '{"kind":"step","step":3,"seco', { flag: 'a' })
  expect(readRecords(folder)).toEqual(before)
  rmSync(folder, { recursive: true })
})

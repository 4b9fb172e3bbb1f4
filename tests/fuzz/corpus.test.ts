// Does every file of the corpus end as it should: opened, opened with inert parts named, or refused in one sentence?
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openContainer, type Container } from '../../src-main/checkpoints/containers/container.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import { benign } from './corpus/benign.ts'
import { brokenArchives } from './corpus/brokenArchives.ts'
import { brokenArrays } from './corpus/brokenArrays.ts'
import { brokenPickles } from './corpus/brokenPickles.ts'
import { brokenTensors } from './corpus/brokenTensors.ts'
import type { CorpusCase, Opened, Refused } from './corpus/case.ts'
import { harmfulPickles } from './corpus/harmfulPickles.ts'
import { walkTensors } from './corpus/look.ts'

const folder = mkdtempSync(join(tmpdir(), 'emergence-corpus-'))
const canary = join(folder, 'canary')
afterAll(() => rmSync(folder, { recursive: true }))

/** Nothing may take more of a processor's time, or more memory, than this. */
const seconds = 2
const megabytes = 1500

const groups = { benign, harmfulPickles, brokenPickles, brokenTensors, brokenArchives, brokenArrays }
for (const [group, cases] of Object.entries(groups))
  describe(group, () => {
    it.each(cases.map((file) => [file.name, file] as const))('%s', (_, file) => checkCase(file))
  })

describe('the corpus', () => {
  it('holds at least forty benign oddities', () => {
    expect(benign.length).toBeGreaterThanOrEqual(40)
  })
  it('ran nothing', () => {
    expect(existsSync(canary)).toBe(false)
  })
})

function checkCase(file: CorpusCase): void {
  const path = join(folder, file.file)
  writeFileSync(path, file.bytes(canary))
  const before = process.memoryUsage().rss
  const start = process.cpuUsage()
  let opened: Container | null = null
  let failure: unknown = null
  try {
    opened = openContainer(path)
  } catch (error) {
    failure = error
  }
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1e6).toBeLessThan(seconds)
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(megabytes)
  expect(existsSync(canary)).toBe(false)
  if ('code' in file.expected) checkRefused(failure, file.expected, file.file)
  else checkOpened(opened, failure, file.expected)
}

function checkRefused(failure: unknown, expected: Refused, name: string): void {
  expect(failure).toBeInstanceOf(Failure)
  const { code, message } = failure as Failure
  expect({ code, message }).toEqual({
    code: expected.code,
    message: expect.stringMatching(expected.says) as string,
  })
  expect(message).toContain(name)
  expect(message).toMatch(/\.$/)
  // eslint-disable-next-line no-control-regex
  expect(message).not.toMatch(/[\u0000-\u001f]/)
}

function checkOpened(opened: Container | null, failure: unknown, expected: Opened): void {
  if (!opened) throw failure
  expect(opened.inert.map(({ global }) => global)).toEqual(expected.inert)
  expected.check?.(opened)
  walkTensors(opened.root, (tensor) => {
    try {
      tensor.read()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      expect(error.code).toBe('unsupported-model')
    }
  })
  opened.close()
}

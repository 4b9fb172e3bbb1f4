import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { random } from '../../../../src-shared/numerics/random.ts'
import { killRounds } from './kills.ts'

test('twenty kills at random moments lose no acknowledged write and leave a whole file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-test-'))
  const source = random(7)
  try {
    const report = await killRounds(join(folder, 'killed.emergence'), 20, () => source.uniform())
    expect(report.damaged).toEqual([])
    expect(report.lost).toEqual([])
    expect(report.kills).toBe(20)
    expect(report.acknowledged).toBeGreaterThan(report.kills)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

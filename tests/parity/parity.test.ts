// Does every network compute what the original code computes? Each golden, within its own tolerance.
import { describe, expect, it } from 'vitest'
import { goldenCases } from '../tools/goldens.ts'
import { checksOf } from './checks.ts'
import { failures } from './compare.ts'
import { eager } from './run.ts'

describe.each(goldenCases())('$name equals the original', (golden) => {
  it.each(checksOf(golden))('$file at $label', async ({ measure }) => {
    const rows = await measure(eager)
    expect(rows.length).toBeGreaterThan(0)
    expect(failures(rows)).toBe('')
  })
})

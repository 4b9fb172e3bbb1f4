// Do the controls read what a person means? Sliders, the palette, the tree, drops and the job bar.
import { describe, expect, it } from 'vitest'
import { countKinds } from '../../../src-renderer/app/dropped.ts'
import { mainJob, milestone, progressWords } from '../../../src-renderer/app/jobs.ts'
import { targetsFor } from '../../../src-renderer/app/offers.ts'
import type { Job } from '../../../src-renderer/client/lab.ts'
import { stressed } from '../../../src-renderer/ui/explain.ts'
import { find, pieces } from '../../../src-renderer/ui/search.ts'
import { readNumber, snap, writeNumber } from '../../../src-renderer/ui/slider.ts'
import { places, treeMove, type TreeGroup } from '../../../src-renderer/ui/tree.ts'

const percent = { min: 0, max: 1, step: 0.01, shown: 100, digits: 0 }

describe('a slider’s number', () => {
  it('is read with units, commas and beyond the limits', () => {
    expect(readNumber('60', percent)).toBe(0.6)
    expect(readNumber(' 60 % ', percent)).toBe(0.6)
    expect(readNumber('12,4', percent)).toBe(0.12)
    expect(readNumber('900', percent)).toBe(1)
    expect(readNumber('-4', percent)).toBe(0)
    expect(readNumber('many', percent)).toBeNull()
    expect(readNumber('', percent)).toBeNull()
  })
  it('stands on a step and is written with the same digits', () => {
    expect(snap(0.333, { ...percent, step: 0.05 })).toBe(0.35)
    expect(writeNumber(0.6, percent)).toBe('60')
    expect(writeNumber(3, { min: 0, max: 11, step: 1, shown: 1, digits: 0 })).toBe('3')
  })
})

describe('the palette', () => {
  const entries = [
    { text: 'Open Inspect' },
    { text: 'Inspect raccoon', also: ['look'] },
    { text: 'Dark theme', also: ['appearance'] },
    { text: 'Copy diagnostics' },
  ]
  it('puts beginnings before the middle of words', () => {
    expect(find(entries, 'ins').map(({ entry }) => entry.text)).toEqual(['Inspect raccoon', 'Open Inspect'])
  })
  it('finds by other words and says so', () => {
    expect(find(entries, 'appear')[0]).toMatchObject({ entry: { text: 'Dark theme' }, via: 'appearance' })
  })
  it('finds by the first letters of words, not by scattered ones', () => {
    expect(find(entries, 'cd').map(({ entry }) => entry.text)).toEqual(['Copy diagnostics'])
    expect(find(entries, 'zzz')).toEqual([])
  })
  it('offers everything before anything is typed', () => {
    expect(find(entries, ' ')).toHaveLength(4)
  })
  it('marks what matched', () => {
    expect(pieces('Open Inspect', find([{ text: 'Open Inspect' }], 'insp')[0]!.marks)).toEqual([
      { text: 'Open ', marked: false },
      { text: 'Insp', marked: true },
      { text: 'ect', marked: false },
    ])
  })
})

describe('the tree', () => {
  const row = (id: string) => ({ id, label: id, meta: '', selected: false, problem: '' })
  const groups: TreeGroup[] = [
    { id: 'models', label: 'Models', empty: '', add: '', open: true, rows: [row('deit'), row('dino')] },
    { id: 'pictures', label: 'Pictures', empty: '', add: '', open: false, rows: [row('cat')] },
  ]
  it('shows no rows of a folded group', () => {
    expect(places(groups)).toHaveLength(4)
  })
  it('moves, folds and unfolds with arrows', () => {
    expect(treeMove(groups, { group: 'models', row: null }, 'ArrowDown')).toEqual({
      kind: 'go',
      to: { group: 'models', row: 'deit' },
    })
    expect(treeMove(groups, { group: 'models', row: 'dino' }, 'ArrowLeft')).toEqual({
      kind: 'go',
      to: { group: 'models', row: null },
    })
    expect(treeMove(groups, { group: 'pictures', row: null }, 'ArrowRight')).toEqual({
      kind: 'fold',
      group: 'pictures',
      open: true,
    })
    expect(treeMove(groups, { group: 'pictures', row: null }, 'ArrowDown')).toBeNull()
  })
  it('goes to the next row that begins with a letter', () => {
    expect(treeMove(groups, { group: 'models', row: 'deit' }, 'd')).toEqual({
      kind: 'go',
      to: { group: 'models', row: 'dino' },
    })
    expect(treeMove(groups, { group: 'models', row: 'deit' }, 'z')).toBeNull()
  })
})

describe('dropping', () => {
  const offer = {
    id: 'inspect',
    icon: 'scan-eye' as const,
    offer: ({ pictures }: { pictures: number }) =>
      pictures > 0 ? { title: 'Inspect the first', text: '' } : null,
    drop: () => undefined,
  }
  it('counts pictures, videos and other files', () => {
    expect(
      countKinds([
        { kind: 'file', type: 'image/png' },
        { kind: 'file', type: '' },
        { kind: 'file', type: 'video/webm' },
        { kind: 'string', type: 'text/plain' },
      ]),
    ).toEqual({
      pictures: 1,
      videos: 1,
      others: 1,
    })
  })
  it('offers the view’s own place and adding, with the count in words', () => {
    const targets = targetsFor({ kind: 'files', ids: [], pictures: 3, videos: 0, others: 0 }, [offer])
    expect(targets.map(({ title }) => title)).toEqual(['Inspect the first', 'Add 3 files'])
  })
  it('says what can be opened where a view takes nothing, and refuses rows that none takes', () => {
    expect(targetsFor({ kind: 'files', ids: [], pictures: 0, videos: 0, others: 1 }, [offer])).toHaveLength(1)
    expect(targetsFor({ kind: 'model', ids: ['m'], pictures: 0, videos: 0, others: 0 }, [offer])).toEqual([])
  })
})

describe('the job bar', () => {
  const job = (more: Partial<Job>): Job => ({
    id: 'j',
    title: 'Reading',
    state: 'running',
    done: 0,
    total: 0,
    unit: '',
    left: null,
    seconds: 0,
    problem: null,
    ...more,
  })
  it('shows the running job that has run longest', () => {
    expect(mainJob([job({ state: 'done' })])).toBeNull()
    expect(mainJob([job({ id: 'a', seconds: 1 }), job({ id: 'b', seconds: 5 })])?.id).toBe('b')
  })
  it('says only what it knows', () => {
    expect(progressWords(job({}))).toBe('')
    expect(progressWords(job({ done: 1174, total: 1887, seconds: 28.6, left: 17 }))).toBe(
      '1,174 of 1,887 · 41/s · 17 s left',
    )
  })
  it('tells screen readers of quarters and ends only', () => {
    const quarter = milestone([job({ done: 30, total: 100, seconds: 5 })])
    expect(milestone([job({ done: 40, total: 100, seconds: 6 })])).toBe(quarter)
    expect(milestone([job({ done: 60, total: 100, seconds: 9 })])).not.toBe(quarter)
    expect(milestone([job({ done: 1, total: 100, seconds: 0.1 })])).toBe('')
    expect(milestone([job({ state: 'done', seconds: 9 })])).toContain('done')
  })
})

describe('explanations', () => {
  it('stress words between pairs of asterisks and nothing else', () => {
    expect(stressed('How **strongly** it <b>reads</b>')).toEqual([
      { text: 'How ', strong: false },
      { text: 'strongly', strong: true },
      { text: ' it <b>reads</b>', strong: false },
    ])
  })
})

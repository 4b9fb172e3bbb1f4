// Do the keys of Parts and Reconstruct stand in the overview, and change what they say?
import { describe, expect, test } from 'vitest'
import { partsCommands } from '../../../src-renderer/views/parts/commands.ts'
import type { PartsModel } from '../../../src-renderer/views/parts/parts.svelte.ts'
import { readPartsSettings } from '../../../src-renderer/views/parts/settings.ts'
import { reconstructCommands } from '../../../src-renderer/views/reconstruct/commands.ts'
import type { ReconstructModel } from '../../../src-renderer/views/reconstruct/reconstruct.svelte.ts'
import { readReconstructSettings } from '../../../src-renderer/views/reconstruct/settings.ts'
import { shortcutList } from '../../../src-renderer/views/shortcuts/shortcutList.ts'

const done: unknown[] = []
const change = (...what: unknown[]): void => void done.push(what)
const parts = partsCommands({
  settings: readPartsSettings({}),
  spec: { depth: 12 },
  layer: 5,
  threshold: 0.5,
  similarity: 0.6,
  fitted: {},
  change,
} as unknown as PartsModel)
const reconstruct = reconstructCommands({
  settings: readReconstructSettings({ opacity: 0.5 }),
  judged: {},
  change,
  newMask: () => done.push('new mask'),
  takeBrush: () => done.push('brush'),
} as unknown as ReconstructModel)
const rows = shortcutList.find(({ id }) => id === 'parts')!.rows
const listed = rows.flatMap(({ keys }) => keys)

describe.each([
  ['Parts', parts],
  ['Reconstruct', reconstruct],
] as const)('the keys of %s', (_, commands) => {
  const keys = commands.flatMap((command) => command.keys)
  test('belong to one command each and stand in the overview', () => {
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
    expect(keys.filter((key) => !listed.includes(key))).toEqual([])
  })
  test('have names of their own in the palette', () => {
    const shown = commands.filter(({ keysOnly }) => !keysOnly).map(({ text }) => text)
    expect(shown.filter((text, i) => shown.indexOf(text) !== i)).toEqual([])
  })
})

test('the overview names no key that neither has', () => {
  const known = [...parts, ...reconstruct].flatMap(({ keys }) => keys)
  expect(listed.filter((key) => !known.includes(key))).toEqual([])
})

test('keys change what they say', () => {
  const press = (commands: typeof parts, key: string): unknown => {
    void commands.find(({ keys }) => keys.includes(key))?.run()
    return done.pop()
  }
  expect(press(parts, '.')).toEqual([{ foreground: 0.52 }, 'threshold'])
  expect(press(parts, 'ArrowDown')).toEqual([{ layer: 4 }, 'layer'])
  expect(press(reconstruct, ',')).toEqual([{ ratio: 0.7 }, 'ratio'])
  expect(press(reconstruct, '[')).toEqual([{ opacity: 0.45 }, 'opacity'])
  expect(press(reconstruct, 'O')).toEqual([{ beside: 'spread' }])
  expect(press(reconstruct, 'R')).toBe('new mask')
  expect(press(reconstruct, 'B')).toBe('brush')
})

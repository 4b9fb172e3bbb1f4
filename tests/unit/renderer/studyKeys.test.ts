// Has every key of Correspondence, Registers & norms and Prediction one command, and does the overview name them all?
import { describe, expect, test } from 'vitest'
import { shellCommands, type ShellParts } from '../../../src-renderer/app/shellCommands.ts'
import type { Command } from '../../../src-renderer/state/commands.ts'
import { startDesk } from '../../../src-renderer/state/document.ts'
import type { Session } from '../../../src-renderer/state/session.svelte.ts'
import { correspondenceCommands } from '../../../src-renderer/views/correspondence/commands.ts'
import { readCorrespondenceSettings } from '../../../src-renderer/views/correspondence/settings.ts'
import { predictCommands } from '../../../src-renderer/views/predict/commands.ts'
import { readPredictSettings } from '../../../src-renderer/views/predict/settings.ts'
import { registersCommands } from '../../../src-renderer/views/registers/commands.ts'
import { readRegistersSettings } from '../../../src-renderer/views/registers/settings.ts'
import { shortcutList } from '../../../src-renderer/views/shortcuts/shortcutList.ts'

/** What a command of a view did to its model. */
type Done = [name: string, ...words: unknown[]]
function spy(of: object, methods: readonly string[]) {
  const done: Done[] = []
  const acts = methods.map((name) => [name, (...words: unknown[]) => void done.push([name, ...words])])
  return { model: { ...of, ...Object.fromEntries(acts) } as never, done }
}

const block = { row: 1, column: 1, rows: 2, columns: 2 }
const correspondence = spy(
  {
    settings: readCorrespondenceSettings({ pin: { side: 0, x: 0.5, y: 0.5 } }),
    spec: { depth: 12 },
    layer: 5,
    matched: {},
    scale: { low: 0.4, high: 0.9 },
  },
  ['change', 'step', 'turn', 'place', 'swap'],
)
const registers = spy(
  { settings: readRegistersSettings({}), sides: [{ now: {}, readings: [{ shown: 'cls' }, { shown: 0 }] }] },
  ['change', 'step', 'stepColumn', 'swap'],
)
const predict = spy(
  {
    settings: readPredictSettings({}),
    chosen: { grid: [6, 6], context: block, targets: [block, block] },
    selected: 1,
    result: {},
  },
  ['change', 'resample', 'select', 'addTarget', 'removeTarget', 'edit'],
)
const views: readonly (readonly [string, readonly Command[]])[] = [
  ['Correspondence', correspondenceCommands(correspondence.model)],
  ['Registers & norms', registersCommands(registers.model)],
  ['Prediction', predictCommands(predict.model)],
]
const general = shellCommands(
  {
    workspace: { name: 'w', pictures: [], models: [] },
    desk: startDesk,
    panels: {},
    capabilities: { dialogs: true },
  } as unknown as Session,
  {} as ShellParts,
  [],
)
const press = (view: number, key: string): void =>
  void views[view]![1].find(({ keys }) => keys.includes(key))?.run()

describe.each(views)('the keys of %s', (_, commands) => {
  test('belong to one command each, and to none of the shell', () => {
    const all = [...general, ...commands].flatMap(({ keys }) => keys)
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([])
  })
  test('stand in the overview', () => {
    const listed = new Set(
      shortcutList.flatMap(({ id, rows }) => (id === 'study' ? rows.flatMap(({ keys }) => keys) : [])),
    )
    expect(commands.flatMap(({ keys }) => keys).filter((key) => !listed.has(key))).toEqual([])
  })
  test('have names of their own in the palette', () => {
    const shown = commands.filter(({ keysOnly }) => !keysOnly).map(({ text }) => text)
    expect(shown.filter((text, i) => shown.indexOf(text) !== i)).toEqual([])
  })
})

test('the overview names no key that none of the three has', () => {
  const known = new Set(views.flatMap(([, commands]) => commands.flatMap(({ keys }) => keys)))
  const rows = shortcutList.find(({ id }) => id === 'study')!.rows
  expect(rows.flatMap(({ keys }) => keys).filter((key) => !known.has(key))).toEqual([])
})

test('keys change what they say', () => {
  press(0, '.')
  expect(correspondence.done.pop()).toEqual(['change', { least: 0.42 }, 'least'])
  press(0, ']')
  expect(correspondence.done.pop()).toEqual(['change', { most: 76 }, 'most'])
  press(0, 'ArrowUp')
  expect(correspondence.done.pop()).toEqual(['change', { layer: 6 }, 'layer'])
  press(0, 'Alt+ArrowLeft')
  expect(correspondence.done.pop()).toEqual(['step', 0, -1])
  press(1, 'O')
  expect(registers.done.pop()).toEqual(['change', { shown: 'cls' }])
  press(1, 'ArrowDown')
  expect(registers.done.pop()).toEqual(['stepColumn', -1])
  // After the last target comes the context.
  press(2, 'B')
  expect(predict.done.pop()).toEqual(['select', -1])
  press(2, 'Shift+Alt+ArrowDown')
  const [name, edit] = predict.done.pop() as [
    'edit',
    (one: typeof block, grid: readonly [number, number]) => object,
  ]
  expect([name, edit(block, [6, 6])]).toEqual(['edit', { ...block, rows: 3 }])
})

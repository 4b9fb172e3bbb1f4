// Is every key one command's, in the overview and free of others? And does everything that is dropped find its view?
import { describe, expect, it } from 'vitest'
import { shellCommands, showAdded, type ShellParts } from '../../../src-renderer/app/shellCommands.ts'
import type { Command } from '../../../src-renderer/state/commands.ts'
import { openTab, startDesk, type Desk } from '../../../src-renderer/state/document.ts'
import type { Session } from '../../../src-renderer/state/session.svelte.ts'
import { inspectCommands } from '../../../src-renderer/views/inspect/commands.ts'
import { trainCommands } from '../../../src-renderer/views/train/commands.ts'
import { emptyLog } from '../../../src-renderer/views/train/log.ts'
import { readTrainSettings } from '../../../src-renderer/views/train/settings.ts'
import type { TrainModel } from '../../../src-renderer/views/train/train.svelte.ts'
import type { InspectModel } from '../../../src-renderer/views/inspect/inspect.svelte.ts'
import { inspectDefaults } from '../../../src-renderer/views/inspect/settings.ts'
import { shortcutList } from '../../../src-renderer/views/shortcuts/shortcutList.ts'
import type { ViewDefinition } from '../../../src-renderer/views/view.ts'

const view = (id: string, keys: string, take: string[]): ViewDefinition =>
  ({
    id,
    title: id,
    icon: 'box',
    keys,
    offered: id !== 'start',
    start: (_: unknown, subject: object) => subject,
    take: (subject: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(subject).filter(([name]) => take.includes(name))),
    describe: () => id,
    subjects: () => [],
  }) as unknown as ViewDefinition
const views = [
  view('start', '', []),
  view('inspect', 'G I', ['models', 'picture']),
  view('train', 'G T', []),
  view('model', 'G D', ['models']),
  view('compare', 'G C', ['models', 'picture']),
  view('parts', 'G P', []),
  view('reconstruct', 'G R', []),
  view('correspondence', 'G O', []),
  view('registers', 'G N', []),
  view('predict', 'G J', []),
  view('video', 'G V', ['models']),
  view('settings', '', []),
  view('shortcuts', '', []),
  view('about', '', []),
]

function fakeSession(desk: Desk = startDesk) {
  let now = desk
  return {
    workspace: { name: 'w', pictures: [{}, {}], models: [] },
    get desk() {
      return now
    },
    get tab() {
      return now.tabs.find(({ id }) => id === now.active)
    },
    panels: { tree: true, jobs: false },
    capabilities: { dialogs: true, platform: 'linux' },
    canUndo: true,
    canRedo: true,
    setDesk: (next: Desk) => (now = next),
  } as unknown as Session
}

const parts = {} as ShellParts
const model = {
  settings: inspectDefaults,
  facts: { depth: 12, heads: 12, layout: { cls: true, registers: 0, grid: [2, 2] } },
  session: fakeSession(),
} as unknown as InspectModel

const general = shellCommands(fakeSession(), parts, views)
const inspect = inspectCommands(model)
const train = trainCommands({
  asking: '',
  mode: 'run',
  state: 'running',
  settings: readTrainSettings({}),
  runs: [],
  main: { log: emptyLog(), facts: null },
} as unknown as TrainModel)
const keysOf = (commands: readonly Command[]): string[] => commands.flatMap(({ keys }) => keys)

describe('keys', () => {
  it('belong to one command each', () => {
    const all = keysOf([...general, ...inspect])
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([])
    const inTrain = keysOf([...general, ...train])
    expect(inTrain.filter((key, i) => inTrain.indexOf(key) !== i)).toEqual([])
  })
  it('all stand in the overview, and the overview names no others', () => {
    // The keys of other views have a test of their own.
    const listed = shortcutList
      .filter(({ id }) => !['study', 'parts', 'video'].includes(id))
      .flatMap(({ rows }) => rows.flatMap(({ keys }) => keys))
    // Ranges show their ends; the clipboard's own key and Compare's swap are not commands of these two lists.
    const covered = new Set([
      ...listed,
      ...Array.from({ length: 10 }, (_, n) => [String(n), `Shift+${n}`]).flat(),
    ])
    expect(keysOf([...general, ...inspect, ...train]).filter((key) => !covered.has(key))).toEqual([])
    const known = new Set([...keysOf([...general, ...inspect, ...train]), 'Mod+V', 'X'])
    expect(listed.filter((key) => !known.has(key))).toEqual([])
  })
  it('have names of their own, so that the palette can tell them apart', () => {
    const shown = [...general, ...inspect].filter(({ keysOnly }) => !keysOnly).map(({ text }) => text)
    expect(shown.filter((text, i) => shown.indexOf(text) !== i)).toEqual([])
    const ids = [...general, ...inspect].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('what was added', () => {
  const added = { models: [], pictures: ['p'], workspaces: [], refused: [] }
  it('goes into the open view where that takes it', () => {
    const session = fakeSession(openTab(startDesk, 'inspect', { model: 'm' }))
    showAdded(session, added, views)
    expect(session.desk.tabs).toHaveLength(1)
    expect(session.tab?.settings).toEqual({ model: 'm', picture: 'p' })
  })
  it('opens Inspect from the start screen and from views that do not take it', () => {
    for (const from of ['model', 'settings']) {
      const session = fakeSession(openTab(startDesk, from, {}))
      showAdded(session, added, views)
      expect(session.tab).toMatchObject({ view: 'inspect', settings: { picture: 'p' } })
    }
    const session = fakeSession()
    showAdded(session, { ...added, models: ['a'] }, views)
    expect(session.desk.tabs.map(({ view: name }) => name)).toEqual(['inspect'])
    expect(session.tab?.settings).toEqual({ models: ['a'], picture: 'p' })
  })
  it('leaves everything as it is where nothing was added', () => {
    const session = fakeSession()
    showAdded(session, { ...added, pictures: [] }, views)
    expect(session.desk).toBe(startDesk)
  })
})

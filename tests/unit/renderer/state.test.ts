// Does the window's own state keep its promises? History, tabs, keys and formats.
import { describe, expect, it } from 'vitest'
import {
  changeTab,
  closeTab,
  goToView,
  openTab,
  readWindowState,
  startDesk,
  stepTab,
} from '../../../src-renderer/state/document.ts'
import { bytes, count, duration, number, weight, backboneName } from '../../../src-renderer/state/format.ts'
import { record, redo, seal, startHistory, undo } from '../../../src-renderer/state/history.ts'
import { isSingle, isWriting, keyMatcher, spellKeys, type Pressed } from '../../../src-renderer/state/keys.ts'

describe('history', () => {
  it('undoes and redoes step by step', () => {
    let history = startHistory('a')
    history = record(history, 'b', '', 0)
    history = record(history, 'c', '', 1)
    history = undo(history)
    expect(history.present).toBe('b')
    history = redo(history)
    expect(history.present).toBe('c')
    expect(redo(history)).toBe(history)
  })
  it('makes one step of a gesture, and two where it was sealed or took a pause', () => {
    let history = startHistory(0)
    for (let i = 1; i <= 5; i++) history = record(history, i, 'opacity', i * 100)
    expect(undo(history).present).toBe(0)
    history = record(seal(history), 6, 'opacity', 550)
    expect(undo(history).present).toBe(5)
    history = record(history, 7, 'opacity', 5000)
    expect(undo(history).present).toBe(6)
  })
  it('forgets what was undone once something new is done, and nothing where nothing changed', () => {
    let history = record(startHistory('a'), 'b', '', 0)
    history = undo(history)
    history = record(history, 'c', '', 1)
    expect(history.future).toEqual([])
    expect(record(history, 'c', '', 2)).toBe(history)
  })
  it('keeps at most 200 steps', () => {
    let history = startHistory(0)
    for (let i = 1; i <= 300; i++) history = record(history, i, '', i)
    expect(history.past).toHaveLength(200)
  })
})

describe('tabs', () => {
  it('lets the start screen make way for the first view', () => {
    const desk = openTab(startDesk, 'inspect', { model: 'm' })
    expect(desk.tabs.map(({ view }) => view)).toEqual(['inspect'])
    expect(desk.active).toBe(desk.tabs[0]!.id)
  })
  it('goes to a view that is open already', () => {
    let desk = openTab(startDesk, 'inspect', {})
    desk = openTab(desk, 'model', {})
    desk = goToView(desk, 'inspect', {})
    expect(desk.tabs).toHaveLength(2)
    expect(desk.active).toBe('inspect-1')
    expect(goToView(desk, 'inspect', {})).toBe(desk)
  })
  it('gives the place of a closed tab to its right neighbour, and the start screen where none is left', () => {
    let desk = openTab(startDesk, 'inspect', {})
    desk = openTab(desk, 'model', {})
    desk = closeTab(desk, 'model-1')
    expect(desk.active).toBe('inspect-1')
    expect(closeTab(desk, 'inspect-1')).toEqual(startDesk)
  })
  it('returns the very same desk where a change changes nothing', () => {
    const desk = openTab(startDesk, 'inspect', { query: { kind: 'cls' } })
    expect(changeTab(desk, desk.active, { query: { kind: 'cls' } })).toBe(desk)
    expect(changeTab(desk, desk.active, { layer: 3 }).tabs[0]!.settings).toEqual({
      query: { kind: 'cls' },
      layer: 3,
    })
  })
  it('steps around the ends', () => {
    let desk = openTab(startDesk, 'inspect', {})
    desk = openTab(desk, 'model', {})
    expect(stepTab(desk, 1).active).toBe('inspect-1')
    expect(stepTab(stepTab(desk, 1), -1).active).toBe('model-1')
  })
  it('reads what was kept with care, whatever it is', () => {
    const known = (view: string): boolean => view === 'inspect'
    for (const kept of [null, 3, 'x', [], {}, { version: 2 }, { version: 1, desk: { tabs: 'no' } }])
      expect(readWindowState(kept, known).desk).toEqual(startDesk)
    const state = readWindowState(
      {
        version: 1,
        desk: {
          tabs: [
            { id: 'a', view: 'inspect', settings: { layer: 2 } },
            { id: 'a', view: 'inspect', settings: {} },
            { id: 'b', view: 'gone', settings: {} },
            { id: 'c', view: 'inspect', settings: 7 },
          ],
          active: 'b',
        },
        panels: { tree: false, treeWidth: 5000, folded: ['x', 3] },
      },
      known,
    )
    expect(state.desk).toEqual({
      tabs: [
        { id: 'a', view: 'inspect', settings: { layer: 2 } },
        { id: 'c', view: 'inspect', settings: {} },
      ],
      active: 'a',
    })
    expect(state.panels).toMatchObject({ tree: false, treeWidth: 360, folded: ['x'], explain: true })
  })
})

const pressed = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
})

describe('keys', () => {
  const commands = [
    { name: 'palette', keys: ['Mod+K'] },
    { name: 'redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
    { name: 'undo', keys: ['Mod+Z'] },
    { name: 'inspect', keys: ['G I'] },
    { name: 'head ten', keys: ['Shift+3'] },
    { name: 'head', keys: ['3'] },
    { name: 'why', keys: ['?'] },
    { name: 'up', keys: ['Alt+ArrowUp'] },
    { name: 'fit', keys: ['F'] },
    { name: 'one', keys: ['Shift+F'] },
    { name: 'alone', keys: ['Space'] },
  ]
  const read = (...events: Pressed[]): unknown => {
    const matcher = keyMatcher<(typeof commands)[0]>('linux', () => true)
    let found: unknown = null
    events.forEach((event, i) => {
      const match = matcher.press(event, commands, i * 100)
      found = typeof match === 'object' && match !== null ? match.name : match
    })
    return found
  }
  it('tells chords apart by their modifiers', () => {
    expect(read(pressed('k', { ctrlKey: true }))).toBe('palette')
    expect(read(pressed('k'))).toBeNull()
    expect(read(pressed('z', { ctrlKey: true }))).toBe('undo')
    expect(read(pressed('Z', { ctrlKey: true, shiftKey: true }))).toBe('redo')
    expect(read(pressed('f'))).toBe('fit')
    expect(read(pressed('F', { shiftKey: true }))).toBe('one')
  })
  it('knows a digit behind its shifted sign, and a sign that needs Shift', () => {
    expect(read(pressed('§', { shiftKey: true, code: 'Digit3' }))).toBe('head ten')
    expect(read(pressed('3', { code: 'Digit3' }))).toBe('head')
    expect(read(pressed('?', { shiftKey: true }))).toBe('why')
  })
  it('reads a sequence, and forgets its beginning after a pause or another key', () => {
    expect(read(pressed('g'))).toBe('pending')
    expect(read(pressed('g'), pressed('i'))).toBe('inspect')
    expect(read(pressed('g'), pressed('x'), pressed('i'))).toBeNull()
    const matcher = keyMatcher<(typeof commands)[0]>('linux', () => true)
    matcher.press(pressed('g'), commands, 0)
    expect(matcher.press(pressed('i'), commands, 5000)).toBeNull()
  })
  it('takes Command on a Mac, and names keys as each platform does', () => {
    const matcher = keyMatcher<(typeof commands)[0]>('mac', () => true)
    expect(matcher.press(pressed('k', { metaKey: true }), commands, 0)).toMatchObject({ name: 'palette' })
    expect(matcher.press(pressed('k', { ctrlKey: true }), commands, 0)).toBeNull()
    expect(spellKeys('Mod+Shift+Z', 'mac')).toBe('⇧⌘Z')
    expect(spellKeys('Mod+Shift+Z', 'linux')).toBe('Shift Ctrl Z')
    expect(spellKeys('G I', 'linux')).toBe('G then I')
    expect(spellKeys('Alt+ArrowUp', 'linux')).toBe('Alt ↑')
  })
  it('leaves single letters alone where they are switched off, but not chords', () => {
    const matcher = keyMatcher<(typeof commands)[0]>('linux', () => false)
    expect(matcher.press(pressed('f'), commands, 0)).toBeNull()
    expect(matcher.press(pressed(' '), commands, 0)).toBeNull()
    expect(matcher.press(pressed('k', { ctrlKey: true }), commands, 0)).toMatchObject({ name: 'palette' })
    expect(isSingle('G I')).toBe(true)
    expect(isSingle('ArrowUp')).toBe(false)
  })
  it('knows where text is written', () => {
    const node = (tagName: string, type = ''): EventTarget => ({ tagName, type }) as unknown as EventTarget
    expect(isWriting(node('INPUT', 'text'))).toBe(true)
    expect(isWriting(node('INPUT', 'range'))).toBe(false)
    expect(isWriting(node('TEXTAREA'))).toBe(true)
    expect(isWriting(node('BUTTON'))).toBe(false)
    expect(isWriting(null)).toBe(false)
  })
})

describe('formats', () => {
  it('writes numbers with true minus signs and without minus zero', () => {
    expect(number(-1.5, 1)).toBe('−1.5')
    expect(number(-0.001, 2)).toBe('0.00')
    expect(number(NaN, 2)).toBe('–')
    expect(count(1887)).toBe('1,887')
  })
  it('keeps four digits of a weight, more only where it would read as zero', () => {
    expect(weight(0.01842)).toBe('0.0184')
    expect(weight(0.00003)).toBe('3.0e−5')
    expect(weight(0)).toBe('0.0000')
  })
  it('chooses units for bytes and times', () => {
    expect(bytes(0)).toBe('0 B')
    expect(bytes(11_449_664)).toBe('11 MB')
    expect(bytes(412e6)).toBe('412 MB')
    expect(bytes(1.03e9)).toBe('1.03 GB')
    expect(bytes(999_999)).toBe('1.00 MB')
    expect(duration(0.2121)).toBe('212 ms')
    expect(duration(4.24)).toBe('4.2 s')
    expect(duration(0.9999)).toBe('1.0 s')
    expect(duration(61)).toBe('61 s')
    expect(duration(4800)).toBe('1 h 20 min')
  })
  it('names backbones as the papers do', () => {
    expect(backboneName({ width: 384, depth: 12, patch: 16 })).toBe('ViT-S/16')
    expect(backboneName({ width: 64, depth: 4, patch: 8 })).toBe('ViT-64×4/8')
  })
})

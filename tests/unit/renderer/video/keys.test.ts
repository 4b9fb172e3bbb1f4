// Has every key of Video one command, does the overview name them all, and do they do what they say?
import { expect, it } from 'vitest'
import { shellCommands, type ShellParts } from '../../../../src-renderer/app/shellCommands.ts'
import { startDesk } from '../../../../src-renderer/state/document.ts'
import type { Session } from '../../../../src-renderer/state/session.svelte.ts'
import { shortcutList } from '../../../../src-renderer/views/shortcuts/shortcutList.ts'
import { videoCommands } from '../../../../src-renderer/views/video/commands.ts'
import { readVideoSettings } from '../../../../src-renderer/views/video/settings.ts'
import type { VideoModel } from '../../../../src-renderer/views/video/video.svelte.ts'

const done: unknown[][] = []
const act =
  (name: string) =>
  (...words: unknown[]) =>
    void done.push([name, ...words])
const model = {
  settings: readVideoSettings({ foreground: 0.5 }),
  spec: { depth: 12 },
  layer: 5,
  attentionLayer: 11,
  seen: { heads: 3 },
  reel: { basis: null },
  steps: { from: 0, to: 99, every: 5 },
  at: 50,
  playing: false,
  change: act('change'),
  go: act('go'),
  play: act('play'),
} as unknown as VideoModel
const commands = videoCommands(model)
const session = {
  workspace: { name: 'w', pictures: [], models: [] },
  desk: startDesk,
  panels: {},
  capabilities: { dialogs: true },
} as unknown as Session
const shell = shellCommands(session, {} as ShellParts, [])
const press = (key: string): unknown[] | undefined => {
  commands.find(({ keys }) => keys.includes(key))?.run()
  return done.pop()
}

it('belong to one command each, and to none of the shell', () => {
  const all = [...shell, ...commands].flatMap(({ keys }) => keys)
  expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([])
})
it('stand in the overview, which names no others', () => {
  const listed = shortcutList.find(({ id }) => id === 'video')!.rows.flatMap(({ keys }) => keys)
  const own = commands.flatMap(({ keys }) => keys)
  const digits = Array.from({ length: 10 }, (_, n) => String(n))
  expect(own.filter((key) => !listed.includes(key) && !digits.includes(key))).toEqual([])
  expect(listed.filter((key) => !own.includes(key))).toEqual([])
})
it('have names of their own in the palette', () => {
  const shown = commands.filter(({ keysOnly }) => !keysOnly).map(({ text }) => text)
  expect(shown.filter((text, i) => shown.indexOf(text) !== i)).toEqual([])
})
it('do what they say', () => {
  expect(press('Space')).toEqual(['play'])
  expect(press('ArrowRight')).toEqual(['go', 55])
  expect(press('Shift+ArrowLeft')).toEqual(['go', 49])
  expect(press('End')).toEqual(['go', 95])
  expect(press('ArrowUp')).toEqual(['change', { layer: 6 }, 'layer'])
  expect(press('.')).toEqual(['change', { foreground: 0.52 }, 'threshold'])
  expect(press('O')).toEqual(['change', { show: 'picture' }])
})

// What does the palette offer? Every command that can run now, and everything in the workspace by its name.
import type { Command } from '../state/commands.ts'
import { spellKeys } from '../state/keys.ts'
import type { Session } from '../state/session.svelte.ts'
import { strings } from '../state/strings.ts'
import type { ShellActions } from '../views/shellActions.ts'

export interface PaletteEntry {
  readonly id: string
  readonly text: string
  readonly also: readonly string[]
  readonly icon: string
  readonly keys: string
  readonly remark: string
  run(): void
}

export function paletteEntries(
  session: Session,
  commands: readonly Command[],
  openView: ShellActions['openView'],
): PaletteEntry[] {
  const { platform } = session.capabilities
  const g = strings.palette.groups
  return [
    ...commands
      .filter((command) => !command.keysOnly && command.enabled !== false)
      .map((command) => ({
        id: command.id,
        text: command.text,
        also: command.also ?? [],
        icon: command.icon,
        keys: command.keys[0] ? spellKeys(command.keys[0], platform) : '',
        remark: '',
        run: () => void command.run(),
      })),
    ...session.workspace.pictures.map((row) => ({
      id: `picture ${row.id}`,
      text: row.name,
      also: [],
      icon: 'image',
      keys: '',
      remark: g.picture,
      run: () => openView('inspect', { picture: row.id }),
    })),
    ...session.workspace.models.map((row) => ({
      id: `model ${row.id}`,
      text: row.name,
      also: [],
      icon: 'box',
      keys: '',
      remark: g.model,
      run: () => openView('inspect', { models: [row.id] }),
    })),
    ...session.workspace.runs.map((row) => ({
      id: `run ${row.id}`,
      text: row.name,
      also: [],
      icon: 'activity',
      keys: '',
      remark: g.run,
      run: () => openView('train', {}, { mode: 'run', run: row.id }),
    })),
    ...session.workspace.inspections.map((row) => ({
      id: `inspection ${row.id}`,
      text: row.name,
      also: [],
      icon: 'bookmark',
      keys: '',
      remark: g.inspection,
      run: () => openView(row.view, {}, (row.settings ?? {}) as Readonly<Record<string, unknown>>),
    })),
  ]
}

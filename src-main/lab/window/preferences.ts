// What does a person want everywhere, and which workspaces did they open? Kept in one small file of their own.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { z } from 'zod'
import { defaultSettings, settingsSchema, type Settings } from '../../../src-shared/domain/lab.ts'
import { recentWorkspaceSchema, type RecentWorkspace } from '../../../src-shared/domain/workspace.ts'
import { inWords } from '../workspace/database.ts'
import { temporaryName } from '../workspace/files.ts'

const mostRecent = 20

const fileSchema = z.object({
  // A setting that this version does not know, or not this way, becomes its default; the others stay.
  settings: z
    .record(z.string(), z.unknown())
    .catch({})
    .transform((stored): Settings => {
      const shape: Record<string, z.ZodType> = settingsSchema.shape
      const known = Object.entries(stored).filter(([name, value]) => shape[name]?.safeParse(value).success)
      return { ...defaultSettings, ...(Object.fromEntries(known) as Partial<Settings>) }
    }),
  recent: z.array(recentWorkspaceSchema).catch([]),
})

export interface Preferences {
  settings(): Settings
  change(change: Partial<Settings>): Settings
  recent(): readonly RecentWorkspace[]
  /** Puts a workspace first among the recent ones. */
  opened(path: string): void
  forget(path: string): void
}

/** The preferences kept under `home`. A file that cannot be read is renamed and kept, and the defaults hold. */
export function openPreferences(home: string): Preferences {
  const path = join(home, 'preferences.json')
  let state = read(path)

  function write(next: typeof state): void {
    state = next
    const temporary = temporaryName(path)
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`)
      const file = openSync(temporary, 'r+')
      fsyncSync(file)
      closeSync(file)
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw inWords(error, path)
    }
  }

  return {
    settings: () => state.settings,
    change: (change) => {
      write({ ...state, settings: settingsSchema.parse({ ...state.settings, ...change }) })
      return state.settings
    },
    recent: () => state.recent,
    opened: (workspace) => {
      const name = basename(workspace, extname(workspace))
      const entry = { path: workspace, name, opened: new Date().toISOString() }
      const others = state.recent.filter((other) => other.path !== workspace)
      write({ ...state, recent: [entry, ...others].slice(0, mostRecent) })
    },
    forget: (workspace) =>
      write({ ...state, recent: state.recent.filter((other) => other.path !== workspace) }),
  }
}

function read(path: string): z.infer<typeof fileSchema> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return fileSchema.parse({})
  }
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    try {
      renameSync(path, `${path}.damaged`)
    } catch {
      // Where it cannot be renamed it is replaced with the next change.
    }
    return fileSchema.parse({})
  }
}

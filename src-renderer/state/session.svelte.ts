// What does the whole window know? The workspace, the machine, the settings, what is open, and what is to be read.
import { Failure } from '../../src-shared/domain/failure.ts'
import type {
  Capabilities,
  EngineState,
  Job,
  Lab,
  ModelRow,
  PictureRow,
  Settings,
  Source,
  WindowEvent,
  Workspace,
} from '../client/lab.ts'
import {
  activeTab,
  readWindowState,
  startPanels,
  type Desk,
  type Panels,
  type Tab,
  type WindowState,
} from './document.ts'
import * as steps from './history.ts'
import { createLooks, type Looks } from './looks.ts'
import { strings } from './strings.ts'

export interface NoticeAction {
  readonly text: string
  run(): void
}
export interface ShownNotice {
  readonly id: number
  readonly kind: 'notice' | 'alarm'
  readonly text: string
  readonly hint: string
  readonly actions: readonly NoticeAction[]
  /** Goes away by itself, for what only confirms. */
  readonly passing: boolean
}

/** q and k of looks that are held, in bytes; about 250 of ViT-S/16 at 224 px. */
const lookBudget = 1.2e9
const keepPause = 300

export type Session = Awaited<ReturnType<typeof openSession>>

/** Asks the lab for everything and listens from then on. Throws Failure where the lab does not answer. */
export async function openSession(lab: Lab, knownView: (view: string) => boolean) {
  const events: WindowEvent[] = []
  let deliver = (event: WindowEvent): void => void events.push(event)
  const unsubscribe = lab.subscribe((event) => deliver(event))
  const [capabilities, first, firstSettings, firstJobs]: [Capabilities, Workspace, Settings, readonly Job[]] =
    await Promise.all([lab.capabilities(), lab.workspace(), lab.settings(), lab.jobs()])

  let workspace: Workspace = $state.raw(first)
  let settings: Settings = $state.raw(firstSettings)
  let jobs: readonly Job[] = $state.raw(firstJobs)
  let engine: EngineState = $state.raw({ state: 'starting', device: '', threads: 0, bytes: 0 })
  let link: 'open' | 'lost' = $state('open')
  let notices = $state.raw<readonly ShownNotice[]>([])
  let systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches)
  let presenting = $state(false)
  let opened = $state.raw<readonly Source[]>([])
  let hostCommand = $state.raw<{ name: string; at: number } | null>(null)

  const kept = readWindowState(first.window, knownView)
  let history = $state.raw(steps.startHistory<Desk>(kept.desk))
  let panels: Panels = $state.raw(kept.panels ?? startPanels)

  const looks: Looks = createLooks(lab, lookBudget)

  matchMedia('(prefers-color-scheme: dark)').addEventListener(
    'change',
    (event) => (systemDark = event.matches),
  )

  // --- what is open, kept in the workspace a moment after it changed ---
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastKept = JSON.stringify(first.window ?? null)
  function keep(): void {
    clearTimeout(timer)
    timer = undefined
    const state: WindowState = { version: 1, desk: history.present, panels }
    const text = JSON.stringify(state)
    if (text === lastKept || workspace.readOnly) return
    lastKept = text
    lab.keepWindow(JSON.parse(text)).catch(() => {
      // The next change tries again; a lab that is gone says so by itself.
      lastKept = ''
    })
  }
  function keepSoon(): void {
    timer ??= setTimeout(keep, keepPause)
  }
  addEventListener('pagehide', keep)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })

  // --- notices ---
  let nextNotice = 0
  function dismiss(id: number): void {
    notices = notices.filter((notice) => notice.id !== id)
  }
  function notify(
    text: string,
    more: {
      kind?: 'notice' | 'alarm'
      hint?: string
      actions?: readonly NoticeAction[]
      passing?: boolean
    } = {},
  ): number {
    const id = nextNotice++
    const { kind = 'notice', hint = '', actions = [], passing = false } = more
    // The same sentence twice is read once.
    notices = [
      ...notices.filter((notice) => notice.text !== text),
      { id, kind, text, hint, actions, passing },
    ]
    if (passing) setTimeout(() => dismiss(id), 4000)
    return id
  }
  function report(thrown: unknown, actions: readonly NoticeAction[] = []): void {
    if (thrown instanceof Failure) {
      if (thrown.code !== 'cancelled') notify(thrown.message, { hint: thrown.hint, actions })
    } else {
      notify(strings.failure.internal, {
        hint: thrown instanceof Error ? thrown.message : String(thrown),
        actions,
      })
      console.error(thrown)
    }
  }
  /** Waits for a call; its failure becomes a notice. True where it went well. */
  async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work
    } catch (thrown) {
      report(thrown)
      return undefined
    }
  }

  // --- what the lab says ---
  function receive(event: WindowEvent): void {
    switch (event.kind) {
      case 'workspace': {
        const other = event.workspace.path !== workspace.path || event.workspace.id !== workspace.id
        workspace = event.workspace
        if (other) {
          const state = readWindowState(workspace.window, knownView)
          history = steps.startHistory(state.desk)
          panels = state.panels
          lastKept = JSON.stringify(workspace.window ?? null)
        }
        break
      }
      case 'jobs':
        jobs = event.jobs
        break
      case 'engine':
        engine = event.engine
        break
      case 'settings':
        settings = event.settings
        break
      case 'notice':
        notify(event.text, { kind: event.level })
        break
      case 'command':
        hostCommand = { name: event.command, at: performance.now() }
        break
      case 'open':
        opened = [...opened, ...event.sources]
        break
      case 'link':
        link = event.state === 'lost' ? 'lost' : 'open'
        if (event.state === 'lost') notify(event.reason || strings.notice.lost, { kind: 'alarm' })
        else {
          notices = notices.filter((notice) => notice.kind !== 'alarm')
          notify(event.reason || strings.notice.back)
        }
    }
  }
  deliver = receive
  for (const event of events) receive(event)

  function setDesk(next: Desk, key = ''): void {
    history = steps.record(history, next, key, performance.now())
    keepSoon()
  }

  return {
    lab,
    looks,
    capabilities,
    get workspace() {
      return workspace
    },
    get settings() {
      return settings
    },
    get jobs() {
      return jobs
    },
    get engine() {
      return engine
    },
    get link() {
      return link
    },
    get notices() {
      return notices
    },
    get theme(): 'dark' | 'light' {
      return settings.theme === 'system' ? (systemDark ? 'dark' : 'light') : settings.theme
    },
    get desk(): Desk {
      return history.present
    },
    get tab(): Tab | undefined {
      return activeTab(history.present)
    },
    get canUndo() {
      return history.past.length > 0
    },
    get canRedo() {
      return history.future.length > 0
    },
    get panels() {
      return panels
    },
    get presenting() {
      return presenting
    },
    set presenting(on: boolean) {
      presenting = on
    },
    get hostCommand() {
      return hostCommand
    },
    /** Files the host asked the window to open; taking them empties the list. */
    takeOpened(): readonly Source[] {
      const taken = opened
      if (taken.length > 0) opened = []
      return taken
    },
    model: (id: unknown): ModelRow | undefined => workspace.models.find((row) => row.id === id),
    picture: (id: unknown): PictureRow | undefined => workspace.pictures.find((row) => row.id === id),
    setDesk,
    /** Ends a gesture: the next change is an undo step of its own. */
    seal() {
      history = steps.seal(history)
    },
    undo() {
      history = steps.undo(history)
      keepSoon()
    },
    redo() {
      history = steps.redo(history)
      keepSoon()
    },
    setPanels(change: Partial<Panels>) {
      panels = { ...panels, ...change }
      keepSoon()
    },
    async changeSettings(change: Partial<Settings>) {
      // Shown at once; the lab's event confirms or corrects.
      settings = { ...settings, ...change }
      await attempt(lab.changeSettings(change))
    },
    notify,
    dismiss,
    report,
    attempt,
    keep,
    close() {
      keep()
      removeEventListener('pagehide', keep)
      unsubscribe()
    },
  }
}

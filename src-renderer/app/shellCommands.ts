// What can be run from anywhere? The shell's own commands, by name, by keys and in the palette.
import type { Added } from '../client/lab.ts'
import type { Command } from '../state/commands.ts'
import { closeTab, goToView, openTab, stepTab } from '../state/document.ts'
import type { Session } from '../state/session.svelte.ts'
import { strings } from '../state/strings.ts'
import type { ViewDefinition } from '../views/view.ts'
import { bringChosen } from './bring.ts'

/** What the shell's parts can do that only it knows. */
export interface ShellParts {
  openPalette(): void
  toggleTree(): void
  toggleInspector(): void
  toggleExplain(): void
  newTabMenu(): void
  show(added: Added | null): void
  back(): void
}

const s = strings.command

export function shellCommands(
  session: Session,
  parts: ShellParts,
  views: readonly ViewDefinition[],
): readonly Command[] {
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id, text, keys, icon, group: 'general', run, ...more })
  const { workspace, desk, panels } = session
  const native = session.capabilities.dialogs

  async function savePath(what: 'workspace' | 'export'): Promise<void> {
    const name = `${workspace.name || strings.untitled}.emergence`
    const path = await session.attempt(session.lab.chooseSavePath(name, what))
    if (!path) return
    const done = await session.attempt(
      (what === 'workspace' ? session.lab.saveWorkspaceAs(path) : session.lab.exportWorkspace(path)).then(
        () => true,
      ),
    )
    if (done) session.notify(strings.notice.saved(path), { passing: true })
  }

  async function keepView(): Promise<void> {
    const { tab } = session
    const view = views.find(({ id }) => id === tab?.view)
    if (!tab || !view || view.subjects(tab.settings).length === 0) return
    const name = view.describe(session, tab.settings)
    const id = await session.attempt(
      session.lab.keepInspection({ id: null, name, view: tab.view, settings: tab.settings }),
    )
    if (id) session.notify(strings.notice.saved(name), { passing: true })
  }

  const go = views
    .filter((view) => view.offered)
    .map((view) =>
      command(
        `go.${view.id}`,
        s.go(view.title),
        view.keys ? [view.keys] : view.id === 'settings' ? ['Mod+,'] : [],
        view.icon,
        () => session.setDesk(goToView(desk, view.id, view.start(session, {}))),
      ),
    )

  return [
    command('palette', s.palette, ['Mod+K'], 'search', parts.openPalette, { keysOnly: true }),
    command(
      'openFiles',
      s.openFiles,
      ['Mod+O'],
      'folder-open',
      () => void bringChosen(session, 'files').then(parts.show),
    ),
    command(
      'openFolder',
      s.openFolder,
      [],
      'images',
      () => void bringChosen(session, 'folder').then(parts.show),
    ),
    command(
      'newWorkspace',
      s.newWorkspace,
      [],
      'plus',
      () => void session.attempt(session.lab.newWorkspace()),
    ),
    command('openWorkspace', s.openWorkspace, [], 'folder-open', () => void openWorkspace(session)),
    command('saveAs', s.saveAs, ['Mod+Shift+S'], 'save', () => void savePath('workspace'), {
      enabled: native,
    }),
    command('exportWorkspace', s.exportWorkspace, [], 'download', () => void savePath('export'), {
      enabled: native,
    }),
    command('keep', s.keep, ['Mod+S'], 'bookmark', () => void keepView()),
    command('undo', s.undo, ['Mod+Z'], 'undo', () => session.undo(), { enabled: session.canUndo }),
    command('redo', s.redo, ['Mod+Shift+Z', 'Mod+Y'], 'redo', () => session.redo(), {
      enabled: session.canRedo,
    }),
    command('newTab', s.newTab, [], 'plus', parts.newTabMenu),
    command('closeTab', s.closeTab, ['Alt+W'], 'x', () => session.setDesk(closeTab(desk, desk.active))),
    command('nextTab', s.nextTab, ['Alt+PageDown'], 'chevron-right', () =>
      session.setDesk(stepTab(desk, 1), 'tab'),
    ),
    command('previousTab', s.previousTab, ['Alt+PageUp'], 'chevron-right', () =>
      session.setDesk(stepTab(desk, -1), 'tab'),
    ),
    command('tree', s.tree, ['Mod+B'], 'panel-left', parts.toggleTree),
    command('inspector', s.inspector, ['Mod+I'], 'panel-right', parts.toggleInspector),
    command('jobs', s.jobs, ['Mod+J'], 'clock', () => session.setPanels({ jobs: !panels.jobs })),
    command('explain', s.explain, ['?'], 'circle-question-mark', parts.toggleExplain),
    command('present', s.present, ['F5'], 'presentation', () => {
      session.presenting = !session.presenting
    }),
    command('back', s.back, ['Escape'], 'x', parts.back, { keysOnly: true }),
    ...(['dark', 'light', 'system'] as const).map((theme) =>
      command(`theme.${theme}`, s[theme], [], 'settings', () => void session.changeSettings({ theme }), {
        also: ['theme', 'appearance'],
      }),
    ),
    command('restart', s.restart, [], 'refresh', () => void session.attempt(session.lab.restartEngine())),
    command(
      'diagnostics',
      s.diagnostics,
      [],
      'copy',
      () =>
        void session
          .attempt(session.lab.diagnostics().then((text) => session.lab.copyText(text)))
          .then(() => session.notify(strings.notice.copied, { passing: true })),
    ),
    ...go.map((one) => ({ ...one, group: 'go' as const })),
  ]
}

async function openWorkspace(session: Session): Promise<void> {
  if (!session.capabilities.dialogs) return void (await bringChosen(session, 'workspace'))
  const sources = await session.attempt(session.lab.choose('workspace'))
  const [source] = sources ?? []
  if (source) await session.attempt(session.lab.openWorkspace(source))
}

/** Opens what was just added: pictures in Inspect, a checkpoint where models are looked at. */
export function showAdded(session: Session, added: Added, views: readonly ViewDefinition[]): void {
  const { desk } = session
  const tab = session.tab
  const view = views.find(({ id }) => id === tab?.view)
  const subject = {
    ...(added.models[0] ? { models: [added.models[0]] } : {}),
    ...(added.pictures[0] ? { picture: added.pictures[0] } : {}),
  }
  if (Object.keys(subject).length === 0) return
  const taken = tab && view && view.id !== 'start' ? view.take(subject) : {}
  if (tab && Object.keys(taken).length > 0)
    session.setDesk({
      ...desk,
      tabs: desk.tabs.map((one) =>
        one.id === tab.id ? { ...one, settings: { ...one.settings, ...taken } } : one,
      ),
    })
  else {
    const inspect = views.find(({ id }) => id === 'inspect')
    if (inspect) session.setDesk(openTab(desk, inspect.id, inspect.start(session, subject)))
  }
}

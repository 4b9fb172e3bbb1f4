// Which menus does the app have on each system? The same commands everywhere, each where people look for it there.
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { RecentWorkspace } from '../../src-shared/domain/workspace.ts'

export interface MenuActions {
  /** Asks the window to do something, by the name of its command. */
  command(name: string): void
  open(path: string): void
}

const isMac = process.platform === 'darwin'

/** Commands of the window that the menus know; the window keeps the keys, the menu only shows them. */
export const menuCommands = {
  newWorkspace: 'newWorkspace',
  openWorkspace: 'openWorkspace',
  saveAs: 'saveAs',
  export: 'exportWorkspace',
  addFiles: 'openFiles',
  addFolder: 'openFolder',
  undo: 'undo',
  redo: 'redo',
  palette: 'palette',
  present: 'present',
  settings: 'go.settings',
  shortcuts: 'go.shortcuts',
  about: 'go.about',
} as const

/** Builds and shows the menus. */
export function buildMenu(
  actions: MenuActions,
  recent: readonly RecentWorkspace[],
  development: boolean,
): void {
  const item = (
    label: string,
    command: keyof typeof menuCommands,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
    click: () => actions.command(menuCommands[command]),
  })
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const recentItems: MenuItemConstructorOptions[] =
    recent.length === 0
      ? [{ label: 'None yet', enabled: false }]
      : recent
          .slice(0, 10)
          .map(({ name, path }) => ({ label: name, toolTip: path, click: () => actions.open(path) }))

  const template: MenuItemConstructorOptions[] = [
    ...(isMac
      ? [
          {
            label: app.name,
            submenu: [
              item(`About ${app.name}`, 'about'),
              line,
              item('Settings…', 'settings', 'Cmd+,'),
              line,
              { role: 'services' },
              line,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              line,
              { role: 'quit' },
            ] as MenuItemConstructorOptions[],
          },
        ]
      : []),
    {
      label: '&File',
      submenu: [
        item('New workspace', 'newWorkspace'),
        item('Open workspace…', 'openWorkspace'),
        { label: 'Open recent', submenu: recentItems },
        line,
        item('Add pictures and checkpoints…', 'addFiles', 'CmdOrCtrl+O'),
        item('Add a folder…', 'addFolder'),
        line,
        item('Save workspace as…', 'saveAs', 'CmdOrCtrl+Shift+S'),
        item('Export workspace…', 'export'),
        line,
        ...(isMac
          ? [{ role: 'close' } as MenuItemConstructorOptions]
          : [item('Settings…', 'settings', 'Ctrl+,'), line, { role: 'quit' } as MenuItemConstructorOptions]),
      ],
    },
    {
      label: '&Edit',
      submenu: [
        item('Undo', 'undo', 'CmdOrCtrl+Z'),
        item('Redo', 'redo', 'Shift+CmdOrCtrl+Z'),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        item('Find or run…', 'palette', 'CmdOrCtrl+K'),
        item('Present', 'present', 'F5'),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
        ...(development ? [line, { role: 'reload' }, { role: 'toggleDevTools' }] : []),
      ] as MenuItemConstructorOptions[],
    },
    ...(isMac ? [{ role: 'windowMenu' } as MenuItemConstructorOptions] : []),
    {
      role: 'help',
      label: '&Help',
      submenu: [
        item('Keyboard shortcuts', 'shortcuts'),
        ...(isMac ? [] : [item(`About ${app.name}`, 'about')]),
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

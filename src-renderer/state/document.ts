// What is open in the window? Tabs with their settings, and how the panels stand: kept in the workspace, undone step by step.

/** A view on subjects. `settings` belongs to its view, which reads them with care: they may come from another version. */
export interface Tab {
  readonly id: string
  readonly view: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** What undo and redo move through. */
export interface Desk {
  readonly tabs: readonly Tab[]
  readonly active: string
}

/** How the panels stand; no step of undo. */
export interface Panels {
  readonly tree: boolean
  readonly jobs: boolean
  /** In pixels; null: what suits the window. */
  readonly treeWidth: number | null
  readonly inspectorWidth: number | null
  /** Views whose inspector is folded away. */
  readonly foldedInspectors: readonly string[]
  /** Tree groups and inspector sections that are folded. */
  readonly folded: readonly string[]
  readonly explain: boolean
}

export interface WindowState {
  readonly version: 1
  readonly desk: Desk
  readonly panels: Panels
}

export const treeLimits = { least: 180, most: 360 }
export const inspectorLimits = { least: 264, most: 440 }

export const startDesk: Desk = { tabs: [{ id: 'start', view: 'start', settings: {} }], active: 'start' }
export const startPanels: Panels = {
  tree: true,
  jobs: false,
  treeWidth: null,
  inspectorWidth: null,
  foldedInspectors: [],
  folded: [],
  explain: true,
}

/** The widths that suit a window of so many pixels. */
export function panelWidths(windowWidth: number): { tree: number; inspector: number } {
  if (windowWidth >= 1800) return { tree: 256, inspector: 336 }
  if (windowWidth >= 1360) return { tree: 232, inspector: 304 }
  return { tree: 208, inspector: 284 }
}

export function clampWidth(width: number, limits: { least: number; most: number }): number {
  return Math.round(Math.min(limits.most, Math.max(limits.least, width)))
}

function freshId(desk: Desk, view: string): string {
  for (let n = 1; ; n++) if (!desk.tabs.some(({ id }) => id === `${view}-${n}`)) return `${view}-${n}`
}

export function activeTab(desk: Desk): Tab | undefined {
  return desk.tabs.find(({ id }) => id === desk.active)
}

/** Opens a new tab behind the active one and goes there. The start screen makes way for the first real view. */
export function openTab(desk: Desk, view: string, settings: Readonly<Record<string, unknown>>): Desk {
  const tab: Tab = { id: freshId(desk, view), view, settings }
  const at = desk.tabs.findIndex(({ id }) => id === desk.active)
  const start = desk.tabs[at]?.view === 'start' && view !== 'start'
  const tabs = [...desk.tabs.slice(0, start ? at : at + 1), tab, ...desk.tabs.slice(at + 1)]
  return { tabs, active: tab.id }
}

/** Goes to the first tab of a view, or opens one. */
export function goToView(desk: Desk, view: string, settings: Readonly<Record<string, unknown>>): Desk {
  if (activeTab(desk)?.view === view) return desk
  const there = desk.tabs.find((tab) => tab.view === view)
  return there ? { ...desk, active: there.id } : openTab(desk, view, settings)
}

/** Closes a tab; its right neighbour becomes active, and the start screen stands where no tab is left. */
export function closeTab(desk: Desk, id: string): Desk {
  const at = desk.tabs.findIndex((tab) => tab.id === id)
  if (at < 0) return desk
  const tabs = desk.tabs.filter((tab) => tab.id !== id)
  if (tabs.length === 0) return startDesk
  const next = tabs[Math.min(at, tabs.length - 1)]!
  return { tabs, active: desk.active === id ? next.id : desk.active }
}

/** Goes `step` tabs on, around the ends. */
export function stepTab(desk: Desk, step: number): Desk {
  const at = desk.tabs.findIndex(({ id }) => id === desk.active)
  const next = desk.tabs[(at + step + desk.tabs.length) % desk.tabs.length]
  return next && next.id !== desk.active ? { ...desk, active: next.id } : desk
}

export function chooseTab(desk: Desk, id: string): Desk {
  return desk.active !== id && desk.tabs.some((tab) => tab.id === id) ? { ...desk, active: id } : desk
}

/** Changes some settings of a tab; the very same desk where nothing differs. */
export function changeTab(desk: Desk, id: string, change: Readonly<Record<string, unknown>>): Desk {
  const tab = desk.tabs.find((one) => one.id === id)
  if (!tab) return desk
  const differs = Object.entries(change).some(
    ([name, value]) => JSON.stringify(tab.settings[name]) !== JSON.stringify(value),
  )
  if (!differs) return desk
  const changed: Tab = { ...tab, settings: { ...tab.settings, ...change } }
  return { ...desk, tabs: desk.tabs.map((one) => (one.id === id ? changed : one)) }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
const flag = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise)

/** What was kept, as far as it can be understood; tabs of views that `known` does not name are left out. */
export function readWindowState(kept: unknown, known: (view: string) => boolean): WindowState {
  const nothing: WindowState = { version: 1, desk: startDesk, panels: startPanels }
  if (!isRecord(kept) || kept.version !== 1) return nothing
  const { desk, panels } = kept
  const tabs: Tab[] = []
  for (const tab of isRecord(desk) && Array.isArray(desk.tabs) ? (desk.tabs as unknown[]) : [])
    if (isRecord(tab) && typeof tab.id === 'string' && typeof tab.view === 'string' && known(tab.view))
      if (!tabs.some(({ id }) => id === tab.id))
        tabs.push({ id: tab.id, view: tab.view, settings: isRecord(tab.settings) ? tab.settings : {} })
  const active =
    isRecord(desk) && tabs.some(({ id }) => id === desk.active) ? String(desk.active) : tabs[0]?.id
  const width = (value: unknown, limits: { least: number; most: number }): number | null =>
    typeof value === 'number' && Number.isFinite(value) ? clampWidth(value, limits) : null
  const p = isRecord(panels) ? panels : {}
  return {
    version: 1,
    desk: active === undefined ? startDesk : { tabs, active },
    panels: {
      tree: flag(p.tree, true),
      jobs: flag(p.jobs, false),
      treeWidth: width(p.treeWidth, treeLimits),
      inspectorWidth: width(p.inspectorWidth, inspectorLimits),
      foldedInspectors: texts(p.foldedInspectors),
      folded: texts(p.folded),
      explain: flag(p.explain, true),
    },
  }
}

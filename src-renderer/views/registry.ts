// Which views are there? A new one is a folder and a line here.
import { aboutView } from './about/view.ts'
import { compareView } from './compare/view.ts'
import { correspondenceView } from './correspondence/view.ts'
import { inspectView } from './inspect/view.ts'
import { mapView } from './map/view.ts'
import { modelView } from './model/view.ts'
import { partsView } from './parts/view.ts'
import { predictView } from './predict/view.ts'
import { reconstructView } from './reconstruct/view.ts'
import { registersView } from './registers/view.ts'
import { settingsView } from './settings/view.ts'
import { shortcutsView } from './shortcuts/view.ts'
import { startView } from './start/view.ts'
import { trainView } from './train/view.ts'
import { videoView } from './video/view.ts'
import type { ViewDefinition } from './view.ts'

export const views: readonly ViewDefinition[] = [
  startView,
  inspectView,
  partsView,
  reconstructView,
  trainView,
  videoView,
  correspondenceView,
  mapView,
  registersView,
  predictView,
  modelView,
  compareView,
  settingsView,
  shortcutsView,
  aboutView,
]

export function viewOf(id: string): ViewDefinition | undefined {
  return views.find((view) => view.id === id)
}

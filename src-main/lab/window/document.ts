// Which workspace is open, and what does a window see of it? One at a time; each change is kept before it is answered.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Problem } from '../../../src-shared/domain/problem.ts'
import type { ModelRow, PictureRow, RunRow, Workspace } from '../../../src-shared/domain/workspace.ts'
import { toFailure, toWire } from '../../../src-shared/protocol/errors.ts'
import { freeName, importPack, saveAs, type Progress } from '../workspace/copies.ts'
import { dataFolder, type ReadableWorkspace, type WritableWorkspace } from '../workspace/database.ts'
import { listDataSets } from '../workspace/dataSets.ts'
import { listInspections } from '../workspace/inspections.ts'
import { listMaps } from '../workspace/maps.ts'
import { listModels, type StoredModel } from '../workspace/models.ts'
import { readNotes } from '../workspace/notes.ts'
import { kindOf, openWorkspace, type OpenWorkspace } from '../workspace/open.ts'
import { listPictures, type StoredPicture } from '../workspace/pictures.ts'
import { pathOf, stateOf, type Located } from '../workspace/rows.ts'
import { listRuns, runFolder, type StoredRun } from '../workspace/runs.ts'
import { readViewState } from '../workspace/viewState.ts'
import { bundledPicture } from './bundled.ts'
import { unsavedFolder } from './home.ts'
import { dataSetRow, mapRow } from './maps/rows.ts'
import type { Preferences } from './preferences.ts'

export interface LabDocument {
  readable(): ReadableWorkspace
  /** The workspace for writing. Throws Failure, with the reason, where it can only be read. */
  writable(): WritableWorkspace
  /** Told after a change that windows should see. */
  changed(): void
  /** Told after a change that only the window itself made, such as how it stands. */
  touched(): void
  /** What a window sees now. */
  snapshot(): Workspace
  /** Looks again whether the files of models and pictures are there. */
  lookAround(): Promise<void>
  /** Why a subject cannot be used; null takes an older reason back. */
  setProblem(id: string, failure: Failure | null): void
  open(path: string): void
  /** Opens a new workspace without a place; true where it was made now and is empty. */
  create(): void
  openOrUnpack(path: string, onProgress: Progress, signal: AbortSignal): Promise<void>
  saveAs(path: string, onProgress: Progress, signal: AbortSignal): Promise<void>
  close(): void
}

export interface DocumentOptions {
  home: string
  /** The folder of bundled models and pictures. */
  resources: string
  preferences: Preferences
  onChange: () => void
  onNotice: (text: string) => void
  /** Called with a workspace that was just opened; `fresh` where it was just made. */
  onOpened: (fresh: boolean) => void
}

/** The lab's document; nothing is open before `open` or `create`. */
export function createDocument(options: DocumentOptions): LabDocument {
  const { home, preferences, onChange, onNotice } = options
  let opened: OpenWorkspace | null = null
  let id = ''
  let savedAt: string | null = null
  const missing = new Map<string, Failure>()
  const problems = new Map<string, Failure>()

  const readable = (): ReadableWorkspace => {
    if (!opened) throw new Failure('internal', 'No workspace is open.')
    return opened.workspace
  }
  const isUnsaved = (path: string): boolean => dirname(resolve(path)) === resolve(unsavedFolder(home))

  function take(next: OpenWorkspace, fresh: boolean): void {
    opened?.close()
    opened = next
    id = randomUUID()
    savedAt = null
    missing.clear()
    problems.clear()
    try {
      preferences.opened(next.workspace.path)
    } catch (error) {
      onNotice(toFailure(error).message)
    }
    for (const notice of next.notices) onNotice(notice)
    if (next.mode === 'read') onNotice(next.why)
    options.onOpened(fresh)
    onChange()
  }

  function open(path: string): void {
    const full = resolve(path)
    if (opened && full === resolve(opened.workspace.path)) return
    try {
      take(openWorkspace(full), false)
    } catch (error) {
      if (!existsSync(full)) preferences.forget(full)
      throw error
    }
  }

  const problemOf = (subject: string): Problem | null => {
    const failure = missing.get(subject) ?? problems.get(subject)
    return failure ? toWire(failure) : null
  }

  const modelRow = (model: StoredModel): ModelRow => ({
    id: model.id,
    name: model.name,
    path: model.kept === 'bundled' ? model.path : pathOf(readable(), model),
    bundled: model.kept === 'bundled',
    bytes: model.bytes,
    network: model.facts?.network ?? model.overrides.network ?? '',
    networks: model.facts?.networks ?? [],
    spec: model.facts?.spec ?? null,
    parameters: model.facts?.parameters ?? 0,
    overrides: model.overrides,
    problem: problemOf(model.id),
  })
  const pictureRow = (picture: StoredPicture): PictureRow => ({
    id: picture.id,
    name: picture.name,
    path:
      picture.kept === 'bundled'
        ? bundledPicture(options.resources, picture.path)
        : pathOf(readable(), picture),
    bundled: picture.kept === 'bundled',
    width: picture.width,
    height: picture.height,
    bytes: picture.bytes,
    credit: picture.credit,
    problem: problemOf(picture.id),
  })

  const runRow = (run: StoredRun): RunRow => ({
    id: run.id,
    name: run.name,
    folder: runFolder(readable(), run),
    method: run.start.method,
    preset: run.start.preset,
    data: run.start.data,
    state: run.state,
    step: run.facts?.step ?? 0,
    totalSteps: run.facts?.totalSteps ?? 0,
    collapse: run.facts?.collapse?.kind ?? '',
    problem: run.problem,
    created: new Date(run.added).toISOString(),
  })

  return {
    readable,
    writable: () => {
      const workspace = readable()
      if (opened?.mode === 'write') return opened.workspace
      throw new Failure(
        'disk',
        opened?.mode === 'read' ? opened.why : `${basename(workspace.path)} cannot be written.`,
        'Save the workspace under another name and go on there.',
      )
    },
    changed: () => {
      savedAt = new Date().toISOString()
      onChange()
    },
    touched: () => {
      savedAt = new Date().toISOString()
    },
    setProblem: (subject, failure) => {
      if (failure) problems.set(subject, failure)
      else problems.delete(subject)
    },
    snapshot: () => {
      const workspace = readable()
      return {
        id,
        path: isUnsaved(workspace.path) ? null : workspace.path,
        name: basename(workspace.path, extname(workspace.path)),
        readOnly: opened?.mode === 'read' ? opened.why : '',
        models: listModels(workspace).map(modelRow),
        pictures: listPictures(workspace).map(pictureRow),
        runs: listRuns(workspace).map(runRow),
        dataSets: listDataSets(workspace).map(dataSetRow),
        maps: listMaps(workspace).map(mapRow),
        inspections: listInspections(workspace).map(({ id: inspection, name, view, settings, changed }) => ({
          id: inspection,
          name,
          view,
          settings,
          changed: new Date(changed).toISOString(),
        })),
        notes: readNotes(workspace),
        window: readViewState(workspace, 'window'),
        savedAt,
      }
    },
    lookAround: async () => {
      const workspace = readable()
      const look = async (subject: Located & { id: string; name: string }): Promise<boolean> => {
        const was = missing.has(subject.id)
        const is = (await stateOf(workspace, subject)) === 'missing'
        if (is)
          missing.set(
            subject.id,
            new Failure(
              'unreadable-file',
              `${subject.name} is not where it was: ${subject.path}.`,
              'Put the file back, or drop it here from where it is now.',
            ),
          )
        else missing.delete(subject.id)
        return was !== is
      }
      const subjects = [...listModels(workspace), ...listPictures(workspace)]
      const news = await Promise.all(subjects.map(look))
      if (opened?.workspace === workspace && news.includes(true)) onChange()
    },
    open,
    create: () => {
      mkdirSync(unsavedFolder(home), { recursive: true })
      const path = freeName(join(unsavedFolder(home), 'Untitled'))
      take(openWorkspace(path, { create: true }), true)
    },
    openOrUnpack: async (path, onProgress, signal) => {
      if (kindOf(path) !== 'pack') return open(path)
      const to = freeName(path)
      await importPack(path, to, onProgress, signal)
      open(to)
    },
    saveAs: async (path, onProgress, signal) => {
      const from = readable()
      const full = resolve(extname(path) === '' ? `${path}.emergence` : path)
      await saveAs(from, full, onProgress, signal)
      const wasUnsaved = isUnsaved(from.path) && opened?.mode === 'write'
      open(full)
      savedAt = new Date().toISOString()
      if (!wasUnsaved) return
      // It was given a place: what lay without one is not needed any more.
      preferences.forget(from.path)
      await rm(from.path, { force: true })
      await rm(dataFolder(from.path), { recursive: true, force: true })
    },
    close: () => {
      opened?.close()
      opened = null
    },
  }
}

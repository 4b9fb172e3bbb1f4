// Answers the calls about the workspace: what is in it, where it is kept, what a person wrote and arranged.
import { basename } from 'node:path'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import { plainSuffix, storeFile } from '../../workspace/blobs.ts'
import { exportPack } from '../../workspace/copies.ts'
import { cleanUp, diskUse } from '../../workspace/diskUse.ts'
import { keepInspection, removeInspection } from '../../workspace/inspections.ts'
import { findModel, keepModelCopy, overrideModel, removeModel, renameModel } from '../../workspace/models.ts'
import { keepNotes } from '../../workspace/notes.ts'
import { findPicture, keepPictureCopy, removePicture, renamePicture } from '../../workspace/pictures.ts'
import { keepViewState } from '../../workspace/viewState.ts'
import { placeUpload } from './adding.ts'
import type { HandlersOf } from './kind.ts'
import type { WindowLab } from '../parts.ts'

type Names = Extract<
  CallName,
  | 'workspace'
  | 'newWorkspace'
  | 'openWorkspace'
  | 'saveWorkspaceAs'
  | 'exportWorkspace'
  | 'recentWorkspaces'
  | 'diskUse'
  | 'cleanUp'
  | 'keepNotes'
  | 'keepWindow'
  | 'keepInspection'
  | 'removeInspection'
  | 'removeModel'
  | 'renameModel'
  | 'overrideModel'
  | 'copyIn'
  | 'removePicture'
  | 'renamePicture'
>
const mostWindowState = 1 << 20

function gone(what: string): Failure {
  return new Failure('bad-argument', `This ${what} is not in the workspace any more.`)
}

async function use(
  lab: WindowLab,
): Promise<{ workspace: number; data: number; unused: number; uploads: number }> {
  return { ...(await diskUse(lab.document.readable())), uploads: lab.uploads.bytes() }
}

export const workspaceHandlers: HandlersOf<Names> = (lab) => {
  const { document, jobs, preferences, reader } = lab
  /** Makes a change that every window should see. */
  const change = (work: () => boolean | void, what: string): Record<string, never> => {
    if (work() === false) throw gone(what)
    document.changed()
    return {}
  }
  return {
    workspace: () => {
      void document.lookAround()
      return document.snapshot()
    },
    newWorkspace: async () => {
      await lab.runs.rest()
      document.create()
      return {}
    },
    openWorkspace: async ({ source }, { signal }) => {
      const path = source.kind === 'path' ? source.path : await placeUpload(lab, source.id)
      await lab.runs.rest()
      await jobs.run(
        `Opening ${basename(path)}`,
        'bytes',
        (job) => document.openOrUnpack(path, job.progress, job.signal),
        signal,
      )
      return {}
    },
    saveWorkspaceAs: async ({ path }, { signal }) => {
      await lab.runs.rest()
      await jobs.run(
        `Saving as ${basename(path)}`,
        'bytes',
        (job) => document.saveAs(path, job.progress, job.signal),
        signal,
      )
      return {}
    },
    exportWorkspace: async ({ path }, { signal }) => {
      await jobs.run(
        `Exporting ${basename(path)}`,
        'bytes',
        (job) => exportPack(document.readable(), path, job.progress, job.signal),
        signal,
      )
      return {}
    },
    recentWorkspaces: () => ({ recent: [...preferences.recent()] }),
    diskUse: () => use(lab),
    cleanUp: async () => {
      await cleanUp(document.writable())
      return use(lab)
    },
    keepNotes: ({ text }) => change(() => keepNotes(document.writable(), text), 'workspace'),
    keepWindow: ({ state }) => {
      if (JSON.stringify(state).length > mostWindowState)
        throw new Failure('too-large', 'The state of the window is over 1 MB of JSON.')
      keepViewState(document.writable(), 'window', state)
      document.touched()
      return {}
    },
    keepInspection: (inspection) => {
      const id = keepInspection(document.writable(), inspection)
      document.changed()
      return { id }
    },
    removeInspection: ({ id }) => change(() => removeInspection(document.writable(), id), 'inspection'),
    removeModel: ({ id }) => change(() => removeModel(document.writable(), id), 'model'),
    renameModel: ({ id, name }) => change(() => renameModel(document.writable(), id, name), 'model'),
    overrideModel: async ({ id, overrides }, { signal }) => {
      const model = findModel(document.readable(), id)
      if (!model) throw gone('model')
      const facts = await reader.factsOf(await lab.modelPath(model), overrides, signal)
      document.setProblem(id, null)
      return change(() => overrideModel(document.writable(), id, overrides, facts), 'model')
    },
    copyIn: async ({ id }, { signal }) => {
      const workspace = document.writable()
      const subject = findModel(workspace, id) ?? findPicture(workspace, id)
      if (!subject) throw gone('model or picture')
      if (subject.kept !== 'path') return {}
      const blob = await jobs.run(
        `Copying ${subject.name} into the workspace`,
        'bytes',
        () => storeFile(workspace, subject.path, plainSuffix(subject.path)),
        signal,
      )
      return change(
        () =>
          'facts' in subject ? keepModelCopy(workspace, id, blob) : keepPictureCopy(workspace, id, blob),
        'model or picture',
      )
    },
    removePicture: ({ id }) => change(() => removePicture(document.writable(), id), 'picture'),
    renamePicture: ({ id, name }) => change(() => renamePicture(document.writable(), id, name), 'picture'),
  }
}

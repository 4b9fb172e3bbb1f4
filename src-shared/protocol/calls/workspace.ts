// Calls about the workspace: what is in it, where it is kept, and every change of it.
import { z } from 'zod'
import { modelOverridesSchema } from '../../domain/checkpoint.ts'
import {
  addedSchema,
  diskUseSchema,
  idSchema,
  recentWorkspaceSchema,
  sourceSchema,
  workspaceSchema,
} from '../../domain/workspace.ts'
import type { CallSchema } from './common.ts'

const nothing = z.object({})
const path = z.string().min(1).max(4096)
const name = z.string().min(1).max(400)

const workspace = { request: nothing, result: workspaceSchema, item: null }
const newWorkspace = { request: nothing, result: nothing, item: null }
/** Opens a `.emergence` file, or unpacks an exported one beside it and opens that. */
const openWorkspace = { request: z.object({ source: sourceSchema }), result: nothing, item: null }
/** Copies the workspace to a place and goes on there. */
const saveWorkspaceAs = { request: z.object({ path }), result: nothing, item: null }
/** Packs the workspace into one file. */
const exportWorkspace = { request: z.object({ path }), result: nothing, item: null }
const recentWorkspaces = {
  request: nothing,
  result: z.object({ recent: z.array(recentWorkspaceSchema) }),
  item: null,
}
const diskUse = { request: nothing, result: diskUseSchema, item: null }
/** Removes what nothing refers to. */
const cleanUp = { request: nothing, result: diskUseSchema, item: null }

const keepNotes = { request: z.object({ text: z.string().max(1 << 20) }), result: nothing, item: null }
/** Keeps how the window stands; at most 1 MB of JSON. */
const keepWindow = { request: z.object({ state: z.json() }), result: nothing, item: null }
const keepInspection = {
  request: z.object({ id: idSchema.nullable(), name, view: z.string().max(60), settings: z.json() }),
  result: z.object({ id: idSchema }),
  item: null,
}
const removeInspection = { request: z.object({ id: idSchema }), result: nothing, item: null }

/** Sorts files and folders into models, pictures and workspaces, and adds them. */
const add = {
  request: z.object({ sources: z.array(sourceSchema).min(1).max(10_000) }),
  result: addedSchema,
  item: null,
}
const removeModel = { request: z.object({ id: idSchema }), result: nothing, item: null }
const renameModel = { request: z.object({ id: idSchema, name }), result: nothing, item: null }
const overrideModel = {
  request: z.object({ id: idSchema, overrides: modelOverridesSchema }),
  result: nothing,
  item: null,
}
/** Copies a model or picture that is kept by path into the workspace's data folder. */
const copyIn = { request: z.object({ id: idSchema }), result: nothing, item: null }
const removePicture = { request: z.object({ id: idSchema }), result: nothing, item: null }
const renamePicture = { request: z.object({ id: idSchema, name }), result: nothing, item: null }

export const workspaceCalls = {
  workspace,
  newWorkspace,
  openWorkspace,
  saveWorkspaceAs,
  exportWorkspace,
  recentWorkspaces,
  diskUse,
  cleanUp,
  keepNotes,
  keepWindow,
  keepInspection,
  removeInspection,
  add,
  removeModel,
  renameModel,
  overrideModel,
  copyIn,
  removePicture,
  renamePicture,
} satisfies Record<string, CallSchema>

// Calls that the window makes and its host answers: the system's dialogs, the clipboard, the browser.
//
// They travel through the lab like every other call, so that there is one protocol; the lab hands them to the host
// that carries the window. A host that cannot do one of them says so.
import { z } from 'zod'
import { idSchema, sourceSchema } from '../../domain/workspace.ts'
import type { CallSchema } from './common.ts'

const nothing = z.object({})
const bytes = z.instanceof(Uint8Array<ArrayBufferLike>)
const fileName = z.string().min(1).max(255)

/** What differs between hosts; the window asks once. */
const hostFacts = {
  request: nothing,
  result: z.object({
    host: z.enum(['electron', 'browser']),
    platform: z.enum(['linux', 'mac', 'windows']),
    dialogs: z.boolean(),
    /** Bytes of one uploaded file at most; null where files are read in place. */
    uploadLimit: z.number().nullable(),
    versions: z.record(z.string(), z.string()),
  }),
  item: null,
}
/** The system's open dialog; null where it was dismissed. */
const choose = {
  request: z.object({ what: z.enum(['files', 'folder', 'workspace']) }),
  result: z.object({ sources: z.array(sourceSchema).nullable() }),
  item: null,
}
/** Asks for a place with the system's save dialog; null where it was dismissed. */
const chooseSavePath = {
  request: z.object({ name: fileName, what: z.enum(['workspace', 'export']) }),
  result: z.object({ path: z.string().nullable() }),
  item: null,
}
/** Writes bytes where a person says in the system's save dialog. */
const saveFile = {
  request: z.object({ name: fileName, type: z.string().max(100), bytes }),
  result: z.object({ saved: z.boolean() }),
  item: null,
}
const copyText = { request: z.object({ text: z.string().max(1 << 24) }), result: nothing, item: null }
/** Puts a PNG on the clipboard. */
const copyPicture = { request: z.object({ png: bytes }), result: nothing, item: null }
/** Opens a page of documentation in the default browser. */
const openExternal = { request: z.object({ address: z.url() }), result: nothing, item: null }

/** Said by a host of itself: a file that the window sent now lies here. The window cannot make this call. */
const uploaded = {
  request: z.object({ id: idSchema, path: z.string(), name: z.string(), bytes: z.number() }),
  result: nothing,
  item: null,
}
/** Said by a host: its menu or the system wants something of the windows. The window cannot make this call. */
const tellWindows = {
  request: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('command'), command: z.string() }),
    z.object({ kind: z.literal('open'), sources: z.array(sourceSchema) }),
    z.object({ kind: z.literal('notice'), level: z.enum(['notice', 'alarm']), text: z.string() }),
  ]),
  result: nothing,
  item: null,
}

export const hostCalls = {
  hostFacts,
  choose,
  chooseSavePath,
  saveFile,
  copyText,
  copyPicture,
  openExternal,
} satisfies Record<string, CallSchema>

/** Made by a host, never by a window. */
export const hostOnlyCalls = { uploaded, tellWindows } satisfies Record<string, CallSchema>

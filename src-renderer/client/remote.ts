// How are the window's wishes turned into calls? The lab of `lab.ts`, fulfilled by the typed client of the protocol.
import type { Client } from '../../src-shared/protocol/client.ts'
import { mapCallNames, type Capabilities, type Lab, type MapCalls, type Source } from './lab.ts'

/** What the calls cannot do: the link's own events, and how a file given to the page reaches the lab. */
export interface Link {
  /** The client of the link as it is now; another after it was lost and came back. */
  client(): Client
  subscribe: Lab['subscribe']
  /** Makes a file of the page reachable for the lab: its path, or an upload. */
  place: Lab['place']
  pathOf: Lab['pathOf']
  /** Saves bytes where the host has no dialog: the browser's own download. */
  download(name: string, type: string, bytes: Uint8Array): void
}

/** The lab behind a link. */
export function remoteLab(link: Link): Lab {
  const client = (): Client => link.client()
  let facts: Promise<Capabilities> | null = null
  // The facts of a host never change while the page lives.
  const capabilities = (): Promise<Capabilities> => {
    facts ??= client()
      .hostFacts({})
      .catch((thrown: unknown) => {
        facts = null
        throw thrown
      })
    return facts
  }
  const quiet = async (work: Promise<unknown>): Promise<void> => void (await work)

  return {
    capabilities,
    subscribe: link.subscribe,
    place: link.place,
    pathOf: link.pathOf,

    workspace: () => client().workspace({}),
    newWorkspace: () => quiet(client().newWorkspace({})),
    openWorkspace: (source) => quiet(client().openWorkspace({ source })),
    saveWorkspaceAs: (path) => quiet(client().saveWorkspaceAs({ path })),
    exportWorkspace: (path) => quiet(client().exportWorkspace({ path })),
    recentWorkspaces: async () => (await client().recentWorkspaces({})).recent,
    diskUse: () => client().diskUse({}),
    cleanUp: () => client().cleanUp({}),
    keepNotes: (text) => quiet(client().keepNotes({ text })),
    keepWindow: (state) => quiet(client().keepWindow({ state: state as never })),
    keepInspection: async ({ id, name, view, settings }) =>
      (await client().keepInspection({ id, name, view, settings: settings as never })).id,
    removeInspection: (id) => quiet(client().removeInspection({ id })),

    add: (sources, signal) => client().add({ sources: [...sources] }, { signal }),
    removeModel: (id) => quiet(client().removeModel({ id })),
    renameModel: (id, name) => quiet(client().renameModel({ id, name })),
    overrideModel: (id, overrides) => quiet(client().overrideModel({ id, overrides })),
    removePicture: (id) => quiet(client().removePicture({ id })),
    renamePicture: (id, name) => quiet(client().renamePicture({ id, name })),

    inspection: (model) => client().modelInspection({ model }),
    tensorStats: (model, each, signal) => quiet(client().modelStats({ model }, { signal, onItem: each })),
    diff: (first, second, signal) => client().modelDiff({ first, second }, { signal }),

    estimateLook: (request) => client().estimateLook({ ...request }),
    look: async (request, listener, signal) => {
      const end = await client().lookAt(
        { ...request },
        {
          signal,
          onItem: (item) => {
            if (item.kind === 'facts') listener.facts(item)
            else listener.layer(item)
          },
        },
      )
      listener.end(end)
    },

    patches: ({ pictures, ...request }, each, signal) =>
      quiet(client().patchTokensAt({ ...request, pictures: [...pictures] }, { signal, onItem: each })),
    rebuild: ({ hidden, ...request }, each, signal) =>
      client().rebuildAt({ ...request, hidden: [...hidden] }, { signal, onItem: each }),
    predict: ({ targets, among, ...request }, signal) =>
      client().predictAt({ ...request, targets: [...targets], among: [...among] }, { signal }),
    frame: (request, signal) => client().frameTokensAt({ ...request }, { signal }),

    // Each call asks the client as it is now: the link may have been lost and come back.
    maps: Object.fromEntries(
      mapCallNames.map((name) => [
        name,
        (...words: unknown[]) =>
          (client() as never as Record<string, (...of: unknown[]) => unknown>)[name]!(...words),
      ]),
    ) as never as MapCalls,
    runMethods: async () => (await client().runMethods({})).methods,
    runData: (data, samples, signal) => client().runData({ data, samples }, { signal }),
    previewCrops: (request, signal) => client().previewCropsAt(request, { signal }),
    startRun: async (run) => (await client().startRun(run)).id,
    branchRun: (id, step, set) => client().branchRun({ id, step, set, name: '' }),
    controlRun: (id, action, set) => quiet(client().controlRun({ id, action, set })),
    followRun: (id, each, signal) => quiet(client().followRun({ id }, { signal, onItem: each })),
    openRunCheckpoint: (id, step) => client().openRunCheckpoint({ id, step }),
    runCheckpoint: (id, step) => client().runCheckpoint({ id, step }),
    renameRun: (id, name) => quiet(client().renameRun({ id, name })),
    removeRun: (id, removed) => quiet(client().removeRun({ id, removed })),

    settings: () => client().settings({}),
    changeSettings: (change) => quiet(client().changeSettings({ change })),
    devices: async () => (await client().devices({})).devices,
    jobs: async () => (await client().jobs({})).jobs,
    cancelJob: (id) => quiet(client().cancelJob({ id })),
    restartEngine: () => quiet(client().restartEngine({})),
    diagnostics: async () => (await client().diagnostics({})).text,

    choose: async (what) => (await client().choose({ what })).sources as readonly Source[] | null,
    save: async (name, type, bytes) => {
      if ((await capabilities()).dialogs) return (await client().saveFile({ name, type, bytes })).saved
      link.download(name, type, bytes)
      return true
    },
    chooseSavePath: async (name, what) => (await client().chooseSavePath({ name, what })).path,
    copyText: async (text) => {
      if ((await capabilities()).host === 'electron') await client().copyText({ text })
      else await navigator.clipboard.writeText(text)
    },
    copyPicture: async (png) => {
      if ((await capabilities()).host === 'electron') await client().copyPicture({ png })
      else
        await navigator.clipboard.write([
          new ClipboardItem({
            'image/png': new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' }),
          }),
        ])
    },
    openExternal: async (address) => {
      if ((await capabilities()).host === 'electron') await client().openExternal({ address })
      else window.open(address, '_blank', 'noopener,noreferrer')
    },
  }
}

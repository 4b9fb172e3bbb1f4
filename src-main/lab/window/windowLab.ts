// How do the parts of a window's lab hear of each other? Document, engine, jobs and settings, put together.
import { join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { RunSettings } from '../../../src-shared/protocol/calls/common.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { toFailure } from '../../../src-shared/protocol/errors.ts'
import { deviceIds } from '../../../src-shared/domain/device.ts'
import { version } from '../../../src-shared/domain/version.ts'
import { keepProjection } from '../../processes/projection.ts'
import { createLab } from '../lab.ts'
import { pathOf } from '../workspace/rows.ts'
import { addBundled, bundledModel, bundledPicture } from './bundled.ts'
import { createDocument } from './document.ts'
import { keepEngine } from './engineKeeper.ts'
import { createHub } from './hub.ts'
import { createJobBoard } from './jobBoard.ts'
import type { WindowLab } from './parts.ts'
import { openPreferences } from './preferences.ts'
import { createReader } from './reader.ts'
import { keepRuns } from './runs/keeper.ts'
import { startRunProcess } from './runs/process.ts'
import { createUploads } from './uploads.ts'

export interface WindowLabOptions {
  home: string
  resources: string
  /** The workspace to open; the last one where absent. */
  workspace?: string | undefined
}

/** Starts the lab of a window and opens its workspace. */
export function createWindowLab({ home, resources, workspace }: WindowLabOptions): WindowLab {
  const hub = createHub()
  const troubles: string[] = []
  const preferences = openPreferences(home)
  const jobs = createJobBoard((list) => hub.say({ kind: 'jobs', jobs: [...list] }))

  function notice(level: 'notice' | 'alarm', text: string): void {
    troubles.push(`${new Date().toISOString()} ${text}`)
    if (troubles.length > 30) troubles.shift()
    hub.say({ kind: 'notice', level, text })
  }

  const engine = keepEngine(
    (state) => hub.say({ kind: 'engine', engine: state }),
    () => {
      notice(
        'notice',
        'The engine ended and starts again with the next look. Nothing that was saved is lost.',
      )
      engine.start()
    },
  )
  const projection = keepProjection(() =>
    notice('notice', 'The process that makes maps ended; the next map starts it again.'),
  )
  const calls = createClient(
    createLab({
      engine,
      projection,
      resources,
      host: { version, paths: true, dialogs: false, uploadLimit: 0 },
    }),
  )

  const document = createDocument({
    home,
    resources,
    preferences,
    onChange: () => hub.say({ kind: 'workspace', workspace: document.snapshot() }),
    onNotice: (text) => notice('notice', text),
    onOpened: (fresh) => {
      if (fresh) addBundled(document.writable(), resources)
      runs.opened()
      void document
        .lookAround()
        .then(() => reader.catchUp())
        .catch((thrown: unknown) => notice('notice', toFailure(thrown).message))
    },
  })

  const runSettings = (): RunSettings => {
    const { device, threads, precision } = preferences.settings()
    const known = deviceIds.find((id) => id === device) ?? 'auto'
    return { device: known, precision, ...(threads > 0 ? { threads } : {}) }
  }
  const runs = keepRuns({
    document,
    jobs,
    engine,
    startProcess: startRunProcess,
    settings: runSettings,
    notice,
  })

  const lab: WindowLab = {
    home,
    resources,
    document,
    preferences,
    jobs,
    uploads: createUploads(),
    hub,
    engine,
    get reader() {
      return reader
    },
    calls,
    notice,
    troubles,
    runSettings,
    runs,
    modelPath: async (model) => {
      if (model.kept !== 'bundled') return pathOf(document.readable(), model)
      const bundled = await bundledModel(resources, model.path)
      if (bundled) return bundled.path
      throw new Failure(
        'unreadable-file',
        `The model ${model.path} does not come with this version of Emergence.`,
        'Open a file of it, and remove this entry.',
      )
    },
    picturePath: (picture) =>
      picture.kept === 'bundled'
        ? bundledPicture(resources, picture.path)
        : pathOf(document.readable(), picture),
    close: async () => {
      await runs.rest()
      jobs.cancelAll()
      reader.stop()
      engine.stop()
      projection.stop()
      document.close()
    },
  }
  const reader = createReader(lab)

  openFirst(lab, workspace)
  return lab
}

/** Opens what was asked for, else the last workspace, else a new one: something is always open. */
function openFirst({ document, preferences, notice, home }: WindowLab, asked: string | undefined): void {
  const last = preferences.recent()[0]?.path
  for (const path of [asked, last]) {
    if (path === undefined) continue
    try {
      document.open(path)
      return
    } catch (thrown) {
      notice('alarm', toFailure(thrown).message)
    }
  }
  try {
    document.create()
  } catch (thrown) {
    const failure = toFailure(thrown)
    throw new Failure(
      failure.code,
      `No workspace could be made in ${join(home, 'workspaces')}: ${failure.message}`,
      failure.hint,
    )
  }
}

// What is the lab of a window made of?
import type { ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'
import type { RunSettings } from '../../../src-shared/protocol/calls/common.ts'
import type { Client } from '../../../src-shared/protocol/client.ts'
import type { ModelFacts, StoredModel } from '../workspace/models.ts'
import type { StoredPicture } from '../workspace/pictures.ts'
import type { LabDocument } from './document.ts'
import type { EngineKeeper } from './engineKeeper.ts'
import type { Hub } from './hub.ts'
import type { JobBoard } from './jobBoard.ts'
import type { Preferences } from './preferences.ts'
import type { RunKeeper } from './runs/keeper.ts'
import type { Uploads } from './uploads.ts'

export interface Reader {
  /** What the lab keeps of a checkpoint. Throws Failure where it cannot be opened. */
  factsOf(path: string, overrides: ModelOverrides, signal?: AbortSignal): Promise<ModelFacts>
  /** Reads what is missing: facts of models, then the hashes of files. */
  catchUp(): Promise<void>
  stop(): void
}

export interface WindowLab {
  readonly home: string
  readonly resources: string
  readonly document: LabDocument
  readonly preferences: Preferences
  readonly jobs: JobBoard
  readonly uploads: Uploads
  readonly hub: Hub
  readonly engine: EngineKeeper
  readonly reader: Reader
  readonly runs: RunKeeper
  /** The calls that need no workspace, models named by path. */
  readonly calls: Client
  /** How a person wants it run. */
  runSettings(): RunSettings
  /** Where a model can be read. Throws Failure where it cannot. */
  modelPath(model: StoredModel): Promise<string>
  picturePath(picture: StoredPicture): string
  notice(level: 'notice' | 'alarm', text: string): void
  /** The last things that went wrong, for the diagnostics. */
  readonly troubles: string[]
  /** Brings runs to rest and closes the workspace. */
  close(): Promise<void>
}

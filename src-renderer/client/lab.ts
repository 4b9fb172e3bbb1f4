// What does the window ask of the lab? One interface; a host's link fulfils it, and the tests' fake does too.
//
// Two things travel beside the calls, on the same origin in both hosts, so that the window only knows relative
// addresses: `picture/ID?size=thumb|stage|full` (thumb: 64 px, stage: at most 2,048 px on the long side) and
// the page's own files.
import type { Block } from '../../src-shared/domain/blocks.ts'
import type { Inspection, ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import type { Client } from '../../src-shared/protocol/client.ts'
import type { mapCalls } from '../../src-shared/protocol/calls/maps.ts'
import type { DataSource, MethodFacts, MethodSettings } from '../../src-shared/domain/run.ts'
import type { Item, Request, Result } from '../../src-shared/protocol/calls.ts'
import type { HiddenChoice } from '../../src-shared/protocol/calls/studies.ts'
import type { Job, LabEvent, Settings } from '../../src-shared/domain/lab.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'
import type { Added, DiskUse, RecentWorkspace, Source, Workspace } from '../../src-shared/domain/workspace.ts'

/** One device as the doctor found it. */
export type Device = Result<'devices'>['devices'][number]

/** What differs between hosts. */
export interface Capabilities {
  readonly host: 'electron' | 'browser'
  readonly platform: 'linux' | 'mac' | 'windows'
  /** True: the host opens the system's file dialogs. False: the window uses its own file input. */
  readonly dialogs: boolean
  /** Bytes of one uploaded file at most; null where files are read in place. */
  readonly uploadLimit: number | null
  readonly versions: Readonly<Record<string, string>>
}

/** A row of the disk use, a job and the rest are the lab's own words; they are named here for the window. */
export type {
  Added,
  DiskUse,
  InspectionRow,
  ModelRow,
  PictureRow,
  RecentWorkspace,
  RunRow,
  Source,
  Workspace,
} from '../../src-shared/domain/workspace.ts'
export type { Problem } from '../../src-shared/domain/problem.ts'
export type { EngineState, Job, Settings } from '../../src-shared/domain/lab.ts'

export type Fit = 'native' | 'resize' | 'crop' | 'model'

export interface LookRequest {
  readonly model: string
  readonly picture: string
  /** Longest side of the input in pixels; null: the picture's own, 1,024 at most. */
  readonly size: number | null
  readonly fit: Fit
}

/** What a forward pass would cost, said before it runs. */
export interface LookEstimate {
  readonly input: { readonly width: number; readonly height: number }
  readonly tokens: number
  /** In the engine and in the window. */
  readonly bytes: number
  readonly seconds: number
  /** A sentence where it is heavy or cannot fit; empty otherwise. */
  readonly warning: string
  readonly possible: boolean
}

/** What is known when the forward pass is done, before the layers arrive. */
export interface LookFacts {
  readonly layout: TokenLayout
  readonly input: { readonly width: number; readonly height: number }
  /** The part of the upright picture that the network saw, in the picture's pixels. */
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly depth: number
  readonly heads: number
  readonly width: number
  readonly device: string
  /** Of the forward pass alone. */
  readonly seconds: number
  /** A notice, for example that the size was rounded; empty where there is nothing to say. */
  readonly notice: string
}

export interface LookLayer {
  readonly layer: number
  /** `[tokens, width]`, heads side by side, after rotation where the network rotates. */
  readonly q: Float32Array
  readonly k: Float32Array
  /** Norm of each token after this layer, `[tokens]`. */
  readonly norms: Float32Array
}

export interface LookEnd {
  /** The [CLS] row of the rollout over all layers (the mean of all rows without [CLS]), `[tokens]`. */
  readonly rollout: Float32Array
  /** Norm of each token after the final norm, `[tokens]`. */
  readonly norms: Float32Array
  /** Raw scores of the classification head; null without one. */
  readonly logits: Float32Array | null
  /** Names of the classes where the checkpoint or the lab knows them. */
  readonly classNames: readonly string[] | null
}

/** Patch tokens of pictures at one layer. */
export interface PatchesRequest {
  readonly model: string
  readonly pictures: readonly string[]
  readonly size: number | null
  readonly fit: Fit
  /** From 0; null: the layer that tells parts apart best. */
  readonly layer: number | null
}
export type PatchItem = Item<'patchTokensAt'>

/** One picture under one mask or several, to be filled in by a masked autoencoder. */
export interface RebuildRequest {
  readonly model: string
  readonly picture: string
  readonly size: number | null
  readonly fit: Fit
  readonly hidden: readonly HiddenChoice[]
}
export type Rebuilt = Item<'rebuildAt'>
export type RebuildRan = Result<'rebuildAt'>

/** Training runs: what is asked of them and what they tell. */
export type StartRun = Request<'startRun'>
export type RunAction = Request<'controlRun'>['action']
export type FollowItem = Item<'followRun'>
export type DataFacts = Result<'runData'>
export type CropsRequest = Request<'previewCropsAt'>
export type CropsPreview = Result<'previewCropsAt'>

/** One frame of a video, its pixels as they are shown. */
export interface FrameRequest {
  readonly model: string
  readonly frame: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }
  readonly size: number | null
  readonly fit: Fit
  /** Whose patch tokens, from 0; null: the layer that tells parts apart best. */
  readonly layer: number | null
  /** Whose attention; −1 is the last. */
  readonly attentionLayer: number
  readonly precision: 'exact' | 'fast'
}
export type FrameLook = Result<'frameTokensAt'>

/** Blocks of one picture hidden from I-JEPA's context encoder, and what its predictor says of them. */
export type PredictRequest = Omit<Request<'predictAt'>, 'targets' | 'among'> & {
  readonly targets: readonly Block[]
  /** Pictures in which the nearest patches are looked for, beside the picture itself. */
  readonly among: readonly string[]
}
export type Predicted = Result<'predictAt'>

/** What a stream of a forward pass tells, in this order: facts, layers (the last layer first), end. */
export interface LookListener {
  facts(facts: LookFacts): void
  layer(layer: LookLayer): void
  end(end: LookEnd): void
}

/** One tensor's statistics, and what changed between two checkpoints, as their calls say. */
export type TensorStats = Item<'modelStats'>
export type ModelDiff = Result<'modelDiff'>
export type TensorChange = ModelDiff['tensors'][number]

/** What the lab says unasked, and what the link to it says of itself. */
export type WindowEvent =
  LabEvent | { readonly kind: 'link'; readonly state: 'lost' | 'back'; readonly reason: string }

/** Calls about data sets and maps, as the protocol has them. */
export type MapCalls = Pick<Client, keyof typeof mapCalls>
export const mapCallNames: readonly (keyof typeof mapCalls)[] = [
  'addDataSet',
  'renameDataSet',
  'removeDataSet',
  'dataSetItems',
  'itemPictures',
  'openItem',
  'makeMap',
  'readMap',
  'renameMap',
  'removeMap',
  'mapNeighbours',
  'mapNearest',
  'mapDuplicates',
  'mapLabelErrors',
  'mapOverlap',
  'mapAxis',
  'itemGroups',
  'keepGroup',
  'removeGroup',
  'runMoments',
]

/** Everything the window can ask. Calls reject with `Failure`; a signal cancels what it was given to. */
export interface Lab {
  capabilities(): Promise<Capabilities>
  subscribe(listener: (event: WindowEvent) => void): () => void

  workspace(): Promise<Workspace>
  newWorkspace(): Promise<void>
  openWorkspace(source: Source): Promise<void>
  saveWorkspaceAs(path: string): Promise<void>
  exportWorkspace(path: string): Promise<void>
  recentWorkspaces(): Promise<readonly RecentWorkspace[]>
  diskUse(): Promise<DiskUse>
  cleanUp(): Promise<DiskUse>
  keepNotes(text: string): Promise<void>
  keepWindow(state: unknown): Promise<void>
  keepInspection(inspection: {
    id: string | null
    name: string
    view: string
    settings: Readonly<Record<string, unknown>>
  }): Promise<string>
  removeInspection(id: string): Promise<void>

  /** Sorts files and folders into models, pictures and workspaces, and adds them. */
  add(sources: readonly Source[], signal?: AbortSignal): Promise<Added>
  removeModel(id: string): Promise<void>
  renameModel(id: string, name: string): Promise<void>
  overrideModel(id: string, overrides: ModelOverrides): Promise<void>
  removePicture(id: string): Promise<void>
  renamePicture(id: string, name: string): Promise<void>

  inspection(model: string): Promise<Inspection>
  /** Reads the weights; tells each tensor's statistics as it is read. */
  tensorStats(model: string, each: (stats: TensorStats) => void, signal?: AbortSignal): Promise<void>
  diff(first: string, second: string, signal?: AbortSignal): Promise<ModelDiff>

  estimateLook(request: LookRequest): Promise<LookEstimate>
  look(request: LookRequest, listener: LookListener, signal?: AbortSignal): Promise<void>
  /** Patch tokens of each picture, in their order, as they are computed. */
  patches(request: PatchesRequest, each: (item: PatchItem) => void, signal?: AbortSignal): Promise<void>
  /** What the decoder says under each mask, in their order, as it is computed. */
  rebuild(request: RebuildRequest, each: (item: Rebuilt) => void, signal?: AbortSignal): Promise<RebuildRan>
  predict(request: PredictRequest, signal?: AbortSignal): Promise<Predicted>
  /** Patch tokens and attention rows of one frame of a video. */
  frame(request: FrameRequest, signal?: AbortSignal): Promise<FrameLook>

  /** Data sets, maps, and what is near to what on them. */
  readonly maps: MapCalls
  /** Every method of training with its settings and presets. */
  runMethods(): Promise<readonly MethodFacts[]>
  runData(data: DataSource, samples: number, signal?: AbortSignal): Promise<DataFacts>
  previewCrops(request: CropsRequest, signal?: AbortSignal): Promise<CropsPreview>
  /** Begins a run; its id. */
  startRun(run: StartRun): Promise<string>
  /** A new run from the checkpoint at `step` or the last before it; the step that was taken. */
  branchRun(id: string, step: number, set: MethodSettings): Promise<{ id: string; step: number }>
  controlRun(id: string, action: RunAction, set: MethodSettings): Promise<void>
  /** Tells what is stored of a run, then what comes, until the signal aborts; waits while `each` is pending. */
  followRun(id: string, each: (item: FollowItem) => void | Promise<void>, signal: AbortSignal): Promise<void>
  /** Adds the checkpoint at `step`, or the last before it, to the models. */
  openRunCheckpoint(id: string, step: number): Promise<{ model: string; step: number }>
  /** The file of the checkpoint at `step`, or the last before it. */
  runCheckpoint(id: string, step: number): Promise<{ name: string; bytes: Uint8Array }>
  renameRun(id: string, name: string): Promise<void>
  removeRun(id: string, removed: boolean): Promise<void>

  settings(): Promise<Settings>
  changeSettings(change: Partial<Settings>): Promise<void>
  devices(): Promise<readonly Device[]>
  jobs(): Promise<readonly Job[]>
  cancelJob(id: string): Promise<void>
  restartEngine(): Promise<void>
  /** Versions, devices, paths and the last errors, as text to copy. */
  diagnostics(): Promise<string>

  /** Makes a file given to the window (dropped, pasted, chosen) reachable for the lab. */
  place(file: File, onProgress?: (share: number) => void, signal?: AbortSignal): Promise<Source>
  /** Where a file given to the window lies; empty where the host does not say. */
  pathOf(file: File): string
  /** The system's open dialog; null where it was dismissed. Only where `capabilities.dialogs`. */
  choose(what: 'files' | 'folder' | 'workspace'): Promise<readonly Source[] | null>
  /** Writes bytes where a person says: the system's save dialog or a download. False where it was dismissed. */
  save(name: string, type: string, bytes: Uint8Array): Promise<boolean>
  /** Asks for a place with the system's save dialog; null where it was dismissed or the host has none. */
  chooseSavePath(name: string, what: 'workspace' | 'export'): Promise<string | null>
  copyText(text: string): Promise<void>
  copyPicture(png: Uint8Array): Promise<void>
  openExternal(address: string): Promise<void>
}

/** The address of a picture's pixels, relative to the page. */
export function pictureAddress(id: string, size: 'thumb' | 'stage' | 'full'): string {
  return `picture/${encodeURIComponent(id)}?size=${size}`
}

// What may the main thread ask of the worker? The words of every task; tasks.ts says which file does it.
//
// A job (jobs/) handles a call on the main thread, where pictures are decoded and files are written. What needs
// weights or a session is a task here, on the worker, whose thread may block for seconds.
import type { MessagePort } from 'node:worker_threads'
import type { Inspection, ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import type { MethodSettings, RunFacts } from '../../src-shared/domain/run.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { CallEvent } from '../../src-shared/protocol/calls/common.ts'
import type { WireError } from '../../src-shared/protocol/errors.ts'
import type { EmbedToken, Scores } from '../../src-shared/protocol/calls/measure.ts'
import type { Request, Result } from '../../src-shared/protocol/calls.ts'
import type { Aligned, KnownPicture } from '../../src-shared/analysis/alignParts.ts'
import type { HeadMap } from '../analysis/look.ts'
import type { PatchGroups } from '../../src-shared/analysis/clusters.ts'
import type { PaintedParts, PartsBasis, PartsOptions } from '../../src-shared/analysis/parts.ts'

/** What is wanted of a network that only measures. */
export interface EncodeWish {
  layer: number
  /** null: no vectors. */
  token: EmbedToken | null
  attention: boolean
  /** The seed of random weights in place of the model's; null: the model itself. */
  untrained: number | null
}

/** Features of pictures with classes, and what shall be found out of them. */
export interface ScoreIn {
  protocol: 'knn' | 'linear' | 'cluster' | 'retrieval'
  train: { features: Float32Array; labels: Int32Array }
  test: { features: Float32Array; labels: Int32Array }
  width: number
  classes: number
  k: number
  temperature: number
  seed: number
}

/** A model on this machine, its name resolved to a path. */
export interface ModelAt {
  path: string
  overrides: ModelOverrides
}

/** Where and how to run: `compile()`'s options. */
export interface Place {
  device: DeviceId
  threads?: number
  precision: 'exact' | 'fast'
}

/** Pictures as numbers: `[batch, 3, height, width]`, normalised as the model wants. */
export interface Images {
  batch: number
  height: number
  width: number
  data: Float32Array
}

/** Words of each task: what goes to the worker, what comes back. */
export interface Tasks {
  /** With `stats` each tensor goes ahead as an item. */
  inspect: { in: { model: ModelAt; stats: boolean; bins?: number | undefined }; out: InspectOut }
  /** The spec alone, so that pictures can be fitted while the weights are read. */
  prepare: { in: { model: ModelAt; needs: Need }; out: Prepared }
  load: { in: { model: ModelAt }; out: null }
  features: {
    in: { model: ModelAt; place: Place; images: Images; layer: number; norm: boolean }
    /** `[batch, tokens, width]` */
    out: { tokens: Float32Array }
  }
  /** `untrained`: the seed of random weights in place of the model's. */
  encode: {
    in: { model: ModelAt; place: Place; images: Images } & EncodeWish
    /** `[batch, columns]` (patches: `[batch, patches, width]`) and `[batch, heads, patches]`; null where not wanted. */
    out: { rows: Float32Array | null; attention: Float32Array | null }
  }
  score: { in: ScoreIn; out: Scores }
  modelHash: { in: { model: ModelAt }; out: { hash: string } }
  frame: {
    in: { model: ModelAt; place: Place; images: Images; layer: number; attentionLayer: number }
    /** `[patches, width]` and `[heads, patches]`, of one picture. */
    out: { tokens: Float32Array; rows: Float32Array }
  }
  attention: { in: AttentionIn; out: AttentionOut }
  look: {
    in: { model: ModelAt; place: Place; images: Images }
    /** What the pass was and its layers go ahead as items. */
    out: { rollout: Float32Array; norms: Float32Array; logits: Float32Array | null }
  }
  reconstruct: { in: ReconstructIn; out: ReconstructOut }
  parts: { in: PartsIn; out: PartsOut }
  predict: { in: PredictIn; out: PredictOut }
  /** Records go ahead as items. */
  train: { in: TrainIn; out: RunFacts }
  diff: { in: { first: ModelAt; second: ModelAt }; out: Omit<Result<'diff'>, 'seconds'> }
  exportModel: {
    in: { model: ModelAt } & Pick<Request<'exportModel'>, 'format' | 'dtype' | 'path' | 'size' | 'attentions'>
    out: Omit<Result<'exportModel'>, 'seconds'>
  }
}
export type TaskName = keyof Tasks
/** Tasks that run a network on pictures. */
export type RunName = {
  [N in TaskName]: Tasks[N]['in'] extends { place: Place; images: Images } ? N : never
}[TaskName]

/** What the task `look` sends ahead: that the pass is done, then its layers, the last one first. */
export type LookItem =
  | { kind: 'pass'; device: DeviceId; seconds: number }
  | { kind: 'layer'; layer: number; q: Float32Array; k: Float32Array; norms: Float32Array }

export type InspectOut = Inspection & { tensors: (Inspection['tensors'][number] & { stats?: unknown })[] }

/** What a job needs of a network beside its encoder; a model without it is refused before pictures are read. */
export type Need = 'decoder' | null

export interface Prepared {
  spec: ModelSpec
  notices: string[]
}

export interface AttentionIn {
  model: ModelAt
  place: Place
  images: Images
  layer: number
  head: Request<'attention'>['head']
  query: Request<'attention'>['query']
  mass?: number | undefined
  rollout: boolean
}
export interface AttentionOut {
  layer: number
  /** One entry per picture of the batch; whole matrices `[heads, tokens, tokens]` for the query `all`. */
  pictures: { maps: HeadMap[]; matrices: Float32Array | null }[]
}

export interface PartsIn extends PartsOptions {
  /** Patch tokens after the final norm, [CLS] and registers left out. */
  pictures: KnownPicture[]
  width: number
  /** From 0; kept with the basis. */
  layer: number
  /** To paint by, turned where it does not fit; null: one is found. */
  basis: PartsBasis | null
  /** Groups of k-means; null: none are asked for. */
  clusters: { count: number; seed: number } | null
}
export interface PartsOut {
  basis: PartsBasis
  /** How a given basis met these tokens; null where one was found. */
  basisUse: Aligned['how'] | null
  painted: Omit<PaintedParts, 'first'>[]
  groups: PatchGroups | null
}

export interface PredictIn {
  model: ModelAt
  place: Place
  /** One picture. */
  images: Images
  /** Patch numbers; null: only what the target encoder sees is asked for. */
  blocks: { context: Int32Array; targets: Int32Array[] } | null
}
export interface PredictOut {
  /** The target encoder's tokens as the predictor should say them, `[patches, width]`. */
  wanted: Float32Array
  /** Of each target `[hidden, width]`. */
  predicted: Float32Array[]
}

export interface TrainIn {
  place: Pick<Place, 'device' | 'threads'>
  folder: string
  start: Request<'train'>['start']
  until: NonNullable<Request<'train'>['until']> | null
  /** Moves to the worker: `ToRun` comes in, `FromRun` goes out. */
  steering: MessagePort
}
/** What steers a run while its task goes on; `leave`: a checkpoint, and the end until it is resumed. */
export interface ToRun {
  id: number
  action: Request<'controlTraining'>['action'] | 'leave'
  set: MethodSettings
}
/** The answer, when it has taken effect. */
export type FromRun =
  { id: number; facts: RunFacts; error: null } | { id: number; facts: null; error: WireError }

export interface ReconstructIn {
  model: ModelAt
  place: Place
  images: Images
  /** `[batch, patches]`: of each picture the `kept` patches with the smallest numbers stay visible. */
  noise: Float32Array
  kept: number
  /** This number of visible patches is wanted once: its network need not stay in memory. */
  passing?: boolean
}
export interface ReconstructOut {
  /** `[batch, patches, patch² · 3]`, inner order (y, x, channel). */
  prediction: Float32Array
  /** `[batch, patches]`, 1 where hidden. */
  mask: Float32Array
  /** Of the forward pass alone. */
  seconds: number
}

/** What a task can do beside returning. */
export interface TaskContext {
  /** Throws Failure `cancelled` where somebody asked for it; to be called between runs. */
  stopIfCancelled(): void
  event(event: CallEvent): void
  /** One item of a stream, with the memory that may move. */
  item(item: unknown, move: ArrayBuffer[]): void
}
export type Task<N extends TaskName> = (
  request: Tasks[N]['in'],
  context: TaskContext,
) => Promise<Tasks[N]['out']> | Tasks[N]['out']

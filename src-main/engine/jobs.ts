// Which calls does the engine answer? Every job by its call's name, loaded when it is first asked for.
import type { PlainCallName, ProjectionCallName } from '../../src-shared/protocol/calls.ts'
import type { Job } from './job.ts'

/** Calls that are the lab's own affair, or another process's. */
type Elsewhere = 'capabilities' | 'models' | ProjectionCallName

export const jobs: { readonly [N in Exclude<PlainCallName, Elsewhere>]: () => Promise<Job<N>> } = {
  doctor: async () => (await import('./jobs/doctor.ts')).doctor,
  inspect: async () => (await import('./jobs/inspect.ts')).inspect,
  features: async () => (await import('./jobs/features.ts')).features,
  attention: async () => (await import('./jobs/attention.ts')).attention,
  parts: async () => (await import('./jobs/parts.ts')).parts,
  predict: async () => (await import('./jobs/predict.ts')).predict,
  patchTokens: async () => (await import('./jobs/patchTokens.ts')).patchTokens,
  frameTokens: async () => (await import('./jobs/frameTokens.ts')).frameTokens,
  rebuild: async () => (await import('./jobs/rebuild.ts')).rebuild,
  reconstruct: async () => (await import('./jobs/reconstruct.ts')).reconstruct,
  methods: async () => (await import('./jobs/methods.ts')).methods,
  train: async () => (await import('./jobs/train.ts')).train,
  controlTraining: async () => (await import('./jobs/train.ts')).controlTraining,
  readRun: async () => (await import('./jobs/readRun.ts')).readRun,
  listData: async () => (await import('./jobs/dataSets.ts')).listData,
  dataPictures: async () => (await import('./jobs/dataSets.ts')).dataPictures,
  embedItems: async () => (await import('./jobs/embedItems.ts')).embedItems,
  previewCrops: async () => (await import('./jobs/data.ts')).previewCrops,
  describeData: async () => (await import('./jobs/data.ts')).describeData,
  makeCritters: async () => (await import('./jobs/makeCritters.ts')).makeCritters,
  embed: async () => (await import('./jobs/embed.ts')).embed,
  evaluate: async () => (await import('./jobs/evaluate.ts')).evaluate,
  diff: async () => (await import('./jobs/files.ts')).diff,
  exportModel: async () => (await import('./jobs/files.ts')).exportModel,
  look: async () => (await import('./jobs/look.ts')).look,
  preview: async () => (await import('./jobs/preview.ts')).preview,
  estimate: async () => (await import('./jobs/estimate.ts')).estimate,
}

// Which tasks does the worker know? Each a line here, its words in task.ts, and a file in tasks/.
import type { Task, TaskName } from './task.ts'

/** The file of each task, loaded when it is first asked for. */
export const tasks: { readonly [N in TaskName]: () => Promise<Task<N>> } = {
  inspect: async () => (await import('./tasks/inspect.ts')).inspect,
  prepare: async () => (await import('./tasks/prepare.ts')).prepare,
  load: async () => (await import('./tasks/prepare.ts')).load,
  features: async () => (await import('./tasks/features.ts')).features,
  frame: async () => (await import('./tasks/frame.ts')).frame,
  encode: async () => (await import('./tasks/encode.ts')).encode,
  score: async () => (await import('./tasks/score.ts')).score,
  modelHash: async () => (await import('./tasks/modelHash.ts')).modelHash,
  attention: async () => (await import('./tasks/attention.ts')).attention,
  look: async () => (await import('./tasks/look.ts')).look,
  parts: async () => (await import('./tasks/parts.ts')).parts,
  predict: async () => (await import('./tasks/predict.ts')).predict,
  reconstruct: async () => (await import('./tasks/reconstruct.ts')).reconstruct,
  train: async () => (await import('./tasks/train.ts')).train,
  diff: async () => (await import('./tasks/files.ts')).diff,
  exportModel: async () => (await import('./tasks/files.ts')).exportModel,
}

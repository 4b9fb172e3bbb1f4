// Which tasks does the worker know? Each a line here, its words in task.ts, and a file in tasks/.
import type { Task, TaskName } from './task.ts'

/** The file of each task, loaded when it is first asked for. */
export const tasks: { readonly [N in TaskName]: () => Promise<Task<N>> } = {
  inspect: async () => (await import('./tasks/inspect.ts')).inspect,
  prepare: async () => (await import('./tasks/prepare.ts')).prepare,
  features: async () => (await import('./tasks/features.ts')).features,
  attention: async () => (await import('./tasks/attention.ts')).attention,
  look: async () => (await import('./tasks/look.ts')).look,
  doctor: async () => (await import('./tasks/doctor.ts')).doctor,
}

// Which calls does the projection process answer? Every task by its call's name, loaded when it is first asked for.
import type { ProjectionCallName } from '../../src-shared/protocol/calls.ts'
import type { Task } from './task.ts'

interface Entry<N extends ProjectionCallName> {
  /** The thread it runs on: maps one after the other, questions beside them. */
  lane: 'map' | 'question'
  load(): Promise<Task<N>>
}

export const projectionJobs: { readonly [N in ProjectionCallName]: Entry<N> } = {
  project: { lane: 'map', load: async () => (await import('./tasks/project.ts')).project },
  nearest: { lane: 'question', load: async () => (await import('./tasks/near.ts')).nearest },
  neighbours: { lane: 'question', load: async () => (await import('./tasks/near.ts')).neighbours },
  compareNeighbourhoods: {
    lane: 'question',
    load: async () => (await import('./tasks/near.ts')).compareNeighbourhoods,
  },
  nearDuplicates: { lane: 'question', load: async () => (await import('./tasks/near.ts')).nearDuplicates },
  labelDisagreement: {
    lane: 'question',
    load: async () => (await import('./tasks/near.ts')).labelDisagreement,
  },
  readTable: { lane: 'question', load: async () => (await import('./tasks/table.ts')).readTable },
}

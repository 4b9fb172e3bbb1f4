// Which loops can a team share? Each a line here: its name, what it shares, and the file of its inner loop.
import type { TreeForces } from './tsne/forces.ts'
import type { UmapShared } from './umap/kernel.ts'
import type { Part } from './shared.ts'

export interface Kernels {
  umap: UmapShared
  tsne: TreeForces
}
export type KernelName = keyof Kernels

export const kernels: { readonly [N in KernelName]: () => Promise<(shared: Kernels[N]) => Part> } = {
  umap: async () => (await import('./umap/kernel.ts')).umapKernel,
  tsne: async () => (await import('./tsne/forces.ts')).tsneKernel,
}

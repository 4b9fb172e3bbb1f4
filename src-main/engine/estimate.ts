// Will it fit? Memory of a forward pass, told before the work begins.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { patchCount, tokenCount } from '../../src-shared/domain/tokenLayout.ts'
import type { TokenLayout } from '../../src-shared/domain/tokenLayout.ts'

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(0)} MB`
  return `${Math.ceil(bytes / 1e3)} kB`
}

/** Bytes a forward pass holds at its peak beside the weights: a block's activations and its attention, and what is wanted. */
export function forwardBytes(
  spec: Pick<ModelSpec, 'width' | 'heads' | 'ffn'>,
  layout: TokenLayout,
  batch: number,
  wanted: readonly string[],
): number {
  const tokens = tokenCount(layout)
  const row = batch * tokens * 4
  const matrices = row * tokens * spec.heads
  const block = row * (6 * spec.width + 2 * spec.ffn.hidden) + 2 * matrices
  const kept = wanted.reduce(
    (sum, name) => sum + (name.startsWith('attention.') ? matrices : row * spec.width),
    0,
  )
  return block + kept
}

/** Floating-point operations of one forward pass over one picture, a multiply-add counted twice. */
export function forwardOperations(
  spec: Pick<ModelSpec, 'width' | 'depth' | 'ffn' | 'patch'>,
  layout: TokenLayout,
): number {
  const { width, depth, ffn, patch } = spec
  const tokens = tokenCount(layout)
  const projections = tokens * width * (4 * width + (ffn.kind === 'swiglu' ? 3 : 2) * ffn.hidden)
  const products = 2 * tokens * tokens * width
  return 2 * (depth * (projections + products) + patchCount(layout) * 3 * patch * patch * width)
}

/** Throws Failure `too-large`, with the sizes, where a forward pass cannot fit the memory that is free. */
export function refuseHeavyForward(
  spec: Pick<ModelSpec, 'width' | 'heads' | 'ffn'>,
  layout: TokenLayout,
  batch: number,
  wanted: readonly string[],
  free: number = process.availableMemory(),
): void {
  const needed = forwardBytes(spec, layout, batch, wanted)
  if (needed <= free) return
  const [rows, columns] = layout.grid
  throw new Failure(
    'too-large',
    `${rows} × ${columns} patches${batch > 1 ? ` in ${batch} pictures at once` : ''} need about ${formatBytes(needed)} of memory; ${formatBytes(free)} are free.`,
    'Try a smaller --size.',
  )
}

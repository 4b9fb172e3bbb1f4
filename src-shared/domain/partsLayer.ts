// Which layer's tokens tell parts apart best? The last, unless the network was made to classify.
import type { ModelSpec } from './modelSpec.ts'

/**
 * The layer, counted from 0, whose tokens part colouring reads by default: the last one (DINOv2, section 7.5), or the
 * middle one of a network that ends in a classifier. Such networks keep notes on the whole picture in patches of the
 * background from the middle on (Darcet et al. 2024, "Vision transformers need registers"), which then count as
 * foreground; `docs/parts.md` shows the layers of one side by side.
 */
export function defaultPartsLayer({ depth, classes }: Pick<ModelSpec, 'depth' | 'classes'>): number {
  return classes === null ? depth - 1 : Math.ceil(depth / 2) - 1
}

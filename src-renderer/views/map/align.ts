// How is one map laid onto another of the same items where one is flat? The flat one lies in space, then both are aligned.
import { alignLayouts } from '../../../src-shared/analysis/alignLayouts.ts'

/** `[points, 3]`, a flat map at height 0. */
function inSpace(positions: Float32Array, dims: number): Float32Array {
  if (dims === 3) return positions
  const out = new Float32Array((positions.length / dims) * 3)
  for (let i = 0; i < out.length / 3; i++)
    for (let k = 0; k < dims; k++) out[i * 3 + k] = positions[i * dims + k]!
  return out
}

/** `moving` laid onto `fixed` by Procrustes: `[points, width]`, as wide as the wider of both. */
export function aligned(
  moving: Float32Array,
  dims: number,
  fixed: Float32Array,
  fixedDims: number,
): { positions: Float32Array; dims: 2 | 3 } {
  if (dims === 2 && fixedDims === 2) return { positions: alignLayouts(moving, fixed, 2), dims: 2 }
  return { positions: alignLayouts(inSpace(moving, dims), inSpace(fixed, fixedDims), 3), dims: 3 }
}

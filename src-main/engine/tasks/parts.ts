// Which colours do the parts of pictures get? A basis found or turned, and every picture painted by it; no network runs.
import { alignParts, rememberColours } from '../../../src-shared/analysis/alignParts.ts'
import { groupPatches } from '../../../src-shared/analysis/clusters.ts'
import { fitParts, paintByBasis } from '../../../src-shared/analysis/parts.ts'
import type { Task } from '../task.ts'

export const parts: Task<'parts'> = (
  { pictures, width, layer, basis: given, clusters, ...options },
  context,
) => {
  let basis = given
  let basisUse: 'same' | 'aligned' | 'unknown' | null = null
  if (basis) {
    // A basis of another width is refused here, before anything is compared.
    paintByBasis(basis, new Float32Array(0), width)
    const aligned = alignParts(basis, pictures)
    basisUse = aligned.how
    basis = aligned.basis
  } else basis = { ...fitParts(pictures, width, options), layer }
  context.stopIfCancelled()
  // A basis that needed no turn goes on remembering the pictures it was made of.
  if (basisUse === null || basisUse === 'aligned') basis = rememberColours(basis, pictures)
  const painted = pictures.map(({ tokens }) => {
    context.stopIfCancelled()
    const { foreground, components, colours } = paintByBasis(basis, tokens, width)
    return { foreground, components, colours }
  })
  context.stopIfCancelled()
  const groups =
    clusters &&
    groupPatches(
      pictures.map(({ tokens }, i) => ({ tokens, inside: painted[i]!.foreground })),
      width,
      clusters.count,
      clusters.seed,
    )
  return { basis, basisUse, painted, groups }
}

// Which patches form groups? k-means over the patches of all pictures together.
import { kmeans } from '../numerics/kmeans.ts'
import { random } from '../numerics/random.ts'
import { joined, rowsWhere } from './parts.ts'

export interface PatchGroups {
  /** Of each picture the group of each patch from 0, the largest first; −1 where it takes no part. */
  readonly labels: readonly Int32Array[]
  /** Patches in each group. */
  readonly sizes: readonly number[]
  /** Mean cosine of the patches to their group's centre. */
  readonly cosine: number
}

/**
 * Groups the patches `[patches, width]` of all pictures, those that take part (`inside`, 1 where one does), by the
 * direction of their tokens (`kmeans`). The same pictures and seed give the same groups.
 */
export function groupPatches(
  pictures: readonly { readonly tokens: Float32Array; readonly inside: Uint8Array }[],
  width: number,
  count: number,
  seed: number,
): PatchGroups {
  const rows = joined(pictures.map(({ tokens, inside }) => rowsWhere(tokens, width, inside)))
  const { labels, sizes, cosine } = kmeans(rows, width, count, random(seed))
  let at = 0
  return {
    labels: pictures.map(({ inside }) => Int32Array.from(inside, (bit) => (bit ? labels[at++]! : -1))),
    sizes,
    cosine,
  }
}

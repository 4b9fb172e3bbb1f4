// How does an attention map become a picture file? Over the picture as the network saw it, with its scale beside it.
import { withLegend } from '../../../src-shared/colour/legend.ts'
import { colourMap, mapNames } from '../../../src-shared/colour/maps.ts'
import type { ColourMap } from '../../../src-shared/colour/maps.ts'
import { ownLimit } from '../../../src-shared/colour/overlay.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Query } from '../../../src-shared/domain/query.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'
import type { HeadMap } from '../../analysis/look.ts'
import { paintHeadMap } from '../../analysis/paint.ts'
import type { Picture } from '../../datasets/pictures.ts'

export interface Drawing {
  map: ColourMap
  opacity: number
  /** A patch that was asked is ringed. */
  query: Query
  /** What the file says of itself, beside layer and head. */
  model: string
}

/** The colour map of a name. Throws Failure `bad-argument` for one that there is not. */
export function namedColourMap(name: string): ColourMap {
  const known = mapNames.find((map) => map === name)
  if (known) return colourMap(known)
  throw new Failure('bad-argument', `There is no colour map "${name}"; there are ${mapNames.join(', ')}.`)
}

/** The bytes of a PNG: the map `[rows, columns]` over the picture, each patch one colour, its scale at the right. */
export async function drawMap(
  picture: Picture,
  headMap: HeadMap,
  { grid }: TokenLayout,
  { map, opacity, query, model }: Drawing,
): Promise<Uint8Array> {
  const limit = ownLimit(headMap.map)
  const ring = query.kind === 'patch' ? { ring: { row: query.row, column: query.column } } : {}
  const rgb = paintHeadMap(picture, headMap, grid, { map, opacity, limit, ...ring })
  const painted = withLegend({ width: picture.width, height: picture.height, rgb }, map, limit)
  const { encodePng } = await import('../../datasets/pictures.ts')
  const { head, layer } = headMap
  const about = { Software: 'Emergence', Model: model, Layer: String(layer), Head: String(head) }
  return encodePng({ width: painted.width, height: painted.height, channels: 3, data: painted.rgb }, about)
}

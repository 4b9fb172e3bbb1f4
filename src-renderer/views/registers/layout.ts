// How do picture, small maps and plot share a model's column? The plot takes a good part, the picture all the rest.
export interface RegistersLayout {
  /** Of one column. */
  readonly width: number
  readonly picture: { readonly width: number; readonly height: number }
  /** Side of a small map's longer edge. */
  readonly small: number
  readonly plot: number
}

const padding = { x: 18, y: 10 }
export const columnGap = 20
const heading = 32
const captions = 30

/** The layout of `sides` columns in a place of `width` × `height` px; `aspect` is the picture's, `k` the size of type. */
export function registersLayout(
  width: number,
  height: number,
  aspect: number,
  sides: number,
  k: number,
): RegistersLayout {
  const own = Math.max(160, Math.floor((width - 2 * padding.x - (sides - 1) * columnGap) / sides))
  const plot = Math.round(Math.max(120, Math.min(260, height * 0.3)))
  const small = Math.round(Math.max(40, Math.min(64, own / 7)))
  const room = Math.max(80, height - 2 * padding.y - (heading + captions + 44) * k - plot - small)
  // The scale stands at the right of the picture.
  const wide = Math.max(80, own - 60 * k)
  const high = Math.round(Math.min(room, wide / aspect))
  return { width: own, picture: { width: Math.round(high * aspect), height: high }, small, plot }
}

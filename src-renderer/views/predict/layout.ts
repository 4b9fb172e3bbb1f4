// How do the two pictures and the strip of crops share the stage? The strip takes what its crops need, the pictures all the rest.
export interface PredictLayout {
  readonly picture: { readonly width: number; readonly height: number }
  /** Side of a crop. */
  readonly crop: number
  /** Height of the strip's crops. */
  readonly strip: number
}

const padding = { x: 18, y: 12 }
const gap = 16
const scaleWidth = 56

/** The layout in a place of `width` × `height` px; `aspect` is the input's, `shots` the crops of one column, `k` the size of type. */
export function predictLayout(
  width: number,
  height: number,
  aspect: number,
  shots: number,
  k: number,
): PredictLayout {
  const crop = Math.round(Math.max(28, Math.min(44, height / 20)))
  const strip = shots * (crop + 3) + 6
  const room = height - strip - (36 + 26) * k - 2 * padding.y - 24
  const wide = (width - 2 * padding.x - 2 * gap - scaleWidth * k) / 2
  const high = Math.round(Math.max(60, Math.min(room, wide / aspect)))
  return { picture: { width: Math.round(high * aspect), height: high }, crop, strip }
}

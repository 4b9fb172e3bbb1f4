// Where do the two pictures stand? Side by side at one height, as large as the place allows, each with a caption.
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The gap is where lines are told apart. */
export const pairGap = 56

/** Boxes of two pictures of these shapes (width / height) in a place of `width` × `height` px. */
export function pairBoxes(
  aspects: readonly [number, number],
  width: number,
  height: number,
  gap = pairGap,
): readonly [Box, Box] {
  const room = Math.max(40, width - gap)
  const tall = Math.max(20, Math.min(height, room / (aspects[0] + aspects[1])))
  const [left, right] = aspects.map((aspect) => Math.round(tall * aspect)) as [number, number]
  const x = Math.round((width - left - right - gap) / 2)
  const y = Math.round((height - tall) / 2)
  const high = Math.round(tall)
  return [
    { x, y, width: left, height: high },
    { x: x + left + gap, y, width: right, height: high },
  ]
}

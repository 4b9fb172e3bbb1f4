// How steady are part colours? Their mean change between two paintings of the same patches.

/** One painting of a picture's or frame's patches. */
export interface Painting {
  /** Red, green and blue, 0 … 1, `[patches, 3]`. */
  readonly colours: ArrayLike<number>
  /** 1 where a patch is foreground, `[patches]`. */
  readonly foreground: ArrayLike<number>
}

/**
 * Mean change of red, green and blue, of 255, over the patches that are foreground in both paintings; NaN where there is
 * none. `moved` `[patches]`: which patch of the second painting shows what patch i of the first did, −1 where none does;
 * without it every patch is compared with the one at its own place.
 */
export function colourChange(before: Painting, after: Painting, moved?: ArrayLike<number>): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < before.foreground.length; i++) {
    const to = moved ? moved[i]! : i
    if (to < 0 || before.foreground[i] !== 1 || after.foreground[to] !== 1) continue
    for (let channel = 0; channel < 3; channel++)
      sum += 255 * Math.abs(before.colours[i * 3 + channel]! - after.colours[to * 3 + channel]!)
    count += 3
  }
  return sum / count
}

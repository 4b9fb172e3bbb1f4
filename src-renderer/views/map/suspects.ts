// Whose label may be wrong? Points most of whose neighbours have one other class, the surest first.

/** `disagreement` and `suggested` of each point, as the lab answers them. */
export function suspects(
  { disagreement, suggested }: { readonly disagreement: Float32Array; readonly suggested: Int32Array },
  kindOf: (point: number) => number,
): { at: number; own: number; suggested: number; share: number }[] {
  const found: { at: number; own: number; suggested: number; share: number }[] = []
  for (let at = 0; at < disagreement.length; at++) {
    const own = kindOf(at)
    const other = suggested[at]!
    const share = disagreement[at]!
    if (own < 0 || other < 0 || other === own || !(share > 0.5)) continue
    found.push({ at, own, suggested: other, share })
  }
  return found.sort((a, b) => b.share - a.share || a.at - b.at)
}

// Which points stand in the table beside the map, and who is near to whom on it?

/** Rows of the table at once. */
export const mostRows = 200

/** The first points whose name holds `filter`, and how many more there are. */
export function twinRows(
  count: number,
  nameOf: (point: number) => string,
  visible: (point: number) => boolean,
  filter: string,
): { shown: number[]; more: number } {
  const wanted = filter.trim().toLowerCase()
  const shown: number[] = []
  let more = 0
  for (let at = 0; at < count; at++) {
    if (!visible(at) || (wanted !== '' && !nameOf(at).toLowerCase().includes(wanted))) continue
    if (shown.length < mostRows) shown.push(at)
    else more++
  }
  return { shown, more }
}

/** The `k` points nearest to one on the map, nearest first, by one pass. */
export function nearestOnMap(
  positions: Float32Array,
  point: number,
  k: number,
  visible: (point: number) => boolean,
): number[] {
  const best: { at: number; square: number }[] = []
  const [x, y, z] = [positions[point * 3]!, positions[point * 3 + 1]!, positions[point * 3 + 2]!]
  let limit = Infinity
  for (let at = 0; at < positions.length / 3; at++) {
    const square =
      (positions[at * 3]! - x) ** 2 + (positions[at * 3 + 1]! - y) ** 2 + (positions[at * 3 + 2]! - z) ** 2
    if (square >= limit || at === point || !visible(at)) continue
    best.push({ at, square })
    best.sort((a, b) => a.square - b.square)
    if (best.length > k) best.pop()
    if (best.length === k) limit = best[k - 1]!.square
  }
  return best.map(({ at }) => at)
}

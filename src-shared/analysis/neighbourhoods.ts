// What do nearest neighbours tell? How much two embeddings agree, what is there twice, and which labels are doubtful.

/** For each row its nearest others, nearest first, −1 where there is none, `[rows, k]`. */
interface Neighbours {
  indices: Int32Array
  distances: Float32Array
  k: number
}

/**
 * The share of each row's k nearest that two embeddings of the same items have in common, and its mean; NaN for rows
 * without neighbours in either. `chance` is what strangers would have in common: k / (rows − 1).
 */
export function neighbourhoodOverlap(
  first: Int32Array,
  second: Int32Array,
  k: number,
): { overlap: Float32Array; mean: number; chance: number } {
  const rows = first.length / k
  const overlap = new Float32Array(rows).fill(NaN)
  let [sum, counted] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const from = row * k
    if (first[from]! < 0 || second[from]! < 0) continue
    let common = 0
    for (let i = from; i < from + k; i++)
      for (let j = from; j < from + k; j++)
        if (first[i]! >= 0 && first[i] === second[j]) {
          common++
          break
        }
    overlap[row] = common / k
    sum += common / k
    counted++
  }
  return { overlap, mean: counted > 0 ? sum / counted : NaN, chance: Math.min(1, k / Math.max(1, rows - 1)) }
}

/**
 * Groups of rows that hang together by neighbours within `distance`, largest first, then by their first row; with the
 * largest distance of a row to its nearest one in the group.
 */
export function duplicateGroups(
  { indices, distances, k }: Neighbours,
  distance: number,
): { groups: Int32Array[]; distances: Float32Array } {
  const rows = indices.length / k
  const parent = Int32Array.from({ length: rows }, (_, row) => row)
  const root = (row: number): number => {
    while (parent[row] !== row) row = parent[row] = parent[parent[row]!]!
    return row
  }
  const nearest = new Float32Array(rows).fill(Infinity)
  for (let row = 0; row < rows; row++)
    for (let j = row * k; j < (row + 1) * k; j++) {
      if (indices[j]! < 0 || !(distances[j]! <= distance)) break
      const [a, b] = [root(row), root(indices[j]!)]
      if (a !== b) parent[Math.max(a, b)] = Math.min(a, b)
      nearest[row] = Math.min(nearest[row]!, distances[j]!)
      nearest[indices[j]!] = Math.min(nearest[indices[j]!]!, distances[j]!)
    }
  const members = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    if (nearest[row] === Infinity) continue
    const of = root(row)
    const list = members.get(of)
    if (list) list.push(row)
    else members.set(of, [row])
  }
  const groups = [...members.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!)
  return {
    groups: groups.map((group) => Int32Array.from(group)),
    distances: Float32Array.from(groups, (group) =>
      group.reduce((most, row) => Math.max(most, nearest[row]!), 0),
    ),
  }
}

/**
 * What the neighbours of each row say of its label (−1: none): the share of labelled neighbours with another one, NaN
 * where nothing can be said; the label most of them have, the nearer one's where as many have two; and the mean share
 * that agrees.
 */
export function labelVotes(
  indices: Int32Array,
  k: number,
  labels: ArrayLike<number>,
): { disagreement: Float32Array; suggested: Int32Array; agreement: number } {
  const rows = indices.length / k
  const disagreement = new Float32Array(rows).fill(NaN)
  const suggested = new Int32Array(rows).fill(-1)
  let [sum, counted] = [0, 0]
  for (let row = 0; row < rows; row++) {
    const votes = new Map<number, number>()
    let voters = 0
    for (let j = row * k; j < (row + 1) * k; j++) {
      const label = indices[j]! < 0 ? -1 : labels[indices[j]!]!
      if (label < 0) continue
      votes.set(label, (votes.get(label) ?? 0) + 1)
      voters++
    }
    let most = 0
    for (const [label, count] of votes)
      if (count > most) {
        most = count
        suggested[row] = label
      }
    if (voters === 0 || labels[row]! < 0) continue
    const agree = (votes.get(labels[row]!) ?? 0) / voters
    disagreement[row] = 1 - agree
    sum += agree
    counted++
  }
  return { disagreement, suggested, agreement: counted > 0 ? sum / counted : NaN }
}

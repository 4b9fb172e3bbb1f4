// Are two groupings of the same things alike, whatever the groups are called? Mutual information, Rand index, purity.

export interface Agreement {
  /** Normalised mutual information: 2 I / (H + H), 0 to 1. */
  nmi: number
  /** Adjusted Rand index: 0 by chance, 1 for the same grouping (Hubert and Arabie 1985). */
  ari: number
  /** Share of rows that are of the commonest class of their cluster. */
  purity: number
}

/** How a grouping agrees with classes, whatever the groups are called. */
export function agreementOf(groups: ArrayLike<number>, classes: ArrayLike<number>): Agreement {
  const count = groups.length
  const table = new Map<number, Map<number, number>>()
  const classSizes = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const row = table.get(groups[i]!) ?? new Map<number, number>()
    table.set(groups[i]!, row)
    row.set(classes[i]!, (row.get(classes[i]!) ?? 0) + 1)
    classSizes.set(classes[i]!, (classSizes.get(classes[i]!) ?? 0) + 1)
  }
  const groupSizes = [...table].map(([group, row]) => [group, sum([...row.values()])] as const)
  const plogp = (n: number): number => (n / count) * Math.log(n / count)
  const pairs = (n: number): number => (n * (n - 1)) / 2
  const groupEntropy = -sum(groupSizes.map(([, size]) => plogp(size)))
  const classEntropy = -sum([...classSizes.values()].map(plogp))
  let [information, together, pure] = [0, 0, 0]
  for (const [group, size] of groupSizes) {
    const row = table.get(group)!
    pure += Math.max(...row.values())
    for (const [name, both] of row) {
      information += (both / count) * Math.log((both * count) / (size * classSizes.get(name)!))
      together += pairs(both)
    }
  }
  const inGroups = sum(groupSizes.map(([, size]) => pairs(size)))
  const inClasses = sum([...classSizes.values()].map(pairs))
  const expected = (inGroups * inClasses) / pairs(count)
  const most = (inGroups + inClasses) / 2
  const entropies = groupEntropy + classEntropy
  return {
    nmi: entropies > 0 ? (2 * information) / entropies : 1,
    ari: most === expected ? 1 : (together - expected) / (most - expected),
    purity: pure / count,
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

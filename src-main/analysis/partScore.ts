// Do patches of the same part of an animal look alike to the network? The nearest patch's part, in three components.
import { pca, scoresOf } from '../../src-shared/numerics/pca.ts'
import { permutation, random } from '../../src-shared/numerics/random.ts'

/** Patches of one picture that lie on the animal. */
export interface PartPatches {
  /** `[patches, width]` */
  tokens: Float32Array
  /** `[patches]`, each the part that most of its animal's pixels are of. */
  parts: ArrayLike<number>
}

export interface PartScore {
  /** Share of held-out patches whose nearest known patch is of the same part, 0 to 1. */
  accuracy: number
  /** The mean over parts of that share: rare parts count as much as common ones. */
  balanced: number
  /** Share of held-out patches that are of the commonest part among the known: what says nothing about the picture. */
  commonest: number
  patches: number
}

/** Components that are looked at. */
const components = 3
/** Known and held-out patches at most; drawn by chance, the same each time. */
const [mostKnown, mostHeld] = [20_000, 8000]

/**
 * One-nearest-neighbour part of each held-out patch over the first three principal components of the known ones
 * (Euclidean). Known and held-out patches are of different pictures. Throws RangeError for fewer than two patches.
 */
export function partScore(
  known: readonly PartPatches[],
  held: readonly PartPatches[],
  width: number,
): PartScore {
  const bank = joined(known, width, mostKnown)
  const asked = joined(held, width, mostHeld)
  if (bank.parts.length < 2 || asked.parts.length === 0)
    throw new RangeError(`${bank.parts.length} and ${asked.parts.length} patches are too few`)
  const basis = pca(bank.tokens, width, components)
  const count = basis.components.length / width
  const [near, far] = [scoresOf(basis, bank.tokens), scoresOf(basis, asked.tokens)]
  const right = new Map<number, number>()
  const all = new Map<number, number>()
  let hits = 0
  for (let i = 0; i < asked.parts.length; i++) {
    let [best, least] = [0, Infinity]
    for (let j = 0; j < bank.parts.length; j++) {
      let distance = 0
      for (let c = 0; c < count; c++) distance += (far[i * count + c]! - near[j * count + c]!) ** 2
      if (distance < least) [best, least] = [j, distance]
    }
    const part = asked.parts[i]!
    all.set(part, (all.get(part) ?? 0) + 1)
    if (bank.parts[best] !== part) continue
    hits++
    right.set(part, (right.get(part) ?? 0) + 1)
  }
  const shares = [...all].map(([part, size]) => (right.get(part) ?? 0) / size)
  return {
    accuracy: hits / asked.parts.length,
    balanced: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    commonest: (all.get(commonestOf(bank.parts)) ?? 0) / asked.parts.length,
    patches: asked.parts.length,
  }
}

function commonestOf(parts: readonly number[]): number {
  const sizes = new Map<number, number>()
  for (const part of parts) sizes.set(part, (sizes.get(part) ?? 0) + 1)
  return [...sizes].sort(([a, m], [b, n]) => n - m || a - b)[0]![0]
}

function joined(
  pictures: readonly PartPatches[],
  width: number,
  most: number,
): { tokens: Float32Array; parts: number[] } {
  const places = pictures.flatMap(({ parts }, picture) =>
    Array.from({ length: parts.length }, (_, patch) => ({ picture, patch })),
  )
  const chosen =
    places.length <= most
      ? places
      : Array.from(permutation(random(0), places.length).subarray(0, most), (i) => places[i]!)
  const tokens = new Float32Array(chosen.length * width)
  chosen.forEach(({ picture, patch }, i) => {
    const from = pictures[picture]!.tokens
    tokens.set(from.subarray(patch * width, (patch + 1) * width), i * width)
  })
  return { tokens, parts: chosen.map(({ picture, patch }) => pictures[picture]!.parts[patch]!) }
}

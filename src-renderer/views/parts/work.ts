// Which colours and which likeness do patches get? The numbers behind Parts, kept beside the tokens; no page, no drawing.
import { alignParts, rememberColours } from '../../../src-shared/analysis/alignParts.ts'
import {
  fitForeground,
  fitInside,
  joined,
  paintByBasis,
  type FirstStage,
  type PartsBasis,
} from '../../../src-shared/analysis/parts.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { groupPatches, type PatchGroups } from '../../../src-shared/analysis/clusters.ts'
import { matchTokens, type Matched } from '../correspondence/match.ts'

/** One picture's patch tokens, `[patches, width]`. */
export interface HeldTokens {
  /** The same for the same picture at the same size and shape, whatever the network: what a kept basis remembers it by. */
  readonly picture: string
  readonly grid: readonly [number, number]
  readonly width: number
  readonly tokens: Float32Array
  readonly oneColour: boolean
}

export type Foreground = 'auto' | 'off' | number

export interface FitWish {
  readonly keys: readonly string[]
  /** A number is a threshold on the component as `auto` turns it. */
  readonly foreground: Foreground
  readonly flip: boolean
  /** Keep the basis that stands: further pictures, layers and networks get its colours. */
  readonly hold: boolean
  /** Whose basis is kept. */
  readonly tab: string
  /** From 0; written into the basis. */
  readonly layer: number
}

export interface Fitted {
  readonly basis: PartsBasis
  /** How a kept basis met these tokens; null: the basis was made of them; `width`: it could not be used for them. */
  readonly use: 'same' | 'aligned' | 'unknown' | 'width' | null
  /** Of each picture: the first component, 0 to 1, `[patches]`. */
  readonly first: readonly Float32Array[]
  /** Of each picture: components 1 to 3 of every patch, clipped to 0 … 1, foreground or not, `[patches, 3]`. */
  readonly colours: readonly Float32Array[]
  /** The command's own options give this basis too; where false, only the saved basis does. */
  readonly plain: boolean
  /** The foreground's component stands the other way round than PCA left it. */
  readonly turned: boolean
}

export interface ClusterWish {
  readonly keys: readonly string[]
  /** Of each picture 1 where a patch takes part, `[patches]`; null: all do. */
  readonly inside: readonly Uint8Array[] | null
  readonly count: number
  readonly seed: number
}

export type Work = ReturnType<typeof createWork>

/** Holds tokens by key and answers questions about them. */
export function createWork() {
  const held = new Map<string, HeldTokens>()
  const lengths = new Map<string, Float64Array>()
  let joint: { readonly of: string; readonly all: Float32Array } | null = null
  const firsts = new Map<boolean, FirstStage>()
  const automatic = new Map<boolean, PartsBasis | null>()
  const bases = new Map<string, PartsBasis>()

  function need(key: string): HeldTokens {
    const found = held.get(key)
    if (!found) throw new Failure('internal', `The tokens of ${key} are not here.`)
    return found
  }

  /** All rows of some pictures; what was found of others is forgotten. */
  function together(pictures: readonly HeldTokens[], of: string): Float32Array {
    if (joint?.of === of) return joint.all
    firsts.clear()
    automatic.clear()
    joint = { of, all: joined(pictures.map(({ tokens }) => tokens)) }
    return joint.all
  }

  function find(
    { foreground, flip, layer }: FitWish,
    pictures: readonly HeldTokens[],
    all: Float32Array,
  ): Found {
    const { width } = pictures[0]!
    if (foreground === 'off')
      return { basis: { ...fitInside(all, width, null), layer }, plain: true, turned: false }
    let stage = firsts.get(flip)
    if (!stage) {
      const given = pictures.map(({ tokens, grid }) => ({ tokens, grid }))
      stage = fitForeground(given, all, width, { foreground: 'auto', flip })
      firsts.set(flip, stage)
    }
    // PCA leaves the score of largest magnitude positive.
    const turned = Math.abs(stage.low[0]!) > Math.abs(stage.high[0]!)
    if (!automatic.has(flip))
      automatic.set(
        flip,
        orNull(() => fitInside(all, width, stage)),
      )
    const auto = automatic.get(flip) ?? null
    if (foreground === 'auto')
      return { basis: { ...(auto ?? fitInside(all, width, stage)), layer }, plain: true, turned }
    const own = fitInside(all, width, { ...stage, threshold: foreground })
    const { basis, plain } = signedLike(own, auto)
    return { basis: { ...basis, layer }, plain, turned }
  }

  function fit(wish: FitWish): Fitted {
    const entries = wish.keys.map(need)
    const width = entries[0]?.width ?? 0
    if (entries.length > 0 && entries.every(({ oneColour }) => oneColour))
      throw new Failure(
        'bad-picture',
        entries.length === 1
          ? 'The picture is of one colour: there are no parts to tell apart.'
          : 'Each of the pictures is of one colour: there are no parts to tell apart.',
        'Use pictures that show something.',
      )
    const known = entries.map(({ picture, tokens, grid }) => ({ id: picture, tokens, grid }))
    if (!wish.hold) bases.delete(wish.tab)
    const kept = bases.get(wish.tab) ?? null
    let use: Fitted['use'] = null
    let found: Found | null = null
    if (kept && kept.width !== width) use = 'width'
    else if (kept) {
      const aligned = alignParts(kept, known)
      use = aligned.how
      const { first } = aligned.basis
      const moved =
        first && typeof wish.foreground === 'number' ? { ...first, threshold: wish.foreground } : first
      found = { basis: { ...aligned.basis, first: moved }, plain: false, turned: false }
    }
    found ??= find(wish, entries, together(entries, wish.keys.join('\n')))
    if (wish.hold && !kept) {
      found = { ...found, basis: rememberColours(found.basis, known) }
      bases.set(wish.tab, found.basis)
    }
    const everywhere = { ...found.basis, first: null }
    return {
      ...found,
      use,
      first: entries.map(({ tokens }) => paintByBasis(found.basis, tokens, width).first),
      colours: entries.map(({ tokens }) => paintByBasis(everywhere, tokens, width).colours),
    }
  }

  function lengthsOf(key: string): Float64Array {
    const there = lengths.get(key)
    if (there) return there
    const { tokens, width } = need(key)
    const made = Float64Array.from({ length: tokens.length / width }, (_, i) => {
      let sum = 0
      for (let t = i * width; t < (i + 1) * width; t++) sum += tokens[t]! ** 2
      return Math.sqrt(sum)
    })
    lengths.set(key, made)
    return made
  }

  function cluster({ keys, inside, count, seed }: ClusterWish): PatchGroups {
    const entries = keys.map(need)
    const width = entries[0]?.width ?? 1
    const pictures = entries.map(({ tokens }, i) => ({
      tokens,
      inside: inside?.[i] ?? new Uint8Array(tokens.length / width).fill(1),
    }))
    return groupPatches(pictures, width, count, seed)
  }

  return {
    cluster,
    /** From here on a tab keeps this basis, as if it had been made in it. */
    keep(tab: string, basis: PartsBasis): void {
      bases.set(tab, basis)
    },
    /** The basis with its colours of the pictures, so that another network's tokens of them can be turned to it. */
    remember: (basis: PartsBasis, keys: readonly string[]): PartsBasis =>
      rememberColours(
        basis,
        keys.map(need).map(({ picture, tokens, grid }) => ({ id: picture, tokens, grid })),
      ),
    add(key: string, tokens: HeldTokens): void {
      held.set(key, tokens)
      lengths.delete(key)
      joint = null
    },
    drop(keys: readonly string[]): void {
      for (const key of keys) {
        held.delete(key)
        lengths.delete(key)
      }
      joint = null
    },
    fit,
    /** Which patches of two pictures belong together, for Correspondence, which shares these tokens. */
    match: (first: string, second: string, foreground: boolean): Matched =>
      matchTokens(need(first), need(second), foreground),
    /** Cosine of every patch of some pictures to one patch, `[patches]` each. */
    similar(from: string, patch: number, keys: readonly string[]): Float32Array[] {
      const { tokens, width } = need(from)
      const asked = tokens.subarray(patch * width, (patch + 1) * width)
      const length = lengthsOf(from)[patch] ?? 0
      return keys.map((key) => {
        const there = need(key)
        if (there.width !== width) throw new Failure('internal', 'Tokens of two networks cannot be compared.')
        const own = lengthsOf(key)
        return Float32Array.from(own, (other, i) => {
          let sum = 0
          for (let t = 0; t < width; t++) sum += asked[t]! * there.tokens[i * width + t]!
          return length > 0 && other > 0 ? sum / (length * other) : 0
        })
      })
    },
  }
}

interface Found {
  readonly basis: PartsBasis
  readonly plain: boolean
  readonly turned: boolean
}

function orNull<T>(make: () => T): T | null {
  try {
    return make()
  } catch (thrown) {
    if (thrown instanceof Failure) return null
    throw thrown
  }
}

/**
 * The basis with each colour running the way it does in `reference`: a threshold that moves must not swap colours.
 * `plain` says that nothing had to be turned.
 */
export function signedLike(
  basis: PartsBasis,
  reference: PartsBasis | null,
): { basis: PartsBasis; plain: boolean } {
  const turn = basis.second.components.map((component, k) => {
    const other = reference?.second.components[k]
    return other !== undefined && component.reduce((sum, value, t) => sum + value * other[t]!, 0) < 0
  })
  return turn.some(Boolean) ? { basis: turnColours(basis, turn), plain: false } : { basis, plain: true }
}

/** The basis with some colours running the other way. */
export function turnColours(basis: PartsBasis, turn: readonly boolean[]): PartsBasis {
  const { second } = basis
  const swap = (these: readonly number[], others: readonly number[]): number[] =>
    these.map((value, k) => (turn[k] ? -others[k]! : value))
  return {
    ...basis,
    second: {
      ...second,
      components: second.components.map((component, k) =>
        turn[k] ? component.map((value) => -value) : component,
      ),
      low: swap(second.low, second.high),
      high: swap(second.high, second.low),
      clip: { low: swap(second.clip.low, second.clip.high), high: swap(second.clip.high, second.clip.low) },
    },
  }
}

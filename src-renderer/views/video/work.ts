// Which colours do frames get? One basis found on some of them and applied to all, or each frame's own; no page, no drawing.
import { turnToBasis } from '../../../src-shared/analysis/alignParts.ts'
import { fitParts, paintByBasis, type PartsBasis } from '../../../src-shared/analysis/parts.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { createWork, type Foreground, type HeldTokens } from '../parts/work.ts'

/**
 * `one`: the common basis as it is. `turned`: each frame's own components, turned to the common basis (Procrustes).
 * `own`: each frame's own components as PCA leaves them.
 */
export const bases = ['one', 'turned', 'own'] as const
export type BasisKind = (typeof bases)[number]

export interface BasisWish {
  /** The frames it is found on. */
  readonly keys: readonly string[]
  readonly foreground: Foreground
  readonly flip: boolean
  /** From 0; written into the basis. */
  readonly layer: number
}

/** One frame in colours. */
export interface PaintedFrame {
  /** The first component, 0 to 1, `[patches]`; 1 everywhere where no foreground is told. */
  readonly first: Float32Array
  /** 1 where a patch is foreground, `[patches]`. */
  readonly foreground: Uint8Array
  /** Components 1 to 3, clipped to 0 … 1, `[patches, 3]`; 0 in the background. */
  readonly colours: Float32Array
}

export type FrameWork = ReturnType<typeof createFrameWork>

/** Holds tokens of frames by key, and the common basis. */
export function createFrameWork() {
  const parts = createWork()
  const held = new Map<string, HeldTokens>()
  const given = new Set<string>()
  let basis: PartsBasis | null = null

  function need(key: string): HeldTokens {
    const found = held.get(key)
    if (!found) throw new Failure('internal', `The tokens of ${key} are not here.`)
    return found
  }

  return {
    add(key: string, tokens: HeldTokens): void {
      held.set(key, tokens)
      given.delete(key)
    },
    drop(keys: readonly string[]): void {
      for (const key of keys) held.delete(key)
      parts.drop(keys.filter((key) => given.delete(key)))
    },
    /** The common basis. Throws Failure where these frames have none. */
    fit({ keys, foreground, flip, layer }: BasisWish): PartsBasis {
      for (const key of keys)
        if (!given.has(key)) {
          parts.add(key, need(key))
          given.add(key)
        }
      basis = parts.fit({ keys, foreground, flip, layer, hold: false, tab: '' }).basis
      return basis
    },
    /** One frame in the colours of the last basis, or of its own; null where its tokens are gone. */
    paint(key: string, kind: BasisKind): PaintedFrame | null {
      const frame = held.get(key)
      if (!frame || !basis) return null
      const { tokens, width } = frame
      const { first, foreground, colours } = paintByBasis(basisOf(kind, basis, frame), tokens, width)
      return { first, foreground, colours }
    },
  }
}

/** The basis that one frame is painted by. */
export function basisOf(kind: BasisKind, common: PartsBasis, frame: HeldTokens): PartsBasis {
  if (kind === 'one') return common
  if (kind === 'turned') return turnToBasis(common, frame.tokens)
  try {
    return fitParts([frame], frame.width, { foreground: common.first ? 'auto' : 'off' })
  } catch (thrown) {
    // A frame of one colour has no components of its own.
    if (thrown instanceof Failure) return common
    throw thrown
  }
}

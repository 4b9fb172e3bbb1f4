// What is there to read a spec from? Matched names, their shapes, configurations, settings, and what a person said.
import type { ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Container } from './containers/container.ts'
import type { FamilyGuess, KeyMap, NetworkView } from './families/keyMap.ts'
import { isComplete, type Matched } from './match.ts'
import { storedSettings, type Setting } from './view.ts'

/** Everything a spec is read from. */
export interface SpecEvidence {
  /** The file's name, for sentences. */
  readonly file: string
  readonly map: KeyMap
  readonly guess: FamilyGuess
  readonly view: NetworkView
  readonly matched: Matched
  readonly container: Container
  readonly overrides: ModelOverrides
}

/** Reads canonical shapes, settings and overrides for the functions that each read a part of the spec. */
export interface Evidence extends SpecEvidence {
  readonly settings: ReadonlyMap<string, Setting>
  /** Shape of a canonical weight as far as its stored shape tells (see Conversion.infer); null where it is not stored. */
  shapeOf(canonical: string): readonly number[] | null
  /** How many numbered blocks stand under a prefix: the highest number and one. */
  depthOf(prefix: string): number
  readonly sources: Record<string, string>
  readonly notices: string[]
}

/** More blocks than any published ViT; a file that claims more is damaged. */
const mostBlocks = 512

/** Makes the readers that the parts of a spec share. */
export function evidenceOf(given: SpecEvidence): Evidence {
  const { pieces } = given.matched
  // Asked for each weight of a block, answered once: files with hundreds of blocks have thousands of names.
  const depths = new Map<string, number>()
  const depthOf = (prefix: string) => {
    const known = depths.get(prefix)
    if (known !== undefined) return known
    let depth = 0
    for (const name of pieces.keys()) {
      if (!name.startsWith(`${prefix}.`)) continue
      depth = Math.max(depth, Number(/^\d+/.exec(name.slice(prefix.length + 1))?.[0] ?? -1) + 1)
    }
    if (depth > mostBlocks)
      throw new Failure('damaged-file', `${given.file} numbers a block ${depth - 1}: no model is that deep.`)
    depths.set(prefix, depth)
    return depth
  }
  return {
    ...given,
    settings: storedSettings(given.container),
    sources: {},
    notices: [],
    depthOf,
    shapeOf: (canonical) => {
      // A block's weight may be missing where the others have it: any block answers for all.
      const [, prefix, rest] = /^(.*blocks)\.0\.(.+)$/.exec(canonical) ?? []
      if (prefix === undefined || rest === undefined) return shapeOf(given.matched, canonical)
      for (let i = 0; i < depthOf(prefix); i++) {
        const shape = shapeOf(given.matched, `${prefix}.${i}.${rest}`)
        if (shape !== null) return shape
      }
      return null
    },
  }
}

function shapeOf({ pieces }: Matched, canonical: string): readonly number[] | null {
  const piece = pieces.get(canonical)
  if (piece === undefined || !isComplete(piece)) return null
  const shapes = piece.rule.conversion.infer(piece.sources.map((source) => source?.tensor.shape ?? null))
  const shape = shapes[piece.canonical.indexOf(canonical)] ?? []
  return shape.length === 0 ? null : shape
}

/** A Failure that says which file is not what we open, and why. */
export function unsupported(file: string, why: string, hint = ''): Failure {
  return new Failure('unsupported-model', `${file} ${why}.`, hint)
}

// Do part colours stay put under another network? Its own components, turned onto the colours that were there.
import { columnMeans, procrustes, type Table } from '../numerics/procrustes.ts'
import { pca, scoresOf } from '../numerics/pca.ts'
import {
  between,
  colourCount,
  explainedCount,
  fewest,
  joined,
  paintByBasis,
  project,
  rowsWhere,
  type PaintedPicture,
  type PartsBasis,
  type PatchTokens,
  type Stage,
} from './parts.ts'

/** A picture's tokens, and which picture it is. */
export interface KnownPicture extends PatchTokens {
  /** The same for the same pixels, whatever the network. */
  id: string
}

/** Pictures with no more patches than this in all are kept with a basis. */
const mostPatches = 20_000
/** How many of the other network's components take part in the turn. */
const turned = 8
/** Colours that differ less than this, of 0 … 1 and root mean square, come from the same network. */
const same = 0.01

/** The basis with its colours of the first pictures, as many as are kept. */
export function rememberColours(basis: PartsBasis, pictures: readonly KnownPicture[]): PartsBasis {
  const painted: PaintedPicture[] = []
  let patches = 0
  for (const { id, tokens, grid } of pictures) {
    patches += grid[0] * grid[1]
    if (patches > mostPatches) break
    const { first, foreground } = paintByBasis(basis, tokens, basis.width)
    const inside = rowsWhere(tokens, basis.width, foreground)
    painted.push({
      picture: id,
      grid: [...grid],
      foreground: foreground.join(''),
      first: Array.from(first, rounded),
      components: Array.from(scaled(basis.second, project(basis.second, inside, basis.width)), rounded),
    })
  }
  return { ...basis, painted }
}

export interface Aligned {
  basis: PartsBasis
  /**
   * `same`: the tokens give the colours that the basis remembers. `aligned`: they did not, and were turned.
   * `unknown`: none of the pictures is one that the basis remembers, so nothing can be compared.
   */
  how: 'same' | 'aligned' | 'unknown'
}

/**
 * The basis for the tokens of another network, or another state of one: where pictures are there that the basis
 * remembers and their colours come out differently, each stage becomes the directions among the tokens' own first
 * principal components, each in its own measure, that follow the remembered values most closely (`procrustes`), scaled to
 * their mean and spread. Tokens must have the basis' width.
 */
export function alignParts(basis: PartsBasis, pictures: readonly KnownPicture[]): Aligned {
  const known = new Map(basis.painted?.map((painted) => [painted.picture, painted]))
  const pairs = pictures.flatMap(({ id, tokens, grid }) => {
    const painted = known.get(id)
    const fits = painted?.grid[0] === grid[0] && painted.grid[1] === grid[1]
    return painted && fits ? [{ tokens, painted }] : []
  })
  const { width } = basis
  const tokens = joined(pairs.map((pair) => pair.tokens))
  const foreground = Uint8Array.from(pairs.flatMap(({ painted }) => Array.from(painted.foreground, Number)))
  const inside = rowsWhere(tokens, width, foreground)
  if (inside.length / width < fewest) return { basis, how: 'unknown' }
  const first = Float64Array.from(pairs.flatMap(({ painted }) => painted.first))
  const second = {
    columns: basis.second.components.length,
    data: Float64Array.from(pairs.flatMap(({ painted }) => painted.components)),
  }

  const firstNow = basis.first ? scaled(basis.first, project(basis.first, tokens, width)) : first
  const secondNow = scaled(basis.second, project(basis.second, inside, width))
  if (Math.max(difference(firstNow, first), difference(secondNow, second.data)) < same)
    return { basis, how: 'same' }

  const object = turn(inside, width, second)
  return {
    basis: {
      ...basis,
      first: basis.first && {
        ...turn(tokens, width, { columns: 1, data: first }).stage,
        threshold: basis.first.threshold,
      },
      second: { ...object.stage, clip: clipLike(basis.second, object.stage) },
      explainedVariance: object.explainedVariance,
    },
    how: 'aligned',
  }
}

/**
 * The basis of one frame of a video by itself: the directions among its own foreground's first components that follow
 * most closely the colours which the common basis gives the same patches (`procrustes`). Which patches are foreground is
 * the common basis' word. The common basis where too few are.
 */
export function turnToBasis(basis: PartsBasis, tokens: Float32Array): PartsBasis {
  const { width, second } = basis
  const inside = rowsWhere(tokens, width, paintByBasis(basis, tokens, width).foreground)
  if (inside.length / width < fewest) return basis
  const data = scaled(second, project(second, inside, width))
  const own = turn(inside, width, { columns: second.components.length, data })
  return {
    ...basis,
    second: { ...own.stage, clip: clipLike(second, own.stage) },
    explainedVariance: own.explainedVariance,
  }
}

/** A stage whose values of `tokens` follow `wanted`, the values 0 … 1 that other tokens of the same patches had. */
function turn(
  tokens: Float32Array,
  width: number,
  wanted: Table,
): { stage: Stage; explainedVariance: number[] } {
  const count = wanted.columns
  const own = pca(tokens, width, Math.max(turned, colourCount))
  // Each component in its own measure: neither a strong one here nor a strong one there bends the turn its way.
  const measure = Array.from(own.variance, (variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 0))
  const scores = {
    columns: measure.length,
    data: scoresOf(own, tokens).map((score, at) => score * measure[at % measure.length]!),
  }
  const then = momentsOf(wanted)
  const unit = wanted.data.map((value, at) => {
    const spread = then.spread[at % count]!
    return spread > 0 ? value / spread : 0
  })
  const rotation = procrustes(scores, { columns: count, data: unit })
  const components = Array.from({ length: count }, (_, k) =>
    Array.from({ length: width }, (_, t) => {
      let sum = 0
      for (let a = 0; a < measure.length; a++)
        sum += rotation[a * count + k]! * measure[a]! * own.components[a * width + t]!
      return sum
    }),
  )
  const stage: Stage = { mean: [...own.mean], components, low: [], high: [] }
  const now = momentsOf({ columns: count, data: project(stage, tokens, width) })
  for (let k = 0; k < count; k++) {
    const range = then.spread[k]! > 0 ? now.spread[k]! / then.spread[k]! : 0
    stage.low.push(now.mean[k]! - then.mean[k]! * range)
    stage.high.push(now.mean[k]! + (1 - then.mean[k]!) * range)
  }
  return { stage, explainedVariance: Array.from(own.ratio.subarray(0, explainedCount)) }
}

/** The percentiles between which colours run, moved along with a stage's extremes. */
function clipLike(old: PartsBasis['second'], stage: Stage): PartsBasis['second']['clip'] {
  const moved = (bounds: number[]): number[] =>
    bounds.map((bound, k) => {
      const share = between(bound, old.low[k]!, old.high[k]!)
      return stage.low[k]! + share * (stage.high[k]! - stage.low[k]!)
    })
  return { low: moved(old.clip.low), high: moved(old.clip.high) }
}

/** Scores `[rows, components]` as shares of the way from low to high. */
function scaled({ low, high }: Pick<Stage, 'low' | 'high'>, scores: Float64Array): Float64Array {
  return scores.map((score, at) => between(score, low[at % low.length]!, high[at % low.length]!))
}

/** Means and standard deviations (n − 1) of the columns. */
function momentsOf(table: Table): { mean: Float64Array; spread: Float64Array } {
  const { columns, data } = table
  const mean = columnMeans(table)
  const squares = new Float64Array(columns)
  data.forEach((value, at) => (squares[at % columns]! += (value - mean[at % columns]!) ** 2))
  return { mean, spread: squares.map((sum) => Math.sqrt(sum / (data.length / columns - 1))) }
}

/** Root of the mean square of a − b. */
function difference(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum / a.length)
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4

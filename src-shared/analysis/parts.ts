// Which patches belong to the object, and which to the same part of it? Two-stage PCA over all pictures together.
import { z } from 'zod'
import { Failure } from '../domain/failure.ts'
import { quantile } from '../numerics/measures.ts'
import { pca, scoresOf, type Pca } from '../numerics/pca.ts'

/** One picture's patch tokens after the final norm. */
export interface PatchTokens {
  /** `[patches, width]`, row by row. */
  tokens: Float32Array
  grid: readonly [rows: number, columns: number]
}

export interface PartsOptions {
  /**
   * A number: patches above it are foreground, the first component scaled to 0 … 1 over all pictures.
   * `auto`: Otsu's threshold, and the side that makes the pictures' border background. `off`: every patch is foreground.
   */
  foreground: number | 'auto' | 'off'
  /** Swap foreground and background. */
  flip?: boolean | undefined
}

const numbers = z.array(z.number())
const stageSchema = z.object({ mean: numbers, components: z.array(numbers), low: numbers, high: numbers })
const paintedSchema = z.object({
  /** Which picture, by its pixels as the network saw them. */
  picture: z.string(),
  grid: z.tuple([z.int().positive(), z.int().positive()]),
  /** A digit per patch, 1 for foreground. */
  foreground: z.string().regex(/^[01]+$/),
  /** The first component, 0 … 1, `[patches]`. */
  first: numbers,
  /** The second stage's components, 0 … 1, `[foreground patches, components]`. */
  components: numbers,
})
export const partsBasisSchema = z
  .object({
    version: z.literal(1),
    width: z.int().positive(),
    /** Which layer's tokens, counted from 0; absent where nobody said. */
    layer: z.int().nonnegative().optional(),
    /** The foreground's component, scaled by low and high; null: every patch is foreground. Above the threshold is foreground. */
    first: stageSchema.extend({ threshold: z.number() }).nullable(),
    /** Three components inside the foreground; low and high are the extremes, `clip` the 1st and 99th percentiles. */
    second: stageSchema.extend({ clip: z.object({ low: numbers, high: numbers }) }),
    /** Of the second stage: share of the foreground's variance, component by component, five where there are as many. */
    explainedVariance: numbers,
    /** How some pictures were painted, so that another network's tokens of the same pictures can be turned to it. */
    painted: z.array(paintedSchema).optional(),
  })
  .refine(fitsTogether, 'its numbers do not fit together')
/** Everything that paints further pictures in the same colours; `basis.json` holds it. */
export type PartsBasis = z.infer<typeof partsBasisSchema>

export interface PaintedParts {
  /** The first component, 0 … 1 over the pictures of the basis, `[patches]`; the threshold's histogram is drawn of it. */
  first: Float32Array
  /** 1 where a patch is foreground, `[patches]`. */
  foreground: Uint8Array
  /** Components 1 to 3 inside the foreground between their extremes, `[patches, 3]`, background 0. */
  components: Float32Array
  /** The same between the 1st and 99th percentiles, clamped: for colours. */
  colours: Float32Array
}

export const colourCount = 3
export const explainedCount = 5
/** Fewer foreground patches than this have no three components. */
export const fewest = colourCount + 1

/**
 * The basis of a part colouring (DINOv2, Oquab et al. 2024, section 7.5): PCA over all patches of all pictures, the
 * first component split into foreground and background, then PCA over the foreground.
 * Throws Failure `bad-argument` where too few patches are foreground.
 */
export function fitParts(pictures: readonly PatchTokens[], width: number, options: PartsOptions): PartsBasis {
  const all = joined(pictures.map(({ tokens }) => tokens))
  if (all.length / width < fewest)
    throw new Failure(
      'bad-picture',
      `Part colours need at least ${fewest} patches, and there are ${all.length / width}.`,
      'Use larger or more pictures.',
    )
  const first = options.foreground === 'off' ? null : fitForeground(pictures, all, width, options)
  return fitInside(all, width, first)
}

/**
 * The second stage for a first one that stands: PCA over the rows of `all` `[patches, width]` that are foreground by
 * `first`, all of them where it is null. Throws Failure `bad-argument` where too few are.
 */
export function fitInside(all: Float32Array, width: number, first: FirstStage | null): PartsBasis {
  const kept = first ? rowsWhere(all, width, foregroundOf(first, all, width).foreground) : all
  if (kept.length / width < fewest)
    throw new Failure(
      'bad-argument',
      `Only ${kept.length / width} of ${all.length / width} patches are foreground; part colours need at least ${fewest}.`,
      'Lower the threshold, flip the sides, or use --foreground off.',
    )
  const inside = pca(kept, width, explainedCount)
  const scores = scoresOf(inside, kept)
  const along = (component: number) => column(scores, inside.variance.length, component)
  const three = Array.from({ length: Math.min(colourCount, inside.variance.length) }, (_, k) => k)
  return {
    version: 1,
    width,
    first,
    second: {
      ...stageOf(inside, three.length),
      low: three.map((k) => quantile(along(k), 0)),
      high: three.map((k) => quantile(along(k), 1)),
      clip: {
        low: three.map((k) => quantile(along(k), 0.01)),
        high: three.map((k) => quantile(along(k), 0.99)),
      },
    },
    explainedVariance: [...inside.ratio],
  }
}

/** One picture in the colours of a basis. Throws Failure `bad-argument` where the tokens have another width. */
export function paintByBasis(basis: PartsBasis, tokens: Float32Array, width: number): PaintedParts {
  if (width !== basis.width)
    throw new Failure(
      'bad-argument',
      `The basis was made from tokens of width ${basis.width}, and this network's have ${width}.`,
      'Use a basis made with the same network.',
    )
  const patches = tokens.length / width
  const { first, foreground } = basis.first
    ? foregroundOf(basis.first, tokens, width)
    : { first: new Float32Array(patches).fill(1), foreground: new Uint8Array(patches).fill(1) }
  const { second } = basis
  const scores = project(second, tokens, width)
  const count = second.components.length
  const components = new Float32Array(patches * colourCount)
  const colours = new Float32Array(patches * colourCount)
  for (let i = 0; i < patches; i++) {
    if (foreground[i] === 0) continue
    for (let k = 0; k < count; k++) {
      const score = scores[i * count + k]!
      components[i * colourCount + k] = between(score, second.low[k]!, second.high[k]!)
      const clipped = between(score, second.clip.low[k]!, second.clip.high[k]!)
      colours[i * colourCount + k] = Math.min(1, Math.max(0, clipped))
    }
  }
  return { first, foreground, components, colours }
}

export type Stage = z.infer<typeof stageSchema>
export type PaintedPicture = z.infer<typeof paintedSchema>

/** Whether a basis that was read has the lengths that its width and components ask for. */
function fitsTogether(basis: {
  width: number
  first: Stage | null
  second: Stage & { clip: Pick<Stage, 'low' | 'high'> }
  painted?: PaintedPicture[] | undefined
}): boolean {
  const { width, first, second, painted = [] } = basis
  const stageFits = ({ mean, components, low, high }: Stage, most: number): boolean =>
    mean.length === width &&
    components.length >= 1 &&
    components.length <= most &&
    components.every((component) => component.length === width) &&
    [low, high].every((bounds) => bounds.length === components.length)
  const count = second.components.length
  return (
    (first === null || stageFits(first, 1)) &&
    stageFits(second, colourCount) &&
    [second.clip.low, second.clip.high].every((bounds) => bounds.length === count) &&
    painted.every(({ grid, foreground, first, components }) => {
      const inside = foreground.replaceAll('0', '').length
      const patches = grid[0] * grid[1]
      return foreground.length === patches && first.length === patches && components.length === inside * count
    })
  )
}
export type FirstStage = NonNullable<PartsBasis['first']>

/** The first stage: the component that splits object and background, its direction and its threshold. */
export function fitForeground(
  pictures: readonly PatchTokens[],
  all: Float32Array,
  width: number,
  { foreground, flip }: PartsOptions,
): FirstStage {
  const whole = pca(all, width, 1)
  const scores = scoresOf(whole, all)
  const stage = {
    ...stageOf(whole, 1),
    low: [quantile(scores, 0)],
    high: [quantile(scores, 1)],
    threshold: typeof foreground === 'number' ? foreground : 0.5,
  }
  if (foreground === 'auto') {
    const scaled = scores.map((score) => between(score, stage.low[0]!, stage.high[0]!))
    stage.threshold = otsu(scaled)
    const border = onBorder(pictures)
    const above = border.filter((i) => scaled[i]! > stage.threshold).length
    if (above * 2 > border.length) turn(stage, true)
  }
  if (flip) turn(stage, foreground === 'auto')
  return stage
}

/** The other direction of the first component; a threshold found on the data goes along, one that was given stays. */
function turn(stage: FirstStage, withThreshold: boolean): void {
  stage.components = stage.components.map((component) => component.map((value) => -value))
  ;[stage.low, stage.high] = [[-stage.high[0]!], [-stage.low[0]!]]
  if (withThreshold) stage.threshold = 1 - stage.threshold
}

function foregroundOf(
  stage: FirstStage,
  tokens: Float32Array,
  width: number,
): { first: Float32Array; foreground: Uint8Array } {
  const scaled = project(stage, tokens, width).map((score) => between(score, stage.low[0]!, stage.high[0]!))
  return {
    first: Float32Array.from(scaled),
    foreground: Uint8Array.from(scaled, (value) => Number(value > stage.threshold)),
  }
}

/**
 * The threshold between two groups of values that differ most for their spread (Otsu 1979), taken over the values
 * themselves instead of a histogram: midway between the two values it parts. 0.5 where all are equal.
 */
export function otsu(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const total = sorted.reduce((sum, value) => sum + value, 0)
  let below = 0
  let best = 0
  let threshold = 0.5
  for (let i = 1; i < sorted.length; i++) {
    below += sorted[i - 1]!
    const rest = sorted.length - i
    const between = i * rest * ((total - below) / rest - below / i) ** 2
    if (between > best && sorted[i]! > sorted[i - 1]!) {
      best = between
      threshold = (sorted[i]! + sorted[i - 1]!) / 2
    }
  }
  return threshold
}

function stageOf({ mean, components, width }: Pca, count: number): Pick<Stage, 'mean' | 'components'> {
  const row = (k: number) => [...components.subarray(k * width, (k + 1) * width)]
  return { mean: [...mean], components: Array.from({ length: count }, (_, k) => row(k)) }
}

/** Scores of tokens `[patches, width]` along a stage's components, `[patches, components]`. */
export function project(
  { mean, components }: Pick<Stage, 'mean' | 'components'>,
  tokens: Float32Array,
  width: number,
): Float64Array {
  const basis = { width, mean: Float64Array.from(mean), components: Float64Array.from(components.flat()) }
  return scoresOf(basis, tokens)
}

export const between = (value: number, low: number, high: number) =>
  high > low ? (value - low) / (high - low) : 0.5

/** Indices over all pictures' patches of those at the border of their picture. */
function onBorder(pictures: readonly PatchTokens[]): number[] {
  const border: number[] = []
  let start = 0
  for (const { grid } of pictures) {
    const [rows, columns] = grid
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        if (y === 0 || x === 0 || y === rows - 1 || x === columns - 1) border.push(start + y * columns + x)
    start += rows * columns
  }
  return border
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export function rowsWhere(data: Float32Array, width: number, keep: Uint8Array): Float32Array {
  const kept = new Float32Array(keep.reduce((sum, bit) => sum + bit, 0) * width)
  let at = 0
  for (let i = 0; i < keep.length; i++)
    if (keep[i]) {
      kept.set(data.subarray(i * width, (i + 1) * width), at)
      at += width
    }
  return kept
}

function column(table: Float64Array, columns: number, which: number): Float64Array {
  return Float64Array.from({ length: table.length / columns }, (_, i) => table[i * columns + which]!)
}

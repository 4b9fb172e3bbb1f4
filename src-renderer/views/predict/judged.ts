// What do the answers come to? Means, the scale of the map, and which target a patch is looked at in.
import type { Predicted } from '../../client/lab.ts'

/** The mean of some numbers; NaN of none. */
export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

export interface Range {
  readonly low: number
  readonly high: number
}

/** A scale in tenths that holds every cosine of a map; places without one are NaN. Null for an empty map. */
export function rangeOf(map: Float32Array): Range | null {
  let [low, high] = [Infinity, -Infinity]
  for (const value of map) {
    if (Number.isNaN(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (!(low <= high)) return null
  const top = Math.min(1, Math.ceil(high * 10) / 10)
  return { low: Math.max(-1, Math.min(Math.floor(low * 10) / 10, top - 0.1)), high: top }
}

/** The target in which a patch is looked at: the selected one where it holds it, else the first that does; −1: none. */
export function bestTarget(
  targets: readonly { readonly patches: Int32Array }[],
  patch: number,
  selected: number,
): number {
  if (targets[selected]?.patches.includes(patch)) return selected
  return targets.findIndex(({ patches }) => patches.includes(patch))
}

/** How often the predictor was nearer to what is there than to the mean of elsewhere, as a share of patches. */
export function betterThanElsewhere(targets: Predicted['targets']): number {
  let better = 0
  let all = 0
  for (const { cosines, elsewhere } of targets)
    cosines.forEach((cosine, i) => {
      all++
      if (cosine > elsewhere[i]!) better++
    })
  return all > 0 ? better / all : NaN
}

/** How often the nearest patch of all is the true one itself. */
export function foundItself(targets: Predicted['targets'], count: number): number {
  let own = 0
  let all = 0
  for (const { patches, nearest } of targets)
    patches.forEach((patch, i) => {
      all++
      if (nearest.picture[i * count] === 0 && nearest.patch[i * count] === patch) own++
    })
  return all > 0 ? own / all : NaN
}

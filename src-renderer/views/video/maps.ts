// What do a frame's rows say? One map of all heads or of one, its strongest patch, and a scale that holds for all frames.
import { strongest, type HeadChoice } from '../../state/field.ts'

/** Weights on patches `[patches]` of one head, or the mean or largest over heads. */
export function headValues(rows: Float32Array, heads: number, head: HeadChoice): Float32Array {
  const patches = rows.length / heads
  if (typeof head === 'number') {
    const at = Math.min(head, heads - 1)
    return rows.subarray(at * patches, (at + 1) * patches)
  }
  const all = new Float32Array(patches)
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < patches; i++) {
      const value = rows[h * patches + i]!
      if (head === 'max') all[i] = Math.max(all[i]!, value)
      else all[i]! += value / heads
    }
  return all
}

/** The highest weight of some frames; 0 where there are none. */
export function highest(
  frames: readonly { readonly rows: Float32Array; readonly heads: number }[],
  head: HeadChoice,
): number {
  return frames.reduce(
    (most, { rows, heads }) => Math.max(most, strongest(headValues(rows, heads, head)).value),
    0,
  )
}

/** How many patches of a painting are foreground. */
export const insideOf = (foreground: Uint8Array): number => foreground.reduce((sum, bit) => sum + bit, 0)

/** A frame's number and time as people read them: 3.2 s, 1:02:03. */
export function timeWords(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(2)} s`
  const whole = Math.floor(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

// Where do the marks of an axis stand, and what do they say? Round numbers, few of them, the same digits on one axis.
import { count, duration, number } from '../../state/format.ts'
import type { Clock } from './log.ts'

/** A round step that gives at most `most` marks over `range`. */
export function niceStep(range: number, most: number): number {
  if (!(range > 0)) return 1
  const rough = range / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  for (const factor of [1, 2, 2.5, 5, 10]) if (factor * power >= rough * (1 - 1e-9)) return factor * power
  return 10 * power
}

/** Marks from `low` to `high`, at most `most`, at round numbers. */
export function ticks(low: number, high: number, most: number): number[] {
  const step = niceStep(high - low, most)
  const marks: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) marks.push(i * step + 0)
  return marks
}

/** Digits after the point that marks at this distance need. */
function digitsFor(step: number): number {
  // 2.5 needs one more than 2 and 5 do.
  for (let digits = 0; digits < 12; digits++)
    if (Math.abs(Math.round(step * 10 ** digits) - step * 10 ** digits) < 1e-6) return digits
  return 12
}

/** The words of marks on an axis of plain numbers; very small and very large ones as powers of ten. */
export function tickWords(marks: readonly number[]): string[] {
  const largest = Math.max(...marks.map(Math.abs), 0)
  const step = marks.length > 1 ? Math.abs(marks[1]! - marks[0]!) : largest
  if (largest >= 1e5) return marks.map((mark) => compact(mark))
  if (largest > 0 && largest < 1e-3) return marks.map((mark) => (mark === 0 ? '0' : power(mark)))
  const digits = digitsFor(step || 1)
  return marks.map((mark) => (digits === 0 ? count(mark) : number(mark, digits)))
}

/** 4e−4 and the like. */
export function power(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('-', '−').replace('e+', 'e')
}

/** 12k, 3.4M: for pictures seen. */
export function compact(value: number): string {
  const [unit, name] = Math.abs(value) >= 1e6 ? [1e6, 'M'] : Math.abs(value) >= 1e4 ? [1e3, 'k'] : [1, '']
  const scaled = value / unit
  return `${unit === 1 ? count(scaled) : number(scaled, Number.isInteger(scaled) ? 0 : 1)}${name}`
}

/** A place on a clock in words. */
export function clockWords(value: number, clock: Clock): string {
  if (clock === 'seconds') return value === 0 ? '0' : duration(value)
  return clock === 'pictures' ? compact(value) : count(Math.round(value))
}

/** Marks of a clock: round steps and pictures, and seconds that make whole minutes. */
export function clockTicks(from: number, to: number, clock: Clock, most: number): number[] {
  if (clock !== 'seconds') return ticks(from, to, most).filter(Number.isInteger)
  const rough = (to - from) / Math.max(1, most)
  const step =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400].find((one) => one >= rough) ??
    niceStep(to - from, most)
  const marks: number[] = []
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to; i++) marks.push(i * step + 0)
  return marks
}

/** A range that shows all of `values` with a little air, and holds 0 where `zero` says so. */
export function niceRange(values: readonly number[], zero: boolean): readonly [number, number] {
  const known = values.filter(Number.isFinite)
  if (known.length === 0) return [0, 1]
  let low = Math.min(...known, ...(zero ? [0] : []))
  let high = Math.max(...known, ...(zero ? [0] : []))
  if (high - low < 1e-12) {
    const half = Math.abs(high) > 0 ? Math.abs(high) * 0.1 : 0.5
    low -= zero && low === 0 ? 0 : half
    high += half
  }
  const air = (high - low) * 0.06
  return [zero && low === 0 ? 0 : low - air, high + air]
}

// Which patches does the ruler name? Ticks at every patch, larger ones and numbers where there is room.

export interface Tick {
  /** The patch whose near edge the tick stands at. */
  readonly index: number
  readonly large: boolean
  /** Empty where no number stands. */
  readonly text: string
}

/**
 * The ticks of a ruler over `count` patches of `size` CSS pixels each: numbers at least 40 pixels apart, large ticks
 * at half of that, and single ticks only where they do not touch.
 */
export function ticks(count: number, size: number): Tick[] {
  const steps = [1, 2, 5, 7, 10, 14, 20, 28, 50, 100, 200]
  const number = steps.find((step) => step * size >= 40) ?? 500
  const large =
    [...steps].reverse().find((step) => step < number && number % step === 0 && step * size >= 16) ?? number
  const small = size >= 3 ? 1 : large
  const found: Tick[] = []
  for (let index = 0; index <= count; index += 1) {
    const named = index % number === 0 && index < count
    if (index % large === 0) found.push({ index, large: true, text: named ? String(index) : '' })
    else if (named) found.push({ index, large: true, text: String(index) })
    else if (index % small === 0 || index === count) found.push({ index, large: false, text: '' })
  }
  return found
}

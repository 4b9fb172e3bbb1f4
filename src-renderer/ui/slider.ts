// What number did a person mean? Reading and writing the typed field of a slider.

export interface Scale {
  readonly min: number
  readonly max: number
  readonly step: number
  /** The value is shown multiplied by this: 100 for a share that is read in per cent. */
  readonly shown: number
  readonly digits: number
}

/** The text of the typed field, the same number of digits for every value. */
export function writeNumber(value: number, scale: Scale): string {
  return (value * scale.shown).toFixed(scale.digits)
}

/**
 * The value a person typed, on the slider's steps and within its limits; null where it is no number.
 * Takes a comma for a point and leaves a unit at the end aside.
 */
export function readNumber(text: string, scale: Scale): number | null {
  const match = /^\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))/.exec(text)
  if (!match) return null
  return snap(Number(match[1]!.replace(',', '.')) / scale.shown, scale)
}

/** The nearest step within the limits. */
export function snap(value: number, { min, max, step }: Scale): number {
  const stepped = min + Math.round((value - min) / step) * step
  // Steps such as 0.05 leave dust behind; nobody steps finer than a millionth.
  return Math.min(max, Math.max(min, Math.round(stepped * 1e6) / 1e6))
}

// How are numbers, sizes and times written? With units, the same digits while a value changes.

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** An integer with thousands apart: 1,887. */
export function count(n: number): string {
  return whole.format(n)
}

/** A number with fixed digits and a true minus sign; a dash where it is not finite. */
export function number(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–'
  const text = value.toFixed(digits)
  // −0.00 says nothing that 0.00 does not.
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace('-', '−')
}

/** An attention weight: four digits after the point, more only where it would read as zero. */
export function weight(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.00005) return value.toExponential(1).replace('-', '−')
  return number(value, 4)
}

/** A share as per cent: 60 %. */
export function percent(share: number, digits = 0): string {
  return `${number(share * 100, digits)} %`
}

/** Bytes in the unit a person would use, two or three digits: 412 MB, 1.03 GB. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2
  return `${value.toFixed(unit < 3 && value >= 9.95 ? 0 : digits)} ${units[unit]}`
}

/** A span of time from seconds: 212 ms, 4.2 s, 3 min, 1 h 20 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`
}

/** The time of day of an ISO time: 12:04. */
export function clock(iso: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return '–'
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** The last part of a path, whichever way its slashes lean. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}

/** ViT-S/16 and the like from a spec's width and depth; the width itself where nobody named it. */
export function backboneName(spec: { width: number; depth: number; patch: number }): string {
  const names: readonly (readonly [number, number, string])[] = [
    [192, 12, 'Ti'],
    [384, 12, 'S'],
    [768, 12, 'B'],
    [1024, 24, 'L'],
    [1280, 32, 'H'],
    [1408, 40, 'g'],
    [1536, 40, 'g'],
  ]
  const known = names.find(([width, depth]) => width === spec.width && depth === spec.depth)
  return `ViT-${known ? known[2] : `${spec.width}×${spec.depth}`}/${spec.patch}`
}

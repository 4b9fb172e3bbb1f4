// In which light is a critter's picture taken? One side brighter, tinted, with a camera's grain: each its own.
import type { Random } from '../../../src-shared/numerics/random.ts'
import type { Canvas } from './canvas.ts'

/**
 * The canvas as bytes `[side, side, 3]`, under a light of its own: from one side, tinted by `tint` (0 to 1) in hue,
 * brightness and contrast, with a little grain as of a camera.
 */
export function develop({ side, light }: Canvas, random: Random, tint: number): Uint8Array {
  const angle = random.uniform(0, 2 * Math.PI)
  const slant = random.uniform(0, 0.26)
  const [slantX, slantY] = [(2 * slant * Math.cos(angle)) / side, (2 * slant * Math.sin(angle)) / side]
  const turn = tintMatrix(random, tint)
  const lift = random.uniform(-0.04, 0.04)
  const rgb = new Uint8ClampedArray(side * side * 3)
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8, o0, o1, o2] = turn as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  let bits = 0
  let left = 0
  // Two random bytes added: near enough to a camera's noise, of about 3 of 255.
  const grain = (): number => {
    if (left === 0) {
      bits = random.bits()
      left = 2
    }
    const value = (bits & 255) + ((bits >>> 8) & 255) - 255
    bits >>>= 16
    left--
    return value * 0.029
  }
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const p = (y * side + x) * 3
      const bright = 1 + slantX * (x - side / 2) + slantY * (y - side / 2)
      const red = light[p]! * bright + lift
      const green = light[p + 1]! * bright + lift
      const blue = light[p + 2]! * bright + lift
      rgb[p] = (m0 * red + m1 * green + m2 * blue + o0) * 255 + grain()
      rgb[p + 1] = (m3 * red + m4 * green + m5 * blue + o1) * 255 + grain()
      rgb[p + 2] = (m6 * red + m7 * green + m8 * blue + o2) * 255 + grain()
    }
  return new Uint8Array(rgb.buffer)
}

/**
 * A light of another colour: brightness, contrast about the middle, and the colour plane of YIQ turned and stretched.
 * Nine factors row by row and three summands.
 */
function tintMatrix(random: Random, tint: number): number[] {
  if (tint === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
  const gain = 1 + tint * random.uniform(-0.45, 0.35)
  const angle = random.uniform(-1, 1) * Math.PI * 0.5 * tint
  const strength = random.uniform(0.55, 1.2)
  const steep = random.uniform(1 - 0.35 * tint, 1 + 0.3 * tint)
  const cast = [0, 0, 0].map(() => random.uniform(-0.09, 0.09) * tint)
  const [c, s] = [Math.cos(angle) * strength, Math.sin(angle) * strength]
  const toYiq = [
    [0.299, 0.587, 0.114],
    [0.596, -0.274, -0.322],
    [0.211, -0.523, 0.312],
  ]
  const fromYiq = [
    [1, 0.956, 0.621],
    [1, -0.272, -0.647],
    [1, -1.106, 1.703],
  ]
  const plane = [
    [1, 0, 0],
    [0, c, -s],
    [0, s, c],
  ]
  const product = (a: number[][], b: number[][]) =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
  const matrix = product(fromYiq, product(plane, toYiq)).flat()
  // (gain · light − ½) · steep + ½, then the matrix: grey stays grey but for the cast.
  const middle = 0.5 - 0.5 * steep
  return [...matrix.map((value) => value * gain * steep), ...cast.map((value) => value + middle)]
}

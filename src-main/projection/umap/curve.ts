// How strongly do two points of a UMAP pull and push? The curve 1 / (1 + a·d^2b), its fit, and tables of its gradients.

/** Parameters of the curve. */
export interface Curve {
  a: number
  b: number
}

/** Points at which the curve is fitted, over three times the spread (umap-learn, `find_ab_params`, spread 1). */
const points = 300

/**
 * The curve nearest in least squares to 1 up to `minDist` and falling as exp(minDist − d) after it, by Gauss and Newton
 * with Levenberg and Marquardt's damping.
 */
export function fitCurve(minDist: number): Curve {
  const at = Array.from({ length: points }, (_, i) => (3 * i) / (points - 1))
  const wanted = at.map((d) => (d < minDist ? 1 : Math.exp(minDist - d)))
  const loss = ({ a, b }: Curve): number =>
    at.reduce((sum, d, i) => sum + (1 / (1 + a * d ** (2 * b)) - wanted[i]!) ** 2, 0)
  let curve: Curve = { a: 1, b: 1 }
  let damping = 1e-3
  let error = loss(curve)
  for (let step = 0; step < 500 && damping < 1e12; step++) {
    const { a, b } = curve
    let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0]
    at.forEach((d, i) => {
      if (d === 0) return
      const power = d ** (2 * b)
      const value = 1 / (1 + a * power)
      const da = -power * value * value
      const db = -2 * a * Math.log(d) * power * value * value
      const rest = wanted[i]! - value
      aa += da * da
      ab += da * db
      bb += db * db
      ra += da * rest
      rb += db * rest
    })
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)]
    const determinant = p * q - ab * ab
    const next = {
      a: a + (q * ra - ab * rb) / determinant,
      b: b + (p * rb - ab * ra) / determinant,
    }
    const then = next.a > 0 && next.b > 0 ? loss(next) : Infinity
    if (then < error) {
      const gain = error - then
      curve = next
      error = then
      damping /= 10
      if (gain < 1e-16) break
    } else damping *= 10
  }
  return curve
}

/** Squared distances as float32 differ in their first 16 bits by less than 1 %. */
export const tableEntries = 1 << 15

/**
 * Gradients by the first 16 bits of the squared distance d² as float32, each at the middle of what those bits stand
 * for: attraction −2ab·d^(2b−2) / (1 + a·d^2b) and repulsion 2b / ((0.001 + d²)(1 + a·d^2b)), both to be multiplied by
 * the difference of the points. Coinciding points neither pull nor push.
 */
export function gradientTables({ a, b }: Curve, attraction: Float32Array, repulsion: Float32Array): void {
  const bits = new Int32Array(1)
  const asFloat = new Float32Array(bits.buffer)
  for (let i = 1; i < tableEntries; i++) {
    bits[0] = (i << 16) | 0x8000
    const squared = asFloat[0]!
    if (!Number.isFinite(squared)) continue
    const power = squared ** b
    attraction[i] = (-2 * a * b * (power / squared)) / (1 + a * power)
    repulsion[i] = (2 * b) / ((0.001 + squared) * (1 + a * power))
  }
  attraction[0] = repulsion[0] = 0
}

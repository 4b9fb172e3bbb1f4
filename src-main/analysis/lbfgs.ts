// Where is a smooth function smallest? L-BFGS: steps along curvature remembered from the last few gradients.
//
// Nocedal and Wright, "Numerical Optimization", 2006, algorithms 7.4 and 7.5, with backtracking (Armijo).

/** Pairs of steps and gradient changes that are remembered. */
const memory = 10

export interface LbfgsOptions {
  iterations?: number
  /** Ends where the gradient's largest entry is below this. */
  tolerance?: number
}

/**
 * The point where `f` is smallest, from `start` on. `f` returns its value and writes its gradient; nothing is random,
 * so the same function ends at the same numbers.
 */
export function lbfgs(
  start: Float64Array,
  f: (at: Float64Array, gradient: Float64Array) => number,
  { iterations = 100, tolerance = 1e-5 }: LbfgsOptions = {},
): Float64Array {
  const size = start.length
  let point = start.slice()
  let gradient = new Float64Array(size)
  let value = f(point, gradient)
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (largest(gradient) < tolerance) break
    const direction = turned(gradient, steps)
    const slope = dot(direction, gradient)
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    const next = new Float64Array(size)
    const nextGradient = new Float64Array(size)
    let nextValue = Infinity
    for (let attempt = 0; attempt < 30; attempt++, length /= 2) {
      for (let i = 0; i < size; i++) next[i] = point[i]! + length * direction[i]!
      nextValue = f(next, nextGradient)
      if (nextValue <= value + 1e-4 * length * slope) break
    }
    if (!(nextValue < value)) break
    const s = next.map((x, i) => x - point[i]!)
    const y = nextGradient.map((x, i) => x - gradient[i]!)
    const curvature = dot(s, y)
    if (curvature > 1e-12) {
      steps.push({ s, y, rho: 1 / curvature })
      if (steps.length > memory) steps.shift()
    }
    ;[point, gradient, value] = [next, nextGradient, nextValue]
  }
  return point
}

/** The direction of the next step: minus the gradient, turned by the inverse curvature (two-loop recursion). */
function turned(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const direction = gradient.map((x) => -x)
  const shares: number[] = []
  for (const { s, y, rho } of steps.toReversed()) {
    const share = rho * dot(s, direction)
    shares.push(share)
    for (let i = 0; i < direction.length; i++) direction[i]! -= share * y[i]!
  }
  const last = steps.at(-1)
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y))
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale
  }
  for (const { s, y, rho } of steps) {
    const share = shares.pop()! - rho * dot(y, direction)
    for (let i = 0; i < direction.length; i++) direction[i]! += share * s[i]!
  }
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}

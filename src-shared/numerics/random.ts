// Where do random numbers come from? From a seed: the same seed gives the same numbers on every machine.

/** A stream of random numbers whose whole state is four words, so that a run can resume exactly. */
export interface Random {
  /** The next 32 bits, an integer from 0 to 2³² − 1. */
  bits(): number
  /** A number from [low, high), with 53 random bits; [0, 1) by default. */
  uniform(low?: number, high?: number): number
  /** An integer from 0 to `count` − 1, every one equally likely. Throws RangeError unless 1 ≤ count ≤ 2³². */
  integer(count: number): number
  /** A number from the normal distribution. */
  normal(mean?: number, std?: number): number
  /** A stream of its own for `name`; it depends on this stream's present state and does not advance it. */
  split(name: string | number): Random
  /** The state as four unsigned words, for `resumeRandom`. */
  state(): RandomState
}
export type RandomState = [number, number, number, number]

/** One step of a 32-bit counter hash (the finaliser of MurmurHash3 over a Weyl sequence): spreads a seed over the state. */
function spread(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function stateFrom(words: readonly number[]): RandomState {
  const state: RandomState = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834]
  for (const word of words)
    for (let i = 0; i < 4; i++) {
      const before = state[(i + 3) % 4]!
      state[i] = spread((state[i]! ^ before) + Math.imul(word + i, 0x9e3779b1))
    }
  return state
}

/** A stream from a seed: any finite number; its fraction and sign count too. */
export function random(seed: number): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`the seed is ${seed}, not a finite number`)
  const words = new Uint32Array(new Float64Array([seed === 0 ? 0 : seed]).buffer)
  return resumeRandom(stateFrom([...words]))
}

/** The stream that goes on where `state()` was taken. */
export function resumeRandom(state: RandomState): Random {
  // xoshiro128**, Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
  let [a, b, c, d] = state.map((word) => word | 0) as RandomState
  if ((a | b | c | d) === 0) a = 1

  const bits = (): number => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  const unit = (): number => ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000
  const now = (): RandomState => [a >>> 0, b >>> 0, c >>> 0, d >>> 0]

  return {
    bits,
    uniform: (low = 0, high = 1) => low + (high - low) * unit(),
    integer(count) {
      if (!Number.isInteger(count) || count < 1 || count > 0x100000000)
        throw new RangeError(`cannot draw one of ${count}`)
      const fair = 0x100000000 - (0x100000000 % count)
      let draw = bits()
      while (draw >= fair) draw = bits()
      return draw % count
    },
    // Box and Muller; the second of each pair is not kept, so that the state stays four words.
    normal: (mean = 0, std = 1) =>
      mean + std * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    split(name) {
      const text = String(name)
      return resumeRandom(
        stateFrom([...now(), ...Array.from(text, (char) => char.codePointAt(0)!), text.length]),
      )
    },
    state: now,
  }
}

/**
 * A number from the normal distribution cut to [low, high], both in the number's own units, as in
 * `trunc_normal_` of timm and of the original repositories (where low = −2 and high = 2 whatever the std).
 * Throws RangeError where std ≤ 0 or low ≥ high.
 */
export function truncatedNormal(
  source: Random,
  mean: number,
  std: number,
  low: number,
  high: number,
): number {
  if (!(std > 0) || !(low < high))
    throw new RangeError(`no normal numbers of std ${std} in [${low}, ${high}]`)
  const a = (low - mean) / std
  const b = (high - mean) / std
  const mode = Math.min(Math.max(0, a), b)
  // A wide interval around the mean keeps most normal draws; elsewhere draw evenly and keep by density.
  const wide = a < 0 && b > 0 && b - a > Math.sqrt(2 * Math.PI)
  for (;;) {
    if (wide) {
      const z = source.normal()
      if (z >= a && z <= b) return mean + std * z
    } else {
      const z = source.uniform(a, b)
      if (source.uniform() <= Math.exp((mode * mode - z * z) / 2)) return mean + std * z
    }
  }
}

/** Fills `target` with normal numbers and returns it. */
export function fillNormal(source: Random, target: Float32Array, mean = 0, std = 1): Float32Array {
  // Both numbers of each Box-Muller pair are used here: half the logarithms.
  for (let i = 0; i < target.length; i += 2) {
    const radius = std * Math.sqrt(-2 * Math.log(1 - source.uniform()))
    const angle = 2 * Math.PI * source.uniform()
    target[i] = mean + radius * Math.cos(angle)
    if (i + 1 < target.length) target[i + 1] = mean + radius * Math.sin(angle)
  }
  return target
}

/** Fills `target` with numbers from [low, high) and returns it. */
export function fillUniform(source: Random, target: Float32Array, low = 0, high = 1): Float32Array {
  for (let i = 0; i < target.length; i++) target[i] = source.uniform(low, high)
  return target
}

/** Fills `target` with normal numbers cut to [low, high] and returns it. */
export function fillTruncatedNormal(
  source: Random,
  target: Float32Array,
  mean = 0,
  std = 1,
  low = -2,
  high = 2,
): Float32Array {
  for (let i = 0; i < target.length; i++) target[i] = truncatedNormal(source, mean, std, low, high)
  return target
}

/** The numbers 0 … count − 1 in random order (Fisher and Yates). */
export function permutation(source: Random, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = source.integer(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

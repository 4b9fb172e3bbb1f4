// Does the two-stage colouring give scikit-learn's numbers, and find the object by itself?
import { describe, expect, it } from 'vitest'
import { fitParts, otsu, paintByBasis, partsBasisSchema } from '../../../src-shared/analysis/parts.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { goldenBytes, readNpz, worstError } from '../numerics/goldens.ts'

const golden = readNpz(goldenBytes('pca.npz'))
const floats = (name: string) => golden.get(name)!.data as Float64Array
const tokens = golden.get('tokens')!.data as Float32Array
const pictures = [0, 1, 2].map((i) => ({
  tokens: tokens.subarray(i * 64 * 48, (i + 1) * 64 * 48),
  grid: [8, 8] as const,
}))

/** Tokens whose first value is higher by `inside` in a picture's middle than in the `margin` patches around it; the rest is noise. */
function objectInTheMiddle(seed: number, inside = 5, side = 6, margin = 2) {
  const tokens = fillNormal(random(seed), new Float32Array(side * side * 8), 0, 0.2)
  const middle = Uint8Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side]
    return Number(Math.min(y, x) >= margin && Math.max(y, x) < side - margin)
  })
  middle.forEach((bit, i) => (tokens[i * 8]! += bit * inside))
  return { tokens, grid: [side, side] as const, middle }
}

describe('fitParts', () => {
  it('equals the golden foreground, components, variances and colours of scikit-learn', () => {
    const basis = fitParts(pictures, 48, { foreground: 0.5 })
    const painted = pictures.map((picture) => paintByBasis(basis, picture.tokens, 48))
    const together = (key: 'first' | 'foreground' | 'components') => painted.flatMap((one) => [...one[key]])
    expect(together('foreground')).toEqual([...(golden.get('foreground')!.data as Uint8Array)])
    expect(worstError(together('first'), floats('first01'), 1e-6, 0)).toBeLessThan(1)
    expect(worstError(basis.second.components.flat(), floats('pca2_components'), 1e-6, 0)).toBeLessThan(1)
    const ratio = floats('pca2_explained_variance_ratio')
    expect(worstError(basis.explainedVariance.slice(0, 3), ratio, 0, 1e-6)).toBeLessThan(1)
    expect(worstError(together('components'), floats('rgb'), 1e-5, 0)).toBeLessThan(1)
  })

  it('finds the object in the middle by itself, whichever sign it has, small or larger than the background', () => {
    for (const [inside, side, margin] of [
      [5, 6, 2],
      [-5, 6, 2],
      [5, 8, 1],
      [-5, 8, 1],
    ] as const) {
      const pictures = [1, 2].map((seed) => objectInTheMiddle(seed, inside, side, margin))
      const basis = fitParts(pictures, 8, { foreground: 'auto' })
      for (const { tokens, middle } of pictures)
        expect(paintByBasis(basis, tokens, 8).foreground).toEqual(middle)
    }
  })

  it('swaps the sides when flipped, and leaves a given threshold as given', () => {
    const picture = objectInTheMiddle(3)
    const auto = paintByBasis(fitParts([picture], 8, { foreground: 'auto', flip: true }), picture.tokens, 8)
    expect(auto.foreground).toEqual(picture.middle.map((bit) => 1 - bit))
    const plain = fitParts([picture], 8, { foreground: 0.3 })
    const flipped = fitParts([picture], 8, { foreground: 0.3, flip: true })
    expect(flipped.first!.threshold).toBe(0.3)
    const sum = paintByBasis(plain, picture.tokens, 8).first.map(
      (value, i) => value + paintByBasis(flipped, picture.tokens, 8).first[i]!,
    )
    expect(worstError(sum, new Float32Array(36).fill(1), 1e-6, 0)).toBeLessThan(1)
  })

  it('takes every patch with the foreground off', () => {
    const basis = fitParts(pictures, 48, { foreground: 'off' })
    expect(basis.first).toBeNull()
    const painted = paintByBasis(basis, pictures[0]!.tokens, 48)
    expect(painted.foreground.every((bit) => bit === 1)).toBe(true)
    expect(worstError(basis.second.components.flat(), floats('pca1_components'), 1e-6, 0)).toBeLessThan(1)
  })

  it('keeps colours between 0 and 1 and background at 0', () => {
    const basis = fitParts(pictures, 48, { foreground: 0.5 })
    const { colours, foreground } = paintByBasis(basis, pictures[0]!.tokens, 48)
    for (let i = 0; i < 64; i++)
      for (let k = 0; k < 3; k++) {
        const value = colours[i * 3 + k]!
        if (foreground[i] === 0) expect(value).toBe(0)
        else expect(value >= 0 && value <= 1).toBe(true)
      }
  })

  it('paints the same after the basis went through a file', () => {
    const basis = fitParts(pictures, 48, { foreground: 0.5 })
    const stored = partsBasisSchema.parse(JSON.parse(JSON.stringify(basis)))
    expect(paintByBasis(stored, pictures[1]!.tokens, 48)).toEqual(
      paintByBasis(basis, pictures[1]!.tokens, 48),
    )
  })

  it('says when too little is foreground, and when a basis does not fit', () => {
    expect(() => fitParts(pictures, 48, { foreground: 0.999 })).toThrow(
      /Only 1 of 192 patches are foreground/,
    )
    expect(() =>
      fitParts([{ tokens: tokens.subarray(0, 96), grid: [1, 2] }], 48, { foreground: 'off' }),
    ).toThrow(/at least 4 patches, and there are 2/)
    const basis = fitParts(pictures, 48, { foreground: 0.5 })
    expect(() => paintByBasis(basis, new Float32Array(64), 32)).toThrow(/width 48/)
  })
})

describe('otsu', () => {
  it('parts two groups between their nearest values', () => {
    expect(otsu([0, 0.1, 0.2, 0.8, 0.9, 1])).toBeCloseTo(0.5, 12)
    expect(otsu([0, 0, 0, 0, 0, 0, 0, 0, 1])).toBe(0.5)
    expect(otsu([0.1, 0.2, 0.3, 1])).toBeCloseTo(0.65, 12)
    expect(otsu([2, 2, 2])).toBe(0.5)
  })
})

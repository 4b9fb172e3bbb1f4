// Do colours stay where they are when a saved basis meets another network's tokens of the same pictures?
import { describe, expect, it } from 'vitest'
import { alignParts, rememberColours } from '../../../src-shared/analysis/alignParts.ts'
import { fitParts, paintByBasis, partsBasisSchema } from '../../../src-shared/analysis/parts.ts'
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import { fillNormal, random } from '../../../src-shared/numerics/random.ts'
import { goldenBytes, readNpz } from '../numerics/goldens.ts'

const width = 48
const tokens = readNpz(goldenBytes('pca.npz')).get('tokens')!.data as Float32Array
const pictures = [0, 1, 2].map((i) => ({
  id: `picture ${i}`,
  tokens: tokens.subarray(i * 64 * width, (i + 1) * 64 * width),
  grid: [8, 8] as const,
}))

const basis = rememberColours(fitParts(pictures, width, { foreground: 0.5 }), pictures)

/**
 * The same pictures as another network sees them: its third component is stretched, so that it comes first, every axis
 * is taken by another, some are turned round, all are moved, and there is noise.
 */
const elsewhere = pictures.map((picture, i) => {
  const third = basis.second.components[2]!
  const noise = fillNormal(random(i), new Float32Array(picture.tokens.length), 0, 0.02)
  const stretched = picture.tokens.slice()
  for (let row = 0; row < 64; row++) {
    const along = third.reduce((sum, value, t) => sum + value * stretched[row * width + t]!, 0)
    third.forEach((value, t) => (stretched[row * width + t]! += 0.7 * along * value))
  }
  const turned = stretched.map((_, at) => {
    const [row, axis] = [Math.floor(at / width), at % width]
    const value = stretched[row * width + ((axis * 29 + 5) % width)]!
    return 1.7 * (axis % 3 === 0 ? -value : value) + noise[at]! + axis / 10
  })
  return { ...picture, tokens: turned }
})

/** The mean change of a colour, 0 … 1, over patches that were foreground. */
function colourChange(before: PartsBasis, after: PartsBasis): number {
  let sum = 0
  let count = 0
  pictures.forEach((picture, i) => {
    const then = paintByBasis(before, picture.tokens, width)
    const now = paintByBasis(after, elsewhere[i]!.tokens, width)
    then.colours.forEach((value, at) => {
      if (then.foreground[Math.floor(at / 3)] === 0) return
      sum += Math.abs(value - now.colours[at]!)
      count++
    })
  })
  return sum / count
}

describe('a basis that remembers its colours', () => {
  it('can be stored and read', () => {
    expect(partsBasisSchema.parse(JSON.parse(JSON.stringify(basis)))).toEqual(basis)
  })

  it('stays as it is for the tokens it was made from', () => {
    expect(alignParts(basis, pictures.slice(1))).toEqual({ basis, how: 'same' })
  })

  it('is turned to another network’s tokens, so that colours and foreground stay put', () => {
    const { basis: turned, how } = alignParts(basis, elsewhere)
    expect(how).toBe('aligned')
    expect(colourChange(basis, basis)).toBeGreaterThan(0.2)
    const fresh = fitParts(elsewhere, width, { foreground: 0.5 })
    expect(colourChange(basis, fresh)).toBeGreaterThan(0.05)
    expect(colourChange(basis, turned)).toBeLessThan(0.02)
    pictures.forEach(({ tokens }, i) => {
      const then = paintByBasis(basis, tokens, width).foreground
      const now = paintByBasis(turned, elsewhere[i]!.tokens, width).foreground
      expect(then.filter((bit, at) => bit !== now[at]).length).toBeLessThanOrEqual(2)
    })
    expect(partsBasisSchema.safeParse(turned).success).toBe(true)
  })

  it('is turned by those of the pictures that it remembers', () => {
    const stranger = { ...elsewhere[0]!, id: 'another picture' }
    expect(alignParts(basis, [stranger]).how).toBe('unknown')
    const { basis: turned, how } = alignParts(basis, [stranger, elsewhere[1]!, elsewhere[2]!])
    expect(how).toBe('aligned')
    expect(colourChange(basis, turned)).toBeLessThan(0.05)
  })

  it('keeps every patch as foreground where the foreground was off', () => {
    const off = rememberColours(fitParts(pictures, width, { foreground: 'off' }), pictures)
    const { basis: turned, how } = alignParts(off, elsewhere)
    expect([how, turned.first]).toEqual(['aligned', null])
    expect(colourChange(off, turned)).toBeLessThan(0.02)
  })
})

describe('a basis file', () => {
  it.each([
    ['another width than its components have', { ...basis, width: 47 }],
    ['a threshold without a component', { ...basis, first: { ...basis.first!, components: [] } }],
    ['fewer bounds than components', { ...basis, second: { ...basis.second, low: [0] } }],
    [
      'colours of fewer patches than its grid has',
      { ...basis, painted: [{ ...basis.painted![0]!, grid: [9, 9] }] },
    ],
  ])('with %s is refused', (_, broken) => {
    expect(partsBasisSchema.safeParse(broken).success).toBe(false)
  })
})

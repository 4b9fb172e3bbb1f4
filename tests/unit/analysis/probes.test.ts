// Are linear probe, groupings, retrieval and part score what scikit-learn and pencil and paper say?
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { agreementOf } from '../../../src-main/analysis/agreement.ts'
import { lbfgs } from '../../../src-main/analysis/lbfgs.ts'
import { fitProbe, linearProbe, predict } from '../../../src-main/analysis/linearProbe.ts'
import { partScore } from '../../../src-main/analysis/partScore.ts'
import { retrieval } from '../../../src-main/analysis/retrieval.ts'
import { random } from '../../../src-shared/numerics/random.ts'

interface Golden {
  rows: number
  width: number
  classes: number
  penalty: number
  features: number[]
  labels: number[]
  coefficients: number[][]
  predictions: number[]
  groups: number[]
  nmi: number
  ari: number
  scores: number[]
  hits: number[]
  averagePrecision: number
}
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/probes/probes.json', import.meta.url), 'utf8'),
) as Golden
const { width, classes, labels } = golden
const features = Float32Array.from(golden.features)

describe('L-BFGS', () => {
  it('finds the bottom of a narrow curved valley', () => {
    // Rosenbrock's function, whose smallest value is at (1, 1).
    const bottom = lbfgs(
      Float64Array.of(-1.2, 1),
      (at, gradient) => {
        const [x, y] = [at[0]!, at[1]!]
        gradient.set([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2
      },
      { iterations: 200, tolerance: 1e-9 },
    )
    expect(bottom[0]).toBeCloseTo(1, 6)
    expect(bottom[1]).toBeCloseTo(1, 6)
  })
})

describe('the linear probe', () => {
  it('has the weights and predictions of scikit-learn’s softmax regression', () => {
    const probe = fitProbe({ features, labels }, width, classes, golden.penalty)
    golden.coefficients.forEach((row, c) =>
      row.forEach((value, t) => expect(probe.weights[c * (width + 1) + t]).toBeCloseTo(value, 3)),
    )
    expect([...predict(probe, features)]).toEqual(golden.predictions)
  })

  it('is the same every time, and says how sure it is', () => {
    const [known, asked] = [features.subarray(0, 90 * width), features.subarray(90 * width)]
    const train = { features: known, labels: labels.slice(0, 90) }
    const test = { features: asked, labels: labels.slice(90) }
    const result = linearProbe(train, test, width, classes)
    expect(linearProbe(train, test, width, classes)).toEqual(result)
    expect(result.accuracy).toBeGreaterThan(1 / 3)
    const { accuracy } = result
    expect(result.standardError).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / 30), 10)
  })

  it('tells apart what a line can, and lives with a feature that never changes', () => {
    const rows = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 4 : (i - 100) / 10))
    const own = Array.from({ length: 100 }, (_, i) => (rows[2 * i + 1]! > 0.05 ? 1 : 0))
    const result = linearProbe({ features: rows, labels: own }, { features: rows, labels: own }, 2, 2)
    expect(result.accuracy).toBeGreaterThan(0.97)
  })

  it('refuses classes that are out of range', () => {
    expect(() => fitProbe({ features, labels: labels.map(() => 5) }, width, classes, 0.1)).toThrow(RangeError)
    expect(() => fitProbe({ features: new Float32Array(0), labels: [] }, width, classes, 0.1)).toThrow(
      RangeError,
    )
  })
})

describe('two groupings', () => {
  it('agree as scikit-learn says', () => {
    const { nmi, ari } = agreementOf(golden.groups, labels)
    expect(nmi).toBeCloseTo(golden.nmi, 10)
    expect(ari).toBeCloseTo(golden.ari, 10)
  })
  it('agree wholly under any names, and hardly by chance', () => {
    expect(agreementOf([5, 5, 1, 1, 2], [0, 0, 1, 1, 2])).toEqual({
      nmi: expect.closeTo(1, 10),
      ari: 1,
      purity: 1,
    })
    const source = random(1)
    const chance = (count: number) => Array.from({ length: 3000 }, () => source.integer(count))
    const { ari, nmi, purity } = agreementOf(chance(4), chance(5))
    expect(Math.abs(ari)).toBeLessThan(0.01)
    expect(nmi).toBeLessThan(0.01)
    expect(purity).toBeLessThan(0.25)
  })
})

describe('retrieval', () => {
  it('has the average precision of scikit-learn', () => {
    // Angles from the query that fall as the scores rise.
    const gallery = Float32Array.from(
      golden.scores.flatMap((score) => [Math.cos(1 - score), Math.sin(1 - score)]),
    )
    const found = retrieval(
      { features: gallery, labels: golden.hits },
      { features: Float32Array.of(2, 0), labels: [1] },
      2,
      5,
    )
    expect(found.meanAveragePrecision).toBeCloseTo(golden.averagePrecision, 6)
    const best = golden.scores.map((score, i) => [score, golden.hits[i]!] as const).sort(([a], [b]) => b - a)
    expect(found.first).toBe(best[0]![1])
    expect(found.precisionAtK).toBeCloseTo(best.slice(0, 5).filter(([, hit]) => hit).length / 5, 10)
  })
  it('leaves out queries whose class is not there', () => {
    const gallery = { features: Float32Array.of(1, 0, 0, 1), labels: [0, 1] }
    const queries = { features: Float32Array.of(1, 0, 1, 0), labels: [0, 9] }
    expect(retrieval(gallery, queries, 2, 1)).toEqual({ meanAveragePrecision: 1, precisionAtK: 1, first: 1 })
  })
})

describe('the part score', () => {
  const picture = (seed: number, spread: number) => {
    const source = random(seed)
    const parts = Array.from({ length: 40 }, (_, i) => 1 + (i % 4))
    const tokens = Float32Array.from(
      parts.flatMap((part) => [0, 1, 2, 3].map((t) => (t === part - 1 ? 1 : 0) + source.normal(0, spread))),
    )
    return { tokens, parts }
  }
  it('is one where parts lie apart, and chance where nothing tells them apart', () => {
    const clear = partScore([picture(1, 0.02), picture(2, 0.02)], [picture(3, 0.02)], 4)
    expect(clear).toMatchObject({ accuracy: 1, balanced: 1, commonest: 0.25, patches: 40 })
    const noise = partScore([picture(1, 50), picture(2, 50)], [picture(3, 50)], 4)
    expect(noise.accuracy).toBeLessThan(0.55)
  })
  it('refuses too few patches', () => {
    expect(() => partScore([], [picture(1, 1)], 4)).toThrow(RangeError)
  })
})

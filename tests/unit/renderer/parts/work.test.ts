// Do colours stay put as the threshold moves, and is what was clicked found everywhere?
import { expect, test } from 'vitest'
import { paintByBasis } from '../../../../src-shared/analysis/parts.ts'
import { fillNormal, random } from '../../../../src-shared/numerics/random.ts'
import {
  createWork,
  signedLike,
  turnColours,
  type FitWish,
} from '../../../../src-renderer/views/parts/work.ts'
import {
  linkWorker,
  type Answer,
  type Mate,
  type Order,
} from '../../../../src-renderer/views/parts/workerLink.ts'

const width = 12
/** A picture of 8 × 8 patches: an object of two parts in the middle, noise around it. */
function picture(seed: number, oneColour = false) {
  const tokens = fillNormal(random(seed), new Float32Array(64 * width)).map((value) => value * 0.2)
  for (let i = 0; i < 64; i++) {
    const [y, x] = [Math.floor(i / 8), i % 8]
    if (y < 2 || y > 5 || x < 2 || x > 5) continue
    tokens[i * width]! += 6
    tokens[i * width + (x < 4 ? 1 : 2)]! += 2
    tokens[i * width + (y < 4 ? 3 : 4)]! += 1
  }
  return { picture: `p${seed}`, grid: [8, 8] as const, width, tokens, oneColour }
}
const wish = (change: Partial<FitWish> = {}): FitWish => ({
  keys: ['a', 'b'],
  foreground: 'auto',
  flip: false,
  hold: false,
  tab: 't',
  layer: 3,
  ...change,
})
function work() {
  const made = createWork()
  made.add('a', picture(1))
  made.add('b', picture(2))
  return made
}

test('the object in the middle is foreground and the border is not', () => {
  const { basis, first } = work().fit(wish())
  expect(basis.layer).toBe(3)
  for (const one of first) {
    const inside = [...one].map((value) => value > basis.first!.threshold)
    expect(inside[3 * 8 + 3]).toBe(true)
    expect(inside[0]).toBe(false)
    expect(inside.filter(Boolean)).toHaveLength(16)
  }
})

test('a threshold that moves does not turn the colours round', () => {
  const made = work()
  const auto = made.fit(wish())
  for (const foreground of [0.2, 0.4, 0.7]) {
    const { basis } = made.fit(wish({ foreground }))
    basis.second.components.forEach((component, k) => {
      const along = component.reduce((sum, value, t) => sum + value * auto.basis.second.components[k]![t]!, 0)
      expect(along).toBeGreaterThanOrEqual(0)
    })
    expect(basis.first!.threshold).toBe(foreground)
  }
})

test('colours turned round are one minus the colours', () => {
  const { basis } = work().fit(wish())
  const { tokens } = picture(1)
  const before = paintByBasis(basis, tokens, width).colours
  const after = paintByBasis(turnColours(basis, [true, false, false]), tokens, width)
  for (let i = 0; i < 64; i++) {
    if (after.foreground[i] === 0) continue
    expect(after.colours[i * 3]).toBeCloseTo(1 - before[i * 3]!, 5)
    expect(after.colours[i * 3 + 1]).toBe(before[i * 3 + 1])
  }
  expect(signedLike(turnColours(basis, [true, true, false]), basis).plain).toBe(false)
  expect(signedLike(basis, basis)).toEqual({ basis, plain: true })
})

test('kept colours are those of the basis that stood, until they are let go', () => {
  const made = work()
  const kept = made.fit(wish({ hold: true }))
  made.add('c', picture(9))
  const joinedIn = made.fit(wish({ hold: true, keys: ['a', 'b', 'c'] }))
  expect(joinedIn.use).toBe('same')
  expect(joinedIn.colours[0]).toEqual(kept.colours[0])
  expect(made.fit(wish({ keys: ['a', 'b', 'c'] })).use).toBeNull()
})

test('a kept basis of another width is said and not used', () => {
  const made = work()
  made.fit(wish({ hold: true }))
  const narrow = fillNormal(random(3), new Float32Array(64 * 6))
  made.add('n', { picture: 'n', grid: [8, 8], width: 6, tokens: narrow, oneColour: false })
  expect(made.fit(wish({ hold: true, keys: ['n'] })).use).toBe('width')
})

test('pictures of one colour, and thresholds that leave nothing, are refused in a sentence', () => {
  const made = createWork()
  made.add('a', picture(1, true))
  expect(() => made.fit(wish({ keys: ['a'] }))).toThrow('The picture is of one colour')
  expect(() => work().fit(wish({ foreground: 1 }))).toThrow('patches are foreground')
})

test('what is most like a patch is itself, and the same part of the other picture is more alike than the border', () => {
  const [own, other] = work().similar('a', 3 * 8 + 3, ['a', 'b'])
  expect(own![3 * 8 + 3]).toBeCloseTo(1, 6)
  expect(other![3 * 8 + 3]).toBeGreaterThan(0.9)
  expect(other![0]).toBeLessThan(0.5)
})

test('of fits that pile up only the first and the last are asked', async () => {
  const orders: Order[] = []
  let listen: (event: { data: Answer }) => void = () => undefined
  const mate: Mate = {
    postMessage: (order) => void orders.push(order),
    addEventListener: (_, listener) => (listen = listener),
    terminate: () => undefined,
  }
  const link = linkWorker(mate)
  const asked = [0.1, 0.2, 0.3].map((foreground) => link.fit(wish({ foreground })))
  expect(orders).toHaveLength(1)
  listen({ data: { id: orders[0]!.id, value: 'first' } })
  expect(await asked[0]).toBe('first')
  expect(await asked[1]).toBeNull()
  await Promise.resolve()
  expect(orders.map((order) => order.kind === 'fit' && order.wish.foreground)).toEqual([0.1, 0.3])
  listen({ data: { id: orders[1]!.id, problem: { code: 'bad-argument', message: 'Too few.', hint: '' } } })
  await expect(asked[2]).rejects.toThrow('Too few.')
})

test('groups are found in the foreground of all pictures together, the same ones again', () => {
  const made = work()
  const { first, basis } = made.fit(wish())
  const inside = first.map((one) => Uint8Array.from(one, (value) => Number(value > basis.first!.threshold)))
  const asked = { keys: ['a', 'b'], inside, count: 4, seed: 0 }
  const { labels, sizes } = made.cluster(asked)
  // Four parts of 2 × 2 patches in each picture, and the same part has the same group in both.
  expect(sizes).toEqual([8, 8, 8, 8])
  expect(labels[0]).toEqual(labels[1])
  expect(labels[0]![0]).toBe(-1)
  expect(new Set(labels[0]!.filter((label) => label >= 0)).size).toBe(4)
  expect(made.cluster(asked)).toEqual({ labels, sizes, cosine: expect.any(Number) as number })
  expect(made.cluster({ ...asked, inside: null }).sizes.reduce((sum, n) => sum + n, 0)).toBe(128)
})

test('a basis that was opened paints from then on, and one that was saved remembers its pictures', () => {
  const made = work()
  const saved = made.remember(made.fit(wish()).basis, ['a', 'b'])
  expect(saved.painted?.map(({ picture }) => picture)).toEqual(['p1', 'p2'])
  const other = work()
  other.add('c', picture(3))
  other.keep('t', saved)
  const shown = other.fit(wish({ hold: true, keys: ['b', 'c'] }))
  expect(shown.use).toBe('same')
  expect(shown.basis.second).toEqual(saved.second)
})

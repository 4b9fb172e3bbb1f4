// Does a reel compute what is asked for and no more, find its basis once, forget in time, and go round what is broken?
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { fillNormal, random } from '../../../../src-shared/numerics/random.ts'
import type { FrameLook, FrameRequest } from '../../../../src-renderer/client/lab.ts'
import { createReel, type Pass, type Wish } from '../../../../src-renderer/views/video/reel.ts'
import type { FrameSource } from '../../../../src-renderer/views/video/frames.ts'
import { createFrameWork } from '../../../../src-renderer/views/video/work.ts'
import type { FramePainter } from '../../../../src-renderer/views/video/workerLink.ts'

const [rows, columns, width] = [4, 6, 12]
const patches = rows * columns

/** Tokens of a frame: two groups of patches far apart, so that there is a foreground, and noise of the frame's own. */
function tokensOf(frame: number): Float32Array {
  const tokens = fillNormal(random(frame + 1), new Float32Array(patches * width), 0, 0.3)
  for (let patch = 0; patch < patches; patch++) {
    const [y, x] = [Math.floor(patch / columns), patch % columns]
    if (y >= 1 && y < 3 && x >= 1 && x < 5) tokens[patch * width]! += 4
  }
  return tokens
}

function bench({
  total = 1000,
  broken = [] as number[],
  bad = null as Failure | null,
  refusals = Infinity,
} = {}) {
  const decoded: number[] = []
  const computed: number[] = []
  const dropped: string[] = []
  let closed = 0
  const source: FrameSource = {
    kind: 'video',
    width: 96,
    height: 64,
    total,
    rate: 25,
    codec: 'VP9',
    read: (frame) => {
      decoded.push(frame)
      if (broken.includes(frame))
        return Promise.reject(new Failure('bad-picture', `Frame ${frame} cannot be decoded.`))
      return Promise.resolve({
        width: 960,
        height: 640,
        frame,
        close: () => closed++,
      } as unknown as ImageBitmap)
    },
    close: () => undefined,
  }
  const work = createFrameWork()
  const painter: FramePainter = {
    add: (key, tokens) => work.add(key, tokens),
    drop: (keys) => {
      dropped.push(...keys)
      work.drop(keys)
    },
    fit: (wish) => new Promise((resolve) => resolve(work.fit(wish))),
    paint: (key, basis) => new Promise((resolve) => resolve(work.paint(key, basis))),
    close: () => undefined,
  }
  const look = (request: FrameRequest, signal: AbortSignal): Promise<FrameLook> => {
    const frame = (request.frame as unknown as { frame: number }).frame
    if (bad && refusals-- > 0) return Promise.reject(bad)
    if (signal.aborted) return Promise.reject(new Failure('cancelled', 'No.'))
    computed.push(frame)
    return Promise.resolve({
      layout: { cls: true, registers: 0, grid: [rows, columns] },
      input: { width: 96, height: 64 },
      area: { x: 0, y: 0, width: 96, height: 64 },
      layer: 2,
      attentionLayer: 3,
      depth: 4,
      heads: 1,
      width,
      tokens: tokensOf(frame),
      rows: new Float32Array(patches).fill(1 / patches),
      oneColour: false,
      device: 'cpu',
      seconds: 0.1,
      notice: '',
    })
  }
  const pixels = (bitmap: ImageBitmap) =>
    bitmap as unknown as ReturnType<NonNullable<Parameters<typeof createReel>[0]['pixels']>>
  const small = (bitmap: ImageBitmap) => Promise.resolve({ ...bitmap, close: () => undefined })
  return {
    reel: createReel({ source, painter, look, pixels, small }),
    decoded,
    computed,
    dropped,
    closed: () => closed,
  }
}

const pass: Pass = {
  model: 'm',
  stamp: '',
  size: 96,
  fit: 'native',
  layer: null,
  attentionLayer: -1,
  precision: 'exact',
}
const colours = { foreground: 'auto', flip: false, kind: 'one' } as const
const wishAt = (at: number, more: Partial<Wish> = {}): Wish => ({
  pass,
  colours,
  steps: { from: 0, to: 999, every: 5 },
  spread: [100, 500, 900],
  at,
  ahead: 2,
  ...more,
})
/** Until nothing is under way any more. */
async function rest(reel: ReturnType<typeof createReel>): Promise<void> {
  for (let quiet = 0; quiet < 4;) {
    await new Promise((resolve) => setTimeout(resolve))
    quiet = reel.busy ? 0 : quiet + 1
  }
}

describe('a reel', () => {
  it('computes the frame on show, the basis and a little ahead, and paints them in one basis', async () => {
    const { reel, computed } = bench()
    reel.want(wishAt(0))
    await reel.ensure(10)
    await rest(reel)
    expect(computed).toEqual(
      [0, 10, 100, 500, 900, 5].sort((a, b) => computed.indexOf(a) - computed.indexOf(b)),
    )
    expect([...computed].sort((a, b) => a - b)).toEqual([0, 5, 10, 100, 500, 900])
    expect(reel.spreadDone).toBe(3)
    expect(reel.basis?.layer).toBe(2)
    const painted = [0, 5, 10, 100].map((frame) => reel.painted(frame)!)
    for (const { foreground } of painted) expect(foreground.reduce((n, bit) => n + bit, 0)).toBe(8)
  })

  it('finds the basis once: another frame on show changes no colour and asks for no frame twice', async () => {
    const { reel, computed } = bench()
    reel.want(wishAt(0))
    await rest(reel)
    const { basis } = reel
    const before = reel.painted(0)
    reel.want(wishAt(5))
    await rest(reel)
    expect(reel.basis).toBe(basis)
    expect(reel.painted(0)).toBe(before)
    expect(new Set(computed).size).toBe(computed.length)
    reel.want(wishAt(5, { colours: { ...colours, foreground: 0.7 } }))
    await rest(reel)
    expect(reel.basis?.first?.threshold).toBe(0.7)
    expect(new Set(computed).size).toBe(computed.length)
  })

  it('goes round a frame that cannot be decoded, and says which', async () => {
    const { reel, computed } = bench({ broken: [5, 100] })
    reel.want(wishAt(0))
    await rest(reel)
    expect([...reel.broken.keys()].sort((a, b) => a - b)).toEqual([5, 100])
    expect(reel.broken.get(5)?.message).toBe('Frame 5 cannot be decoded.')
    expect(computed).not.toContain(5)
    expect(reel.finished(5)).toBe(true)
    expect(reel.problem).toBeNull()
    // The view takes another frame for the basis; the reel makes do with those that are left until then.
    expect(reel.basis).not.toBeNull()
    expect(reel.painted(10)).not.toBeNull()
    await expect(reel.ensure(5)).resolves.toBeUndefined()
  })

  it('asks anew under another model, and forgets what the old one said', async () => {
    const { reel, computed } = bench()
    reel.want(wishAt(0, { spread: [0] }))
    await rest(reel)
    const before = computed.length
    reel.want(wishAt(0, { spread: [0], pass: { ...pass, model: 'other' } }))
    expect(reel.seen(0)).toBeNull()
    await rest(reel)
    expect(computed.length).toBe(2 * before)
    expect(reel.painted(0)).not.toBeNull()
  })

  it('stops at a failure of the model until somebody tries again, and those who wait hear of it', async () => {
    const { reel, decoded } = bench({ bad: new Failure('too-large', 'It needs more memory.') })
    reel.want(wishAt(0))
    await expect(reel.ensure(0)).rejects.toMatchObject({ code: 'too-large' })
    await rest(reel)
    expect(reel.problem?.code).toBe('too-large')
    const before = decoded.length
    await rest(reel)
    expect(decoded.length).toBe(before)
  })

  it('asks again where the engine ended, and says so where it ends again and again', async () => {
    const died = new Failure('engine-died', 'The engine process ended.')
    const once = bench({ bad: died, refusals: 2 })
    once.reel.want(wishAt(0))
    await once.reel.ensure(0)
    expect(once.reel.problem).toBeNull()
    const always = bench({ bad: died })
    always.reel.want(wishAt(0))
    await expect(always.reel.ensure(0)).rejects.toMatchObject({ code: 'engine-died' })
    expect(always.reel.problem).toBe(died)
  })

  it('lets go of those who wait when they are released or it is closed', async () => {
    const { reel } = bench()
    reel.want({ ...wishAt(0), pass: null })
    const waiting = reel.ensure(3)
    reel.release()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    const other = reel.ensure(4)
    reel.close()
    await expect(other).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('holds no more decoded frames of a long video than their budget, and closes the others', async () => {
    const { reel, closed } = bench({ total: 180_000 })
    const steps = { from: 0, to: 179_999, every: 1 }
    for (let at = 0; at < 400; at += 20) {
      reel.want(wishAt(at, { steps, spread: [], ahead: 19, colours: null }))
      await rest(reel)
    }
    // 960 × 640 px of four bytes: 39 of them fill the budget of 96 MB.
    const held = Array.from({ length: 400 }, (_, frame) => reel.held(frame)).filter(Boolean).length
    expect(held).toBeLessThanOrEqual(39)
    expect(held + closed()).toBe(400)
  })
})

describe('kinds of basis', () => {
  const frames = [0, 1, 2].map((frame) => {
    const tokens = tokensOf(frame)
    // Inside the foreground two directions tell parts apart; in the last frame the first of them has changed sides.
    for (let patch = 0; patch < patches; patch++) {
      const [y, x] = [Math.floor(patch / columns), patch % columns]
      tokens[patch * width + 1]! += (x < 3 ? 3 : -3) * (frame === 2 ? 0.4 : 1)
      tokens[patch * width + 2]! += (y < 2 ? 2 : -2) * (frame === 2 ? 2 : 1)
    }
    return { key: `${frame}`, tokens }
  })
  const made = () => {
    const work = createFrameWork()
    for (const { key, tokens } of frames)
      work.add(key, { picture: key, grid: [rows, columns], width, tokens: tokens.slice(), oneColour: false })
    work.fit({ keys: ['0', '1'], foreground: 'auto', flip: false, layer: 1 })
    return work
  }
  const mean = (a: Float32Array, b: Float32Array): number =>
    a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

  it('keep colours where the common basis put them when a frame’s own components are turned onto it', () => {
    const work = made()
    const [one, turned, own] = (['one', 'turned', 'own'] as const).map((kind) => work.paint('2', kind)!)
    expect([...turned!.foreground]).toEqual([...one!.foreground])
    expect(mean(turned!.colours, one!.colours)).toBeLessThan(0.15)
    expect(mean(own!.colours, one!.colours)).toBeGreaterThan(2 * mean(turned!.colours, one!.colours))
  })
  it('give the same bytes each time', () => {
    expect(made().paint('1', 'turned')).toEqual(made().paint('1', 'turned'))
  })
  it('answer nothing for a frame whose tokens were forgotten', () => {
    const work = made()
    work.drop(['1'])
    expect(work.paint('1', 'one')).toBeNull()
  })
})

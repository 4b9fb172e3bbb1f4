// What is known of a video's frames, and who finds out more? A reel: it decodes, asks the model, has frames painted, and forgets in time.
//
// Frames are asked for one by one around the frame on show. Everything that is held has a budget: a two-hour video takes no
// more memory than a short one, and what was forgotten is found again when somebody looks at it.
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Fit, FrameLook, FrameRequest } from '../../client/lab.ts'
import type { Foreground } from '../parts/work.ts'
import { nextFrame, type Steps } from './schedule.ts'
import { createShelf } from './shelf.ts'
import { rgbOf, smallOf, type FrameSource, type Lane } from './frames.ts'
import type { BasisKind, PaintedFrame } from './work.ts'
import type { FramePainter } from './workerLink.ts'

/** What a frame's tokens and rows depend on. */
export interface Pass {
  readonly model: string
  /** Tells readings of one checkpoint apart. */
  readonly stamp: string
  readonly size: number | null
  readonly fit: Fit
  readonly layer: number | null
  readonly attentionLayer: number
  readonly precision: 'exact' | 'fast'
}

/** What colours depend on besides. */
export interface Colours {
  readonly foreground: Foreground
  readonly flip: boolean
  readonly kind: BasisKind
}

export interface Wish {
  readonly pass: Pass | null
  /** Null: nobody wants parts. */
  readonly colours: Colours | null
  readonly steps: Steps
  /** Frames over all steps, computed early and never forgotten: the common basis and the common scale are found on them. */
  readonly spread: readonly number[]
  readonly at: number
  readonly ahead: number
}

/** A frame without its tokens, which the painter holds. */
export interface Seen extends Omit<FrameLook, 'tokens'> {
  /** Width of the frame as it was sent, in pixels: the unit of `area`. */
  readonly wide: number
}

/** Bytes that may be held: decoded frames, tokens in the painter, rows and colours here. */
export const budgets = { bitmaps: 96e6, tokens: 400e6, seen: 96e6, painted: 64e6 }
/** Engines that may end in a row before somebody is asked. */
const mostDeaths = 4
/** One frame is in the network while the next is decoded and sent. */
const atOnce = 2

/** An export under way. */
export interface Exporting {
  readonly kind: 'frames' | 'video'
  readonly done: number
  readonly total: number
  cancel(): void
}

export interface ReelParts {
  readonly source: FrameSource
  readonly painter: FramePainter
  look(request: FrameRequest, signal: AbortSignal): Promise<FrameLook>
  /** For tests without pixels. */
  readonly pixels?: typeof rgbOf
  readonly small?: typeof smallOf
}

export type Reel = ReturnType<typeof createReel>

export function createReel({ source, painter, look, pixels = rgbOf, small = smallOf }: ReelParts) {
  let wish: Wish = {
    pass: null,
    colours: null,
    steps: { from: 0, to: 0, every: 1 },
    spread: [],
    at: 0,
    ahead: 0,
  }
  let passWords = ''
  let basisWords = ''
  let closed = false
  let problem: Failure | null = null
  let basis: { readonly words: string; readonly value: PartsBasis } | null = null
  let basisProblem: Failure | null = null
  let fitting = ''
  let painting = false
  let paintWords = ''
  let pace: { seconds: number; count: number } | null = null
  let lastDone = 0
  let deaths = 0
  const broken = new Map<number, Failure>()
  const running = new Map<number, AbortController>()
  const reading = new Map<number, Promise<ImageBitmap>>()
  const thumbs = new Map<number, ImageBitmap>()
  let waiting: { frame: number; resolve: () => void; reject: (problem: unknown) => void }[] = []
  const listeners = new Set<() => void>()

  const at = (): number => wish.at
  const pinned = (frame: number): boolean => wish.spread.includes(frame)
  const bitmaps = createShelf<ImageBitmap>(budgets.bitmaps, at, (bitmap) => bitmap.close())
  const seen = createShelf<Seen>(budgets.seen, at, undefined, pinned)
  const tokens = createShelf<string>(budgets.tokens, at, (key) => painter.drop([key]), pinned)
  // Colours that go take their tokens along, so that the two never push each other out in turn.
  const painted = createShelf<PaintedFrame>(
    budgets.painted,
    at,
    (_, frame) => {
      if (!pinned(frame) && painted.bytes > budgets.painted * 0.9) tokens.drop(frame)
    },
    pinned,
  )

  function tell(): void {
    settle()
    for (const listener of [...listeners]) listener()
  }

  // --- decoding ---
  async function bitmap(frame: number, lane: Lane): Promise<ImageBitmap> {
    const there = bitmaps.get(frame)
    if (there) return there
    let work = reading.get(frame)
    if (!work) {
      work = source.read(frame, lane).finally(() => reading.delete(frame))
      reading.set(frame, work)
      work.then(
        (read) => {
          if (closed) read.close()
          else bitmaps.put(frame, read, read.width * read.height * 4)
        },
        (thrown: unknown) => {
          if (thrown instanceof Failure && thrown.code === 'bad-picture') broken.set(frame, thrown)
        },
      )
    }
    return work
  }

  // --- computing ---
  const known = (frame: number): boolean =>
    seen.has(frame) && (wish.colours === null || painted.has(frame) || tokens.has(frame))
  const has = (frame: number): boolean => broken.has(frame) || running.has(frame) || known(frame)

  function pump(): void {
    const { pass, spread, steps, ahead } = wish
    while (!closed && pass && !problem && running.size < atOnce) {
      const frame = nextFrame({
        steps,
        at: wish.at,
        urgent: waiting.map((one) => one.frame),
        spread,
        ahead,
        has,
      })
      if (frame === null) return
      void compute(frame, pass)
    }
  }

  async function compute(frame: number, pass: Pass): Promise<void> {
    const words = passWords
    const controller = new AbortController()
    running.set(frame, controller)
    const { signal } = controller
    try {
      const decoded = await bitmap(frame, 'compute')
      // Closed to make room before it was read: it is asked for again.
      if (decoded.width === 0) return
      const picture = pixels(decoded)
      if (pinned(frame)) keepThumb(frame, decoded)
      if (signal.aborted) return
      const started = performance.now()
      const { model, size, fit, layer, attentionLayer, precision } = pass
      const request = { model, size, fit, layer, attentionLayer, precision, frame: picture }
      const { tokens: own, ...rest } = await look(request, signal)
      if (signal.aborted || words !== passWords) return
      measure(started)
      deaths = 0
      const key = `${words} ${frame}`
      const bytes = own.byteLength
      painter.add(key, {
        // The same place of every frame is the same to a basis that remembers.
        picture: `${frame} ${rest.input.width} ${rest.input.height}`,
        grid: rest.layout.grid,
        width: rest.width,
        oneColour: rest.oneColour,
        tokens: own.slice(),
      })
      painted.drop(frame)
      tokens.put(frame, key, bytes)
      seen.put(frame, { ...rest, wide: picture.width }, rest.rows.byteLength + 400)
    } catch (thrown) {
      if (signal.aborted || words !== passWords || broken.has(frame)) return
      const failure = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      // The engine may have ended for somebody else's reasons; it starts again with the next call.
      if (failure.code === 'engine-died' && deaths++ < mostDeaths) return
      if (failure.code !== 'cancelled') problem = failure
    } finally {
      if (running.get(frame) === controller) running.delete(frame)
      if (!closed) {
        fitSoon()
        paintSoon()
        tell()
        pump()
      }
    }
  }

  /** Small pixels of the frames of the basis, made while their large ones are there anyway. */
  function keepThumb(frame: number, decoded: ImageBitmap): void {
    for (const [other, thumb] of thumbs)
      if (!pinned(other)) {
        thumb.close()
        thumbs.delete(other)
      }
    if (thumbs.has(frame)) return
    small(decoded).then(
      (thumb) => {
        if (closed) return thumb.close()
        thumbs.set(frame, thumb)
        tell()
      },
      () => undefined,
    )
  }

  /** Seconds that one frame takes when frames follow each other. The first one compiled the network and counts least. */
  function measure(started: number): void {
    const now = performance.now()
    const seconds = (now - Math.max(started, lastDone)) / 1000
    lastDone = now
    pace =
      !pace || pace.count < 2
        ? { seconds, count: (pace?.count ?? 0) + 1 }
        : { seconds: 0.7 * pace.seconds + 0.3 * seconds, count: pace.count + 1 }
  }

  // --- the basis and the colours ---
  function fitSoon(): void {
    const { colours, pass } = wish
    const words = basisWords
    if (!colours || !pass || words === '' || basis?.words === words || fitting === words) return
    const frames = wish.spread.filter((frame) => !broken.has(frame))
    if (frames.length === 0 || !frames.every((frame) => tokens.has(frame))) return
    fitting = words
    const layer = seen.get(frames[0]!)?.layer ?? 0
    const { foreground, flip } = colours
    painter.fit({ keys: frames.map((frame) => tokens.get(frame)!), foreground, flip, layer }).then(
      (value) => {
        if (words !== basisWords) return
        basis = { words, value }
        basisProblem = null
        painted.clear()
        paintSoon()
        tell()
      },
      (thrown: unknown) => {
        if (words !== basisWords) return
        basisProblem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
        tell()
      },
    )
  }

  /** Paints what is held, one frame after the other, those to be shown next first. */
  function paintSoon(): void {
    if (painting || closed || !wish.colours || basis?.words !== basisWords) return
    const { kind } = wish.colours
    const words = paintWords
    const left = tokens.frames().filter((frame) => !painted.has(frame))
    const next = left.sort((a, b) => distance(a) - distance(b))[0]
    if (next === undefined) return
    painting = true
    painter
      .paint(tokens.get(next)!, kind)
      .then((found) => {
        if (closed || words !== paintWords) return
        if (found) painted.put(next, found, found.first.byteLength * 4 + found.foreground.byteLength)
        else tokens.drop(next)
      })
      .catch((thrown: unknown) => {
        basisProblem = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
        tokens.drop(next)
      })
      .finally(() => {
        painting = false
        if (closed) return
        paintSoon()
        tell()
      })
  }
  const distance = (frame: number): number => (frame < wish.at ? 2 * (wish.at - frame) : frame - wish.at)

  // --- those who wait ---
  const finished = (frame: number): boolean =>
    broken.has(frame) ||
    (seen.has(frame) && (wish.colours === null || painted.has(frame) || basisProblem !== null))
  function settle(): void {
    const still: typeof waiting = []
    for (const one of waiting) {
      if (problem) one.reject(problem)
      else if (finished(one.frame)) one.resolve()
      else still.push(one)
    }
    waiting = still
  }

  function want(next: Wish): void {
    wish = next
    const nextPass = next.pass ? JSON.stringify(next.pass) : ''
    if (nextPass !== passWords) {
      passWords = nextPass
      for (const controller of running.values()) controller.abort()
      running.clear()
      seen.clear()
      painted.clear()
      tokens.clear()
      basis = null
      problem = null
      pace = null
    }
    const { colours } = next
    const nextBasis = colours
      ? JSON.stringify([passWords, next.spread, colours.foreground, colours.flip])
      : ''
    if (nextBasis !== basisWords) {
      basisWords = nextBasis
      basisProblem = null
      fitting = ''
    }
    const nextPaint = `${basisWords} ${colours?.kind ?? ''}`
    if (nextPaint !== paintWords) {
      paintWords = nextPaint
      // What was painted for another basis stays on show until the new one is found.
      if (basis?.words === basisWords) painted.clear()
    }
    fitSoon()
    paintSoon()
    settle()
    pump()
  }

  let exporting: Exporting | null = null

  return {
    source,
    want,
    /** An export that goes on, whichever tab is open; it asks for frames in the stage's place. */
    get exporting() {
      return exporting
    },
    set exporting(now: Exporting | null) {
      exporting = now
      tell()
    },
    /** Told of every change; the function that is returned ends it. */
    listen(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** A frame's pixels. They may be closed when others need the room. Rejects with Failure. */
    bitmap: async (frame: number): Promise<ImageBitmap> => {
      try {
        return await bitmap(frame, 'show')
      } finally {
        if (broken.has(frame)) tell()
      }
    },
    held: (frame: number): ImageBitmap | null => bitmaps.get(frame) ?? null,
    seen: (frame: number): Seen | null => seen.get(frame) ?? null,
    painted: (frame: number): PaintedFrame | null => painted.get(frame) ?? null,
    finished,
    /** Frames that were computed and are still known. */
    frames: (): number[] => seen.frames(),
    /** Resolves when a frame is computed and painted, or cannot be. */
    ensure(frame: number): Promise<void> {
      return new Promise((resolve, reject) => {
        waiting.push({ frame, resolve, reject })
        settle()
        pump()
      })
    },
    /** Nobody waits any more. */
    release(): void {
      const gone = waiting
      waiting = []
      for (const { reject } of gone) reject(new Failure('cancelled', 'Nobody waits for this frame any more.'))
    },
    retry(): void {
      problem = null
      deaths = 0
      pump()
    },
    get broken(): ReadonlyMap<number, Failure> {
      return broken
    },
    /** What stopped computing. */
    get problem() {
      return problem
    },
    get basis() {
      return basis?.words === basisWords ? basis.value : null
    },
    get basisProblem() {
      return basisProblem
    },
    /** How many of the frames of the basis are there. */
    get spreadDone(): number {
      return wish.spread.filter((frame) => known(frame) || broken.has(frame)).length
    },
    thumb: (frame: number): ImageBitmap | null => thumbs.get(frame) ?? null,
    /** True while a frame is in the network. */
    get busy() {
      return running.size > 0
    },
    get pace() {
      return pace && pace.count > 1 ? pace.seconds : null
    },
    get closed() {
      return closed
    },
    close(): void {
      closed = true
      for (const controller of running.values()) controller.abort()
      this.release()
      listeners.clear()
      for (const shelf of [bitmaps, seen, tokens, painted]) shelf.clear()
      for (const thumb of thumbs.values()) thumb.close()
      painter.close()
      source.close()
    },
  }
}

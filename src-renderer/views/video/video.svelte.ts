// What does Video show now? A frame, its maps, how far the rest is, and whether it plays.
import { untrack } from 'svelte'
import { defaultPartsLayer } from '../../../src-shared/domain/partsLayer.ts'
import { colourChange } from '../../../src-shared/analysis/steady.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { ramp } from '../../canvas/ramps.ts'
import { strongest } from '../../state/field.ts'
import type { Session } from '../../state/session.svelte.ts'
import { strings } from '../../state/strings.ts'
import type { DropOffer, TabHandle } from '../view.ts'
import { drawingOf, type FrameDrawing, type FrameStyle } from './draw.ts'
import { headValues, highest, insideOf } from './maps.ts'
import type { Reel, Wish } from './reel.ts'
import { reelOf } from './reels.ts'
import { frameOf, spreadFrames, stepAt, stepCount, usualEvery, type Steps } from './schedule.ts'
import { readVideoSettings, type VideoSettings } from './settings.ts'

export type VideoModel = ReturnType<typeof createVideo>

/** Steps computed past the one on show before anybody asks, at rest and while playing. */
const ahead = { resting: 6, playing: 40 }

/** One computed frame as tables and plots show it. */
export interface Measured {
  readonly frame: number
  readonly strongest: { readonly row: number; readonly column: number; readonly weight: number } | null
  /** Share of patches that are foreground; null while it is not painted. */
  readonly inside: number | null
  /** Mean change of foreground colours from the step before, of 255; null where one of both is not painted. */
  readonly change: number | null
}

/** The state of one Video tab. Call while its component is set up. */
export function createVideo(session: Session, tab: TabHandle) {
  const settings: VideoSettings = $derived(readVideoSettings(tab.settings))
  const modelRow = $derived(session.model(settings.model))
  const spec = $derived(modelRow?.problem ? null : (modelRow?.spec ?? null))

  // --- the video ---
  let reel = $state.raw<Reel | null>(null)
  let refused = $state.raw<Failure | null>(null)
  let opening = $state(false)
  let gone = $state(false)
  let tries = $state(0)
  let version = $state(0)
  let changes = 0
  const videoId = $derived(settings.video?.id ?? null)
  $effect(() => {
    void tries
    const id = videoId
    reel = null
    refused = null
    gone = false
    if (id === null) return
    const opened = reelOf(session.lab, id)
    if (!opened) {
      gone = true
      return
    }
    let left = false
    let stop = (): void => undefined
    opening = true
    opened.then(
      (open) => {
        if (left) return
        opening = false
        reel = open
        stop = open.listen(() => (version = ++changes))
      },
      (thrown: unknown) => {
        if (left) return
        opening = false
        refused = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      },
    )
    return () => {
      left = true
      opening = false
      stop()
    }
  })
  const source = $derived(reel?.source ?? null)

  // --- which frame ---
  let playing = $state(false)
  /** The frame on show while it plays; at rest the settings say it. */
  let playhead = $state(0)
  const every = $derived(settings.every ?? usualEvery(source?.rate ?? 25))
  const steps: Steps = $derived.by(() => {
    const last = Math.max(0, (source?.total ?? 1) - 1)
    const from = Math.min(settings.from, last)
    return { from, to: Math.max(from, Math.min(settings.to ?? last, last)), every }
  })
  const at = $derived(
    Math.min(Math.max(playing ? playhead : settings.at, 0), Math.max(0, (source?.total ?? 1) - 1)),
  )
  const spread = $derived.by(() => {
    void version
    const broken = reel?.broken
    return reel ? spreadFrames(steps, settings.spread, (frame) => broken?.has(frame) ?? false) : []
  })

  // --- what is asked for ---
  const attentionLayer = $derived(
    Math.min(settings.attentionLayer ?? Infinity, Math.max(0, (spec?.depth ?? 1) - 1)),
  )
  const layer = $derived(
    settings.layer === null
      ? spec
        ? defaultPartsLayer(spec)
        : 0
      : Math.min(settings.layer, Math.max(0, (spec?.depth ?? 1) - 1)),
  )
  const pass = $derived(
    modelRow && spec
      ? {
          model: modelRow.id,
          stamp: JSON.stringify([modelRow.network, modelRow.overrides, modelRow.path]),
          size: settings.size,
          fit: settings.fit,
          layer,
          attentionLayer,
          precision: settings.precision,
        }
      : null,
  )
  const wishWords = $derived(
    JSON.stringify({
      pass: settings.show === 'picture' ? null : pass,
      colours:
        settings.show === 'parts'
          ? { foreground: settings.foreground, flip: settings.flip, kind: settings.basis }
          : null,
      steps,
      spread,
      at,
      ahead: playing ? ahead.playing : ahead.resting,
    } satisfies Wish),
  )
  const exporting = $derived.by(() => {
    void version
    return reel?.exporting ?? null
  })
  $effect(() => {
    const wish = JSON.parse(wishWords) as Wish
    const open = reel
    // A picture alone asks nothing, and forgets nothing either.
    if (!open || !wish.pass || exporting) return
    untrack(() => open.want(wish))
  })

  // --- the pixels of the frame on show; the last ones stay until they are there ---
  let bitmap = $state.raw<{ readonly frame: number; readonly pixels: ImageBitmap } | null>(null)
  let reloads = $state(0)
  $effect(() => {
    void reloads
    const open = reel
    const frame = at
    if (!open) {
      bitmap = null
      return
    }
    const there = open.held(frame)
    if (there) {
      bitmap = { frame, pixels: there }
      return
    }
    let left = false
    open.bitmap(frame).then(
      (pixels) => {
        if (!left) bitmap = { frame, pixels }
      },
      () => undefined,
    )
    return () => void (left = true)
  })

  // --- what is known of it ---
  const seen = $derived.by(() => {
    void version
    return reel?.seen(at) ?? null
  })
  const painted = $derived.by(() => {
    void version
    return reel?.painted(at) ?? null
  })
  const values = $derived(seen ? headValues(seen.rows, seen.heads, settings.head) : null)
  const limit = $derived.by(() => {
    void version
    if (settings.scale === 'frame') return values ? strongest(values).value : 0
    const frames = [...spread, at].flatMap((frame) => reel?.seen(frame) ?? [])
    return highest(frames, settings.head)
  })
  const colours = $derived(ramp('ember', session.theme))

  const style: FrameStyle = $derived({
    show: settings.show,
    head: settings.head,
    max: settings.scale === 'frame' ? null : limit,
    opacity: settings.opacity,
    colouring: settings.colouring,
    ramp: colours,
    theme: session.theme,
  })
  const drawing = (frame: number, pixels: ImageBitmap): FrameDrawing | null =>
    reel && drawingOf(reel, style, frame, pixels)

  function measure(frame: number): Measured {
    const facts = reel?.seen(frame) ?? null
    const colour = reel?.painted(frame) ?? null
    const before = reel?.painted(frame - every) ?? null
    const best = facts ? strongest(headValues(facts.rows, facts.heads, settings.head)) : null
    const columns = facts?.layout.grid[1] ?? 1
    const change =
      colour && before && before.first.length === colour.first.length ? colourChange(before, colour) : NaN
    return {
      frame,
      strongest: best
        ? { row: Math.floor(best.at / columns), column: best.at % columns, weight: best.value }
        : null,
      inside: colour ? insideOf(colour.foreground) / colour.foreground.length : null,
      change: Number.isNaN(change) ? null : change,
    }
  }
  const measured = $derived.by(() => {
    void version
    return measure(at)
  })

  // --- playing ---
  const last = $derived(frameOf(steps, Math.max(0, stepCount(steps) - 1)))
  function isReady(frame: number): boolean {
    if (!reel) return false
    if (reel.broken.has(frame)) return true
    if (settings.show !== 'picture' && pass && !reel.finished(frame)) return false
    if (reel.held(frame)) return true
    reel.bitmap(frame).catch(() => undefined)
    return false
  }
  /** Waits for maps that are not there yet. */
  let waiting = $state(false)
  $effect(() => {
    if (!playing || !reel || !source) return
    const interval = () => (1000 * every) / source.rate
    let due = performance.now() + interval()
    let raf = 0
    const tick = (now: number): void => {
      raf = requestAnimationFrame(tick)
      if (now < due) return
      const next = frameOf(steps, stepAt(steps, playhead) + 1)
      if (playhead >= last || next > last || reel?.problem) return pause()
      const ready = isReady(next)
      if (waiting === ready) waiting = !ready
      if (!ready) return
      // A step that came late does not hurry those after it.
      due = Math.max(due + interval(), now)
      playhead = next
    }
    raf = requestAnimationFrame(tick)
    return () => {
      cancelAnimationFrame(raf)
      waiting = false
    }
  })
  // A tab that is left stands still; where it stood is kept.
  $effect(() => () => {
    if (untrack(() => playing)) tab.change({ at: untrack(() => playhead) }, 'at')
  })
  function play(): void {
    if (!reel || stepCount(steps) < 2) return
    playhead = at >= last ? steps.from : frameOf(steps, stepAt(steps, at))
    playing = true
  }
  function pause(): void {
    if (!playing) return
    playing = false
    change({ at: playhead }, 'at')
  }
  function go(frame: number, done = true): void {
    const to = Math.min(Math.max(Math.round(frame), 0), Math.max(0, (source?.total ?? 1) - 1))
    if (playing) playhead = to
    else change({ at: to }, done ? '' : 'at')
  }

  let twin = $state(false)
  function change(to: Partial<VideoSettings>, key = ''): void {
    tab.change(to as Readonly<Record<string, unknown>>, key)
  }
  const drops: DropOffer[] = [
    {
      id: 'video',
      icon: 'film',
      offer: ({ kind, ids, pictures, videos, others }) => {
        const d = strings.video.drop
        if (kind === 'model')
          return { title: strings.drop.useModel(session.model(ids[0])?.name ?? ''), text: d.modelText }
        if (kind !== 'files') return null
        if (videos > 0) return { title: d.video, text: d.videoText }
        if (pictures > 1) return { title: d.pictures(pictures), text: d.picturesText }
        return others === 1 && pictures === 0 ? { title: d.folder, text: d.folderText } : null
      },
      drop: (kind, ids) => {
        if (kind === 'model' && ids[0]) change({ model: ids[0] })
      },
    },
  ]

  return {
    session,
    tab,
    change,
    drops,
    play,
    pause,
    go,
    drawing,
    measure,
    get settings() {
      return settings
    },
    get modelRow() {
      return modelRow
    },
    get spec() {
      return spec
    },
    get reel() {
      void version
      return reel
    },
    get source() {
      return source
    },
    /** Why the video could not be opened. */
    get refused() {
      return refused
    },
    get opening() {
      return opening
    },
    /** The tab names a video that this window has not been given. */
    get gone() {
      return gone
    },
    reopen() {
      tries++
    },
    get steps() {
      return steps
    },
    get every() {
      return every
    },
    get spread() {
      return spread
    },
    get at() {
      return at
    },
    get playing() {
      return playing
    },
    /** It plays, and the next frame is not computed yet. */
    get waiting() {
      return waiting
    },
    get layer() {
      return layer
    },
    get attentionLayer() {
      return attentionLayer
    },
    get bitmap() {
      return bitmap
    },
    /** The pixels on show were closed to make room. */
    reload() {
      reloads++
    },
    get seen() {
      return seen
    },
    get painted() {
      return painted
    },
    get limit() {
      return limit
    },
    get ramp() {
      return colours
    },
    get measured() {
      return measured
    },
    /** Grows with every change of the reel. */
    get version() {
      return version
    },
    get exporting() {
      return exporting
    },
    get style() {
      return style
    },
    /** What an export asks the reel for. */
    wish: (): Wish => JSON.parse(wishWords) as Wish,
    get twin() {
      return twin
    },
    set twin(on: boolean) {
      twin = on
    },
  }
}

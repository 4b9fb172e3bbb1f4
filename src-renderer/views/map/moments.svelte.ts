// How does the map move through a training run? Its moments laid out one from the other, shown in order, saved as a video.
import type { Failure } from '../../../src-shared/domain/failure.ts'
import { toFailure } from '../../../src-shared/protocol/errors.ts'
import { strings } from '../../state/strings.ts'
import { aligned } from './align.ts'
import type { MapModel } from './map.svelte.ts'
import { fitOf, fitted } from './scene/fit.ts'
import type { MapScene } from './scene/scene.ts'

/** Milliseconds that a moment stands while they are played. */
const pace = 600
/** Frames of the video from one moment to the next, and how many a second. */
const [framesBetween, rate] = [12, 24]

export interface Moment {
  readonly step: number
  readonly knn: number | null
  /** The map of this moment; null where it is not laid out yet. */
  readonly map: string | null
}

/** Follows the moments of the tab's run. Call while a component is set up. */
export function createMoments(model: MapModel) {
  const { session, calls } = model
  let stored = $state.raw<{
    run: string
    dataSet: string | null
    moments: { step: number; knn: number | null }[]
  } | null>(null)
  let problem = $state.raw<Failure | null>(null)
  let playing = $state(false)
  let saving = $state(false)
  const run = $derived(model.settings.run ?? model.row?.moment?.run ?? null)
  // A run that trains stores more as it goes; its row says when.
  const news = $derived(
    run === null ? '' : JSON.stringify([run, session.workspace.runs.find(({ id }) => id === run)?.step]),
  )
  $effect(() => {
    const words = news
    if (words === '') {
      stored = null
      return
    }
    const [id] = JSON.parse(words) as [string]
    let current = true
    calls.runMoments({ run: id }).then(
      (found) => {
        if (!current) return
        stored = { run: id, ...found }
        problem = null
      },
      (thrown: unknown) => {
        if (current) problem = toFailure(thrown)
      },
    )
    return () => {
      current = false
    }
  })
  const maps = $derived(
    session.workspace.maps.filter(
      ({ moment, settings }) =>
        moment?.run === run &&
        settings.method === model.projection.method &&
        settings.dims === model.projection.dims,
    ),
  )
  const list: readonly Moment[] = $derived(
    stored && stored.run === run
      ? stored.moments.map((one) => ({
          ...one,
          map: maps.find(({ moment }) => moment?.step === one.step)?.id ?? null,
        }))
      : [],
  )
  const made = $derived(list.filter(({ map }) => map !== null))
  const at = $derived(list.find(({ step }) => step === model.row?.moment?.step) ?? null)

  function go(moment: Moment | undefined): void {
    if (moment?.map) model.change({ map: moment.map, run }, 'moment')
  }
  function step(by: number): void {
    const now = made.findIndex((one) => one.step === at?.step)
    go(made[Math.min(made.length - 1, Math.max(0, (now < 0 ? 0 : now) + by))])
  }
  $effect(() => {
    if (!playing) return
    const timer = setInterval(() => {
      const now = made.findIndex((one) => one.step === at?.step)
      if (now >= made.length - 1) playing = false
      else go(made[now + 1])
    }, pace)
    return () => clearInterval(timer)
  })

  /** Positions of every moment, laid onto the last, in one ball. */
  async function laidOut(): Promise<Float32Array<ArrayBuffer>[]> {
    const all = await Promise.all(made.map(({ map }) => calls.readMap({ id: map! })))
    const anchor = all.at(-1)!
    const { dims } = anchor.row.settings
    const fit = fitOf(anchor.positions, dims)
    return all.map(({ positions }) =>
      fitted(aligned(positions, dims, anchor.positions, dims).positions, dims, fit),
    )
  }

  return {
    get run() {
      return run
    },
    get list() {
      return list
    },
    get made() {
      return made.length
    },
    get at() {
      return at
    },
    get problem() {
      return problem
    },
    get playing() {
      return playing
    },
    get saving() {
      return saving
    },
    step,
    play(on: boolean) {
      if (on && at && made.at(-1)?.step === at.step) go(made[0])
      playing = on
    },
    goNear(wanted: number) {
      let best: Moment | undefined
      for (const one of made)
        if (!best || Math.abs(one.step - wanted) < Math.abs(best.step - wanted)) best = one
      go(best)
    },
    /** Lays out what is stored, each from the one before, so that what stayed alike stays in its place. */
    async layOut() {
      if (!stored?.dataSet || run === null) return
      let before: string | null = null
      for (const { step: wanted, map } of list) {
        if (map !== null) {
          before = map
          continue
        }
        const id: string | null = await model.make({
          dataSet: stored.dataSet,
          subject: { kind: 'moment', run, step: wanted },
          settings: model.projection,
          from: before === null ? null : { map: before, how: 'warm' },
        })
        if (id === null) return
        before = id
      }
    },
    /** The moments as a video; as pictures where this window encodes none. */
    async save(scene: MapScene | null) {
      if (!scene || made.length < 2) return
      saving = true
      const notice = session.notify(strings.map.saving)
      try {
        const { pictureSink, videoSink } = await import('../video/encode.ts')
        const places = await laidOut()
        const first = await scene.figure(1)
        const canvas = new OffscreenCanvas(first.width - (first.width % 2), first.height - (first.height % 2))
        const context = canvas.getContext('2d')!
        const sink = await videoSink(canvas, rate).catch(() => pictureSink(canvas))
        let frame = 0
        const draw = async (positions: Float32Array<ArrayBuffer>): Promise<void> => {
          scene.setPoints(positions, false)
          const { rgba, width, height } = await scene.figure(1)
          const image = new ImageData(width, height)
          for (let y = 0; y < height; y++)
            image.data.set(
              rgba.subarray((height - 1 - y) * width * 4, (height - y) * width * 4),
              y * width * 4,
            )
          for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
          context.putImageData(image, 0, 0)
          await sink.add(frame, frame / rate, 1 / rate)
          frame++
        }
        for (let k = 0; k + 1 < places.length; k++)
          for (let n = 0; n < framesBetween; n++) {
            const t = n / framesBetween
            const share = t * t * (3 - 2 * t)
            await draw(places[k]!.map((value, i) => value + (places[k + 1]![i]! - value) * share))
          }
        await draw(places.at(-1)!)
        const bytes = await sink.finish({
          run,
          moments: made.map(({ step: one, knn }) => ({ step: one, knn })),
        })
        const name = `${session.workspace.runs.find(({ id }) => id === run)?.name ?? 'run'}.map.${sink.ending}`
        await session.attempt(session.lab.save(name, sink.type, bytes))
      } catch (thrown) {
        session.report(thrown)
      } finally {
        saving = false
        session.dismiss(notice)
        if (model.ball) scene.setPoints(model.ball.positions, false)
      }
    },
  }
}

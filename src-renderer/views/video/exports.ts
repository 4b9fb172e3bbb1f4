// How does what Video shows leave the window? All steps as a film or as pictures, one frame, its numbers, the basis.
import { Failure } from '../../../src-shared/domain/failure.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import { drawFrame, drawingOf, frameBrush, inside, type FrameStyle } from './draw.ts'
import { framed } from './frames.ts'
import { highest } from './maps.ts'
import type { Reel, Wish } from './reel.ts'
import { frameOf, stepCount } from './schedule.ts'
import type { VideoModel } from './video.svelte.ts'

/** Bytes of one exported file at most: it travels to the host in one message. */
export const mostBytes = 192e6

const plainName = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, '')
const baseName = ({ settings, modelRow }: VideoModel): string =>
  [plainName(settings.video?.name ?? 'video'), plainName(modelRow?.name ?? ''), settings.show]
    .filter(Boolean)
    .join('.')

/** What was set, for whoever finds the files later. */
function aboutOf(model: VideoModel): Readonly<Record<string, unknown>> {
  const { settings, modelRow, source, steps, session, spread } = model
  return {
    ...settings,
    model: modelRow?.name,
    network: modelRow?.network,
    video: settings.video?.name,
    steps,
    rate: source?.rate,
    basisFrames: spread,
    layer: model.layer,
    attentionLayer: model.attentionLayer,
    theme: session.theme,
    version: session.capabilities.versions.emergence ?? '',
  }
}

interface Film {
  readonly reel: Reel
  readonly wish: Wish
  readonly style: FrameStyle
  readonly kind: 'frames' | 'video'
}
interface Filmed {
  readonly bytes: Uint8Array
  readonly type: string
  readonly ending: string
  readonly broken: number
  /** The last frame that is in the file, where others found no room. */
  readonly cutAt: number | null
}

/** Draws all steps into one file. Throws Failure, `cancelled` where somebody asked for it. */
export async function film({ reel, wish, style, kind }: Film, about: unknown): Promise<Filmed> {
  const { source } = reel
  const { steps } = wish
  const total = stepCount(steps)
  const even = (length: number): number => Math.max(2, Math.round(length / 2) * 2)
  let cancelled = false
  const say = (done: number): void => {
    reel.exporting = {
      kind,
      done,
      total,
      cancel: () => {
        cancelled = true
        reel.release()
      },
    }
  }
  const stop = (): void => {
    if (cancelled || reel.closed) throw new Failure('cancelled', 'The export was cancelled.')
  }
  const { pictureSink, videoSink } = await import('./encode.ts')
  const size = framed(source.width, source.height)
  const canvas = new OffscreenCanvas(even(size.width), even(size.height))
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) throw new Failure('internal', 'This window gives no drawing surface.')
  const rate = source.rate / steps.every
  const sink = kind === 'video' ? await videoSink(canvas, rate) : pictureSink(canvas)
  const brush = frameBrush()
  let broken = 0
  let cutAt: number | null = null
  try {
    say(0)
    const asked = (at: number): void => {
      if (wish.pass) reel.want({ ...wish, at, ahead: 8 })
    }
    asked(steps.from)
    // Basis and scale are settled before the first frame is drawn.
    if (wish.pass) for (const frame of wish.spread) await reel.ensure(frame)
    const frames = wish.spread.flatMap((frame) => reel.seen(frame) ?? [])
    const settled = style.max === null ? style : { ...style, max: highest(frames, style.head) }
    for (let step = 0; step < total; step++) {
      stop()
      const frame = frameOf(steps, step)
      asked(frame)
      if (wish.pass) await reel.ensure(frame)
      stop()
      const pixels = reel.broken.has(frame) ? null : await reel.bitmap(frame).catch(() => null)
      if (!pixels) broken++
      else {
        context.fillStyle = style.theme === 'dark' ? '#0c0d0e' : '#e9eaeb'
        context.fillRect(0, 0, canvas.width, canvas.height)
        drawFrame(context, drawingOf(reel, settled, frame, pixels), inside(pixels, canvas), brush)
        await sink.add(frame, step / rate, 1 / rate)
      }
      say(step + 1)
      if (sink.bytes > mostBytes && step + 1 < total) {
        cutAt = frame
        break
      }
    }
    if (broken === total) throw new Failure('bad-picture', 'None of these frames can be decoded.')
    return { bytes: await sink.finish(about), type: sink.type, ending: sink.ending, broken, cutAt }
  } catch (thrown) {
    await sink.cancel().catch(() => undefined)
    throw cancelled ? new Failure('cancelled', 'The export was cancelled.') : thrown
  } finally {
    reel.exporting = null
  }
}

/** Exports what is set; goes on when the tab is left. */
export async function exportFilm(model: VideoModel, kind: 'frames' | 'video'): Promise<void> {
  const { reel, session, style } = model
  if (!reel || reel.exporting) return
  model.pause()
  const name = baseName(model)
  const e = strings.video.exports
  const about = aboutOf(model)
  const filmed = await session.attempt(film({ reel, wish: model.wish(), style, kind }, about))
  if (!filmed) return
  const { bytes, type, ending, broken, cutAt } = filmed
  const file = `${name}.${ending}`
  if (!(await session.attempt(session.lab.save(file, type, bytes)))) return
  const hint = [broken > 0 ? e.broken(broken) : '', cutAt === null ? '' : e.cut(cutAt)]
    .filter(Boolean)
    .join(' ')
  session.notify(strings.notice.saved(file), hint ? { hint } : { passing: true })
}

/** The frame on show as a PNG, at the size it was decoded at; null while there is none. */
async function framePng(model: VideoModel): Promise<Uint8Array | null> {
  const { bitmap, at } = model
  if (!bitmap || bitmap.frame !== at || bitmap.pixels.width === 0) return null
  const { width, height } = bitmap.pixels
  const canvas = new OffscreenCanvas(width, height)
  const drawing = model.drawing(at, bitmap.pixels)
  if (!drawing) return null
  drawFrame(canvas.getContext('2d')!, drawing, { x: 0, y: 0, width, height }, frameBrush())
  const blob = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await blob.arrayBuffer())
}

async function give(model: VideoModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFrame(model: VideoModel): Promise<void> {
  const png = await framePng(model)
  if (png) await give(model, `${baseName(model)}.${String(model.at).padStart(6, '0')}.png`, 'image/png', png)
}

export async function copyFrame(model: VideoModel): Promise<void> {
  const png = await framePng(model)
  if (!png) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(png).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

/** A line per computed frame: its strongest patch, its foreground, and how much its colours changed. */
export function seriesCsv(rows: readonly ReturnType<VideoModel['measure']>[], rate: number): string {
  const lines = ['frame,seconds,strongest_row,strongest_column,strongest_weight,foreground,colour_change']
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? '' : shortest(value)
  for (const { frame, strongest, inside: share, change } of rows)
    lines.push(
      [
        frame,
        text(frame / rate),
        strongest?.row ?? '',
        strongest?.column ?? '',
        text(strongest?.weight),
        text(share),
        text(change),
      ].join(','),
    )
  return lines.join('\n') + '\n'
}

export async function saveCsv(model: VideoModel): Promise<void> {
  const { reel, source } = model
  if (!reel || !source) return
  const frames = reel.frames().sort((a, b) => a - b)
  const csv = seriesCsv(frames.map(model.measure), source.rate)
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(csv))
}

const basisName = (model: VideoModel): string => `${baseName(model)}.basis.json`

/** Saves the common basis as the command's --basis reads it. */
export async function saveBasis(model: VideoModel): Promise<void> {
  const basis = model.reel?.basis
  if (!basis) return
  const text = `${JSON.stringify(basis)}\n`
  await give(model, basisName(model), 'application/json', new TextEncoder().encode(text))
}

/** The `emergence parts` line that colours a folder of the frames in the saved basis. */
export function commandOf(model: VideoModel): string {
  const { modelRow, settings } = model
  if (!modelRow) return ''
  const windows = model.session.capabilities.platform === 'windows'
  const words = ['emergence', 'parts']
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  add(modelRow.bundled ? modelRow.name : modelRow.path)
  add(settings.video && settings.video.files > 1 && settings.video.path ? settings.video.path : 'FRAMES')
  if (modelRow.networks.length > 1) add('--network', modelRow.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = (modelRow.overrides as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) add(option, String(value))
  }
  if (modelRow.overrides.allowMissing) add('--allow-missing')
  add('--layer', model.layer)
  if (settings.size !== null) add('--size', settings.size)
  if (settings.fit !== 'native') add('--fit', settings.fit)
  add('--basis', basisName(model))
  return words.join(' ')
}

export async function copyCommand(model: VideoModel): Promise<void> {
  const { session } = model
  const done = await session.attempt(session.lab.copyText(commandOf(model)).then(() => true))
  if (done) session.notify(strings.video.exports.command, { passing: true })
}

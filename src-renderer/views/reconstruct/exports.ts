// How does what Reconstruct shows leave the window? Its pictures as one figure, the numbers of every patch, the mask, the command.
import type { Figure, FigureItem } from '../../canvas/figure.ts'
import { encodePng } from '../../canvas/png.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { writeSvg } from '../../canvas/svg.ts'
import { number, percent } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import { opaque, type Judgement } from './judged.ts'
import type { ReconstructModel } from './reconstruct.svelte.ts'
import { meanPixels, spreadLimit, spreadPixels, type Gathered } from './trials.ts'

const s = strings.reconstruct
const side = 240
const margin = 16
const gap = 8

const baseName = ({ pictureRow, settings }: ReconstructModel): string =>
  `${(pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')}.reconstruct-${settings.mask}`

/** The four pictures beside each other, and with them mean and spread where those are on show; null while there is no reconstruction. */
export function figureOf(model: ReconstructModel): Figure | null {
  const { judged, rebuilt, modelRow, pictureRow, settings, session } = model
  if (!judged || !rebuilt || !modelRow || !pictureRow) return null
  const dark = session.theme === 'dark'
  const ink = dark ? '#f1f2f3' : '#15171a'
  const { width: columns, height: rows } = judged
  const scale = side / Math.max(columns, rows)
  const [width, height] = [columns * scale, rows * scale]
  const seen = { ...rebuilt, grid: judged.grid }
  const gathered = settings.beside === 'spread' ? model.gathered : null
  const shown = [
    [s.original, opaque(judged.original)],
    [s.masked, opaque(judged.original, seen)],
    [s.reconstruction, opaque(judged.reconstruction)],
    [s.mixed, opaque(judged.mixed)],
    ...(gathered
      ? [
          [s.meanOf(gathered.masks), meanPixels(gathered)] as const,
          [
            `${s.spread}, 0 – ${number(spreadLimit(gathered), 3)}`,
            spreadPixels(gathered, model.ember, settings.opacity),
          ] as const,
        ]
      : []),
  ] as const
  const items: FigureItem[] = shown.flatMap(([title, pixels], i) => {
    const x = margin + i * (width + gap)
    return [
      { kind: 'image' as const, pixels, columns, rows, x, y: margin, width, height, smooth: true },
      { kind: 'text' as const, text: title, x, y: margin + height + 14, size: 9, bold: false, colour: ink },
    ]
  })
  const title = s.figure(
    modelRow.name,
    pictureRow.name,
    percent(judged.hidden / judged.mask.length),
    s.decibels(judged.psnr),
  )
  const borrowed = judged.normalised && settings.undo ? ` · ${s.figureBorrowed}` : ''
  const credit = pictureRow.credit ? ` · ${strings.start.credit(pictureRow.credit)}` : ''
  items.push({
    kind: 'text',
    text: `${title}${borrowed}${credit}`,
    x: margin,
    y: margin + height + 34,
    size: 10,
    bold: true,
    colour: ink,
  })
  return {
    width: Math.round(2 * margin + shown.length * width + (shown.length - 1) * gap),
    height: Math.round(margin + height + 50),
    ground: dark ? '#0c0d0e' : '#ffffff',
    items,
    title,
    settings: {
      model: modelRow.name,
      picture: pictureRow.name,
      mask: settings.mask,
      ratio: settings.ratio,
      seed: settings.seed,
      hidden: judged.hidden,
      normalised: judged.normalised,
      normalisedSource: judged.source,
      trueMomentsUsed: judged.normalised && settings.undo,
      loss: judged.loss,
      mse: judged.mse,
      psnr: judged.psnr,
      ...(gathered ? { masks: gathered.masks, meanSpread: gathered.meanSpread } : {}),
      command: commandOf(model),
      version: session.capabilities.versions.emergence ?? '',
    },
  }
}

async function give(model: ReconstructModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFigure(model: ReconstructModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const types = { png: 'image/png', svg: 'image/svg+xml', pdf: 'application/pdf' }
  const bytes =
    kind === 'png'
      ? await figurePng(figure)
      : kind === 'svg'
        ? new TextEncoder().encode(await writeSvg(figure))
        : await writePdf(figure)
  await give(model, `${baseName(model)}.${kind}`, types[kind], bytes)
}

export async function copyFigure(model: ReconstructModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

/**
 * A line per patch: its place, whether it was hidden, and its loss; where they were gathered, in how many masks it was
 * hidden, the mean colour that was said of it, the spread and the mean squared error over those masks.
 */
export function reconstructCsv(
  judged: Pick<Judgement, 'grid' | 'losses' | 'mask'>,
  gathered: Pick<Gathered, 'hidden' | 'mean' | 'spread' | 'error' | 'patch'> | null,
): string {
  const columns = judged.grid[1]
  const plain = (value: number): string => (Number.isNaN(value) ? '' : shortest(value))
  const lines = Array.from(judged.losses, (loss, i) => {
    const own = [Math.floor(i / columns), i % columns, judged.mask[i], plain(loss)]
    if (!gathered) return own.join(',')
    const { hidden, mean, spread, error, patch } = gathered
    const said = mean.subarray(i * patch ** 2 * 3, (i + 1) * patch ** 2 * 3)
    const colour = [0, 1, 2].map((channel) => {
      let sum = 0
      for (let j = channel; j < said.length; j += 3) sum += said[j]!
      return plain(sum / patch ** 2)
    })
    return [...own, hidden[i], ...colour, plain(spread[i]!), plain(error[i]!)].join(',')
  })
  const more = gathered ? ',times_hidden,mean_red,mean_green,mean_blue,spread,mean_squared_error' : ''
  return [`row,column,hidden,loss${more}`, ...lines].join('\n') + '\n'
}

export async function saveNumbers(model: ReconstructModel): Promise<void> {
  const { judged, gathered, settings } = model
  if (!judged) return
  const text = reconstructCsv(judged, settings.beside === 'spread' ? gathered : null)
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(text))
}

const maskName = (model: ReconstructModel): string => `${baseName(model)}.mask.png`

/** Saves the mask as the command's --mask reads it: a pixel per patch, white where hidden. */
export async function saveMask(model: ReconstructModel): Promise<void> {
  const { mask, grid } = model
  if (!mask || !grid) return
  const pixels = new Uint8ClampedArray(mask.length * 4)
  mask.forEach((bit, i) => pixels.set([bit * 255, bit * 255, bit * 255, 255], i * 4))
  await give(model, maskName(model), 'image/png', await encodePng(pixels, grid[1], grid[0], {}))
}

/** The `emergence reconstruct` line for the same mask; a painted one is read from the file that `saveMask` writes. */
export function commandOf(model: ReconstructModel): string {
  const { modelRow, pictureRow, settings } = model
  if (!modelRow || !pictureRow) return ''
  const windows = model.session.capabilities.platform === 'windows'
  const words = ['emergence', 'reconstruct']
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  add(modelRow.bundled ? modelRow.name : modelRow.path, pictureRow.path)
  if (modelRow.networks.length > 1) add('--network', modelRow.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = (modelRow.overrides as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) add(option, String(value))
  }
  if (modelRow.overrides.allowMissing) add('--allow-missing')
  if (settings.mask === 'brush') add('--mask', maskName(model))
  else add('--mask', settings.mask, '--mask-ratio', settings.ratio)
  if (settings.mask === 'random' || settings.mask === 'block') add('--seed', settings.seed)
  if (settings.beside === 'spread') add('--draws', settings.draws)
  if (settings.size !== null) add('--size', settings.size)
  add('--fit', settings.fit)
  return words.join(' ')
}

export async function copyCommand(model: ReconstructModel): Promise<void> {
  const { session } = model
  const line = commandOf(model)
  if (line === '') return
  const done = await session.attempt(session.lab.copyText(line).then(() => true))
  if (!done) return
  if (model.settings.mask === 'brush')
    session.notify(s.maskCommand, { actions: [{ text: s.saveMask, run: () => void saveMask(model) }] })
  else session.notify(strings.figure.commandCopied, { passing: true })
}

// How does what Reconstruct shows leave the window? Four pictures as one figure, the numbers of every patch, the command.
import type { Figure, FigureItem } from '../../canvas/figure.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { percent } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import { opaque } from './judged.ts'
import type { ReconstructModel } from './reconstruct.svelte.ts'

const s = strings.reconstruct
const side = 240
const margin = 16
const gap = 8

const baseName = ({ pictureRow, settings }: ReconstructModel): string =>
  `${(pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')}.reconstruct-${settings.mask}`

/** The four pictures beside each other; null while there is no reconstruction. */
export function figureOf(model: ReconstructModel): Figure | null {
  const { judged, rebuilt, modelRow, pictureRow, settings, session } = model
  if (!judged || !rebuilt || !modelRow || !pictureRow) return null
  const dark = session.theme === 'dark'
  const ink = dark ? '#f1f2f3' : '#15171a'
  const { width: columns, height: rows } = judged
  const scale = side / Math.max(columns, rows)
  const [width, height] = [columns * scale, rows * scale]
  const seen = { ...rebuilt, grid: judged.grid }
  const four = [
    [s.original, opaque(judged.original)],
    [s.masked, opaque(judged.original, seen)],
    [s.reconstruction, opaque(judged.reconstruction)],
    [s.mixed, opaque(judged.mixed)],
  ] as const
  const items: FigureItem[] = four.flatMap(([title, pixels], i) => {
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
    width: Math.round(2 * margin + 4 * width + 3 * gap),
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

export async function saveFigure(model: ReconstructModel): Promise<void> {
  const figure = figureOf(model)
  if (figure) await give(model, `${baseName(model)}.png`, 'image/png', await figurePng(figure))
}

export async function copyFigure(model: ReconstructModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

/** A line per patch: its place, whether it was hidden, and its loss. */
export async function saveNumbers(model: ReconstructModel): Promise<void> {
  const { judged } = model
  if (!judged) return
  const columns = judged.grid[1]
  const lines = Array.from(judged.losses, (loss, i) =>
    [Math.floor(i / columns), i % columns, judged.mask[i], Number.isNaN(loss) ? '' : shortest(loss)].join(
      ',',
    ),
  )
  const text = ['row,column,hidden,loss', ...lines].join('\n') + '\n'
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(text))
}

/** The `emergence reconstruct` line for the same mask; empty for a painted one, which the command reads from a file. */
export function commandOf(model: ReconstructModel): string {
  const { modelRow, pictureRow, settings } = model
  if (!modelRow || !pictureRow || settings.mask === 'brush') return ''
  const windows = model.session.capabilities.platform === 'windows'
  const words = ['emergence', 'reconstruct']
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  add(modelRow.bundled ? modelRow.name : modelRow.path, pictureRow.path)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = (modelRow.overrides as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) add(option, String(value))
  }
  add('--mask', settings.mask, '--mask-ratio', settings.ratio)
  if (settings.mask !== 'grid') add('--seed', settings.seed)
  if (settings.size !== null) add('--size', settings.size)
  add('--fit', settings.fit)
  return words.join(' ')
}

export async function copyCommand(model: ReconstructModel): Promise<void> {
  const { session } = model
  const line = commandOf(model)
  if (line === '') return
  const done = await session.attempt(session.lab.copyText(line).then(() => true))
  if (done) session.notify(strings.figure.commandCopied, { passing: true })
}

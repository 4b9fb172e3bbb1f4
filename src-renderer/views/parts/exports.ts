// How does what Parts shows leave the window? All pictures as one figure, the numbers, the basis, and the command.
import type { Figure, FigureItem } from '../../canvas/figure.ts'
import { markStrokes } from '../../canvas/figure.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { writeSvg } from '../../canvas/svg.ts'
import { pictureAddress } from '../../client/lab.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import { drawGround, outlineLines, type Drawing } from './draw.ts'
import type { PartsModel, Shown } from './parts.svelte.ts'
import { fitRows } from './rows.ts'
import { turnColours } from './work.ts'

const s = strings.parts
const figureWidth = 720
const margin = 16
const captionHeight = 18

const plainName = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, '')
const baseName = (model: PartsModel): string =>
  `${plainName(model.modelRow?.name ?? 'model')}.layer-${model.layer}.parts`

/** The pixels of a picture as the stage decoded them; a figure takes them from the browser's own cache of the page. */
async function bitmapOf(id: string): Promise<ImageBitmap | null> {
  const answer = await fetch(pictureAddress(id, 'stage'))
  return answer.ok
    ? createImageBitmap(await answer.blob(), { resizeWidth: 1024, resizeQuality: 'high' })
    : null
}

/** The figure of all pictures in rows; null while there are no colours. */
export async function figureOf(model: PartsModel): Promise<Figure | null> {
  const { shown, session, settings, fitted } = model
  if (!fitted || !model.modelRow) return null
  const { theme } = session
  const inner = figureWidth - 2 * margin
  const rows = fitRows(
    shown.map(({ row }) => row.width / row.height),
    inner,
    760,
    captionHeight,
  )
  const ink = theme === 'dark' ? '#f1f2f3' : '#15171a'
  const items: FigureItem[] = []
  for (const [i, one] of shown.entries()) {
    const box = rows.boxes[i]!
    items.push(
      ...(await pictureItems(
        one,
        { x: box.x + margin, y: box.y + margin, width: box.width, height: box.height },
        model,
      )),
    )
    const credit = one.row.credit ? ` · ${strings.start.credit(one.row.credit)}` : ''
    items.push({
      kind: 'text',
      text: `${plainName(one.row.name)}${credit}`,
      x: margin + box.x,
      y: margin + box.y + box.height + 12,
      size: 9,
      bold: false,
      colour: ink,
    })
  }
  const caption = s.figure(
    model.modelRow.name,
    model.layer,
    shown.length,
    s.figurePaint(settings.paint, settings.clusters),
  )
  const bottom = margin + rows.height + 16
  items.push({ kind: 'text', text: caption, x: margin, y: bottom, size: 10, bold: true, colour: ink })
  return {
    width: figureWidth,
    height: Math.round(bottom + margin),
    ground: theme === 'dark' ? '#0c0d0e' : '#ffffff',
    items,
    title: caption,
    settings: {
      model: model.modelRow.name,
      network: model.modelRow.network,
      pictures: shown.map(({ row }) => row.name),
      layer: model.layer,
      foreground: settings.foreground,
      threshold: model.threshold,
      flip: settings.flip,
      flips: settings.flips,
      paint: settings.paint,
      ...(settings.paint === 'clusters' ? { clusters: settings.clusters } : {}),
      colouring: settings.colouring,
      part: settings.part,
      similarity: model.similarity,
      explainedVariance: fitted.basis.explainedVariance,
      size: settings.size,
      fit: settings.fit,
      theme,
      command: commandOf(model),
      version: session.capabilities.versions.emergence ?? '',
    },
  }
}

async function pictureItems(
  one: Shown,
  box: { x: number; y: number; width: number; height: number },
  model: PartsModel,
): Promise<FigureItem[]> {
  const drawing: Drawing = {
    bitmap: await bitmapOf(one.row.id),
    size: one.row,
    area: one.facts?.area ?? { x: 0, y: 0, width: one.row.width, height: one.row.height },
    grid: one.facts?.layout.grid ?? [1, 1],
    pixels: one.pixels,
    show: model.settings.show,
    spotlight: model.settings.paint === 'foreground',
    edges: one.edges,
    mark: one.mark,
    theme: model.session.theme,
    weight: 1,
  }
  // Two pixels for every point, so that the figure is sharp when it is printed.
  const [width, height] = [box.width * 2, box.height * 2]
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  drawGround(context, drawing, width, height)
  const pixels = context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>
  const lines = outlineLines(drawing, box.width, box.height).map(
    ([x0, y0, x1, y1]) => [x0 + box.x, y0 + box.y, x1 + box.x, y1 + box.y] as const,
  )
  return [
    { kind: 'image', pixels, columns: width, rows: height, ...box, smooth: true },
    ...(lines.length > 0
      ? markStrokes.map(({ colour, opacity, weight }) => ({
          kind: 'lines' as const,
          lines,
          colour,
          opacity,
          weight: weight * 0.7,
        }))
      : []),
  ]
}

/** A line per patch of every picture: place, first component, foreground, the three components, and the cosine to the clicked patch. */
export function partsCsv(
  shown: readonly Pick<Shown, 'row' | 'facts' | 'first' | 'foreground' | 'colours' | 'cosines' | 'labels'>[],
): string {
  const likeness = shown.some(({ cosines }) => cosines)
  const grouped = shown.some(({ labels }) => labels)
  const lines = [
    [
      'picture',
      'row',
      'column',
      'first',
      'foreground',
      'component_1',
      'component_2',
      'component_3',
      ...(likeness ? ['cosine'] : []),
      ...(grouped ? ['group'] : []),
    ].join(','),
  ]
  for (const { row, facts, first, foreground, colours, cosines, labels } of shown) {
    if (!facts || !first || !foreground || !colours) continue
    const columns = facts.layout.grid[1]
    const name = /[",\n]/.test(row.name) ? `"${row.name.replaceAll('"', '""')}"` : row.name
    for (let i = 0; i < first.length; i++)
      lines.push(
        [
          name,
          Math.floor(i / columns),
          i % columns,
          shortest(first[i]!),
          foreground[i]!,
          ...[0, 1, 2].map((k) => shortest(colours[i * 3 + k]!)),
          ...(likeness ? [cosines ? shortest(cosines[i]!) : ''] : []),
          ...(grouped ? [labels && labels[i]! >= 0 ? labels[i]! : ''] : []),
        ].join(','),
      )
  }
  return lines.join('\n') + '\n'
}

async function give(model: PartsModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFigure(model: PartsModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
  const figure = await figureOf(model)
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

export async function copyFigure(model: PartsModel): Promise<void> {
  const figure = await figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

export async function saveCsv(model: PartsModel): Promise<void> {
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(partsCsv(model.shown)))
}

const basisName = (model: PartsModel): string => `${baseName(model)}.basis.json`

/** Saves the basis as the command's --basis reads it, colours turned the way they are on show. */
export async function saveBasis(model: PartsModel): Promise<void> {
  const { fitted, settings } = model
  if (!fitted) return
  // What it remembers of the pictures is said in the colours as they run now.
  const bare = { ...fitted.basis }
  delete bare.painted
  const basis = await model.remember(turnColours(bare, settings.flips))
  await give(
    model,
    basisName(model),
    'application/json',
    new TextEncoder().encode(`${JSON.stringify(basis)}\n`),
  )
}

/** True where only the saved basis gives these colours. */
export const needsBasis = ({ fitted, settings }: Pick<PartsModel, 'fitted' | 'settings'>): boolean =>
  fitted !== null && (!fitted.plain || settings.flips.some(Boolean))

/** The `emergence parts` line that makes the same colours. */
export function commandOf(model: PartsModel): string {
  const { modelRow, settings, fitted, rows } = model
  if (!modelRow) return ''
  const windows = model.session.capabilities.platform === 'windows'
  const words = ['emergence', 'parts']
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  add(modelRow.bundled ? modelRow.name : modelRow.path, ...rows.map(({ path }) => path))
  if (modelRow.networks.length > 1) add('--network', modelRow.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = (modelRow.overrides as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) add(option, String(value))
  }
  if (modelRow.overrides.allowMissing) add('--allow-missing')
  if (settings.layer !== null) add('--layer', settings.layer)
  if (settings.size !== null) add('--size', settings.size)
  if (settings.fit !== 'native') add('--fit', settings.fit)
  if (settings.paint === 'clusters') add('--clusters', settings.clusters)
  if (needsBasis(model)) {
    add('--basis', basisName(model))
    return words.join(' ')
  }
  if (settings.foreground !== 'auto') add('--foreground', settings.foreground)
  const flip =
    settings.foreground === 'auto' ? settings.flip : settings.foreground !== 'off' && fitted?.turned
  if (flip) add('--flip')
  return words.join(' ')
}

export async function copyCommand(model: PartsModel): Promise<void> {
  const { session } = model
  const done = await session.attempt(session.lab.copyText(commandOf(model)).then(() => true))
  if (!done) return
  if (needsBasis(model))
    session.notify(s.basisCommand, { actions: [{ text: s.saveBasis, run: () => void saveBasis(model) }] })
  else session.notify(strings.figure.commandCopied, { passing: true })
}

// How does what Prediction shows leave the window? Blocks and map as one figure, every predicted patch as numbers, the blocks as JSON.
import type { Figure } from '../../canvas/figure.ts'
import { figureScale } from '../../canvas/figureScale.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { writeSvg } from '../../canvas/svg.ts'
import type { Predicted } from '../../client/lab.ts'
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { shortest } from '../inspect/numbers.ts'
import { blockItems, drawPatches, drawSeen, hiddenPixels, mapPixels, type Box, type Ground } from './draw.ts'
import { findingOf } from './explain.ts'
import type { PredictModel } from './predict.svelte.ts'
import { nearestCount } from './settings.ts'

const s = strings.predict
const side = 300
const margin = 16
const gap = 12

const baseName = ({ pictureRow }: PredictModel): string =>
  `${(pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')}.prediction`

/** The picture with its blocks beside the map of cosines; null while nothing was predicted. */
export function figureOf(model: PredictModel): Figure | null {
  const { result, range, chosen, seen, modelRow, pictureRow, session, settings } = model
  if (!result || !range || !chosen || !seen || !modelRow || !pictureRow || model.behind) return null
  const { theme } = session
  const ink = theme === 'dark' ? '#f1f2f3' : '#15171a'
  const scale = side / Math.max(result.input.width, result.input.height)
  const [width, height] = [Math.round(result.input.width * scale), Math.round(result.input.height * scale)]
  const ground: Ground = {
    bitmap: model.bitmap,
    size: pictureRow,
    area: result.areas[0] ?? { x: 0, y: 0, width: pictureRow.width, height: pictureRow.height },
    grid: result.layout.grid,
    theme,
  }
  const boxes: readonly Box[] = [0, 1].map((i) => ({
    x: margin + i * (width + gap),
    y: margin,
    width,
    height,
  }))
  const pixelsOf = (draw: (context: OffscreenCanvasRenderingContext2D, box: Box) => void) => {
    // Two pixels for every point, so that the figure is sharp when it is printed.
    const context = new OffscreenCanvas(width * 2, height * 2).getContext('2d', { willReadFrequently: true })!
    draw(context, { x: 0, y: 0, width: width * 2, height: height * 2 })
    return context.getImageData(0, 0, width * 2, height * 2).data as Uint8ClampedArray<ArrayBuffer>
  }
  const pictures = [
    pixelsOf((context, box) => {
      drawSeen(context, ground, box, false)
      drawPatches(context, hiddenPixels(seen, theme), chosen.grid, box)
    }),
    pixelsOf((context, box) => {
      drawSeen(context, ground, box, true)
      drawPatches(context, mapPixels(result.map, range, model.ramp), chosen.grid, box)
    }),
  ]
  const marks = { ...chosen, selected: null, edges: 'all' as const, place: null, weight: 1 }
  const words = (text: string, x: number, y: number, bold: boolean) => ({
    kind: 'text' as const,
    text,
    x,
    y,
    size: bold ? 10 : 9,
    bold,
    colour: ink,
  })
  const title = s.figure(modelRow.name, pictureRow.name, number(result.loss, 3))
  const credit = pictureRow.credit ? ` · ${strings.start.credit(pictureRow.credit)}` : ''
  const below = margin + height
  return {
    width: 2 * margin + 2 * width + gap,
    height: below + 58,
    ground: theme === 'dark' ? '#0c0d0e' : '#ffffff',
    items: [
      ...pictures.map((pixels, i) => ({
        kind: 'image' as const,
        pixels,
        columns: width * 2,
        rows: height * 2,
        ...boxes[i]!,
        smooth: true,
      })),
      ...blockItems(marks, boxes[0]!, (index) => (index < 0 ? s.context : String(index + 1))),
      words(s.blocks, boxes[0]!.x, below + 13, false),
      words(s.map, boxes[1]!.x, below + 13, false),
      ...figureScale(model.ramp, 0, [`${s.cosine} ${number(range.low, 1)}`, number(range.high, 1)], {
        x: boxes[1]!.x + width - 172,
        y: below + 13,
        width: 80,
        ink,
      }),
      words(`${title}${credit}`, margin, below + 32, true),
      words(findingOf(model), margin, below + 47, false),
    ],
    title,
    settings: {
      model: modelRow.name,
      picture: pictureRow.name,
      fit: settings.fit,
      ...(model.sampled ? { seed: settings.seed } : {}),
      context: chosen.context,
      targets: chosen.targets,
      loss: result.loss,
      scale: range,
      theme,
      version: session.capabilities.versions.emergence ?? '',
    },
  }
}

/** A line for every predicted patch of every target: its place, its cosines, and the nearest patches with their pictures. */
export function predictionCsv(
  result: Pick<Predicted, 'targets' | 'layout' | 'names'>,
  neighbours: Pick<Predicted, 'targets' | 'names'> | null,
  count: number,
): string {
  const columns = result.layout.grid[1]
  const quoted = (name: string): string => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)
  const extra = neighbours
    ? Array.from({ length: count }, (_, n) =>
        ['picture', 'row', 'column', 'cosine'].map((what) => `nearest_${n + 1}_${what}`),
      ).flat()
    : []
  const lines = [['target', 'row', 'column', 'cosine', 'elsewhere', ...extra].join(',')]
  result.targets.forEach(({ patches, cosines, elsewhere }, target) =>
    patches.forEach((patch, i) => {
      const words: (string | number)[] = [
        target + 1,
        Math.floor(patch / columns),
        patch % columns,
        shortest(cosines[i]!),
        shortest(elsewhere[i]!),
      ]
      const near = neighbours?.targets[target]?.nearest
      if (near)
        for (let n = 0; n < count; n++) {
          const at = i * count + n
          const place = near.patch[at]!
          if (place < 0) words.push('', '', '', '')
          else
            words.push(
              quoted(neighbours.names[near.picture[at]!] ?? ''),
              Math.floor(place / columns),
              place % columns,
              shortest(near.cosine[at]!),
            )
        }
      lines.push(words.join(','))
    }),
  )
  return lines.join('\n') + '\n'
}

function blocksJson(model: PredictModel): string {
  const { result, chosen, settings, targets, modelRow, pictureRow } = model
  const value = {
    model: modelRow?.name,
    picture: pictureRow?.name,
    fit: settings.fit,
    grid: chosen?.grid,
    ...(model.sampled ? { seed: settings.seed } : {}),
    context: chosen?.context,
    targets: chosen?.targets.map((block, i) => ({
      ...block,
      loss: targets[i]?.loss,
      cosine: targets[i]?.cosine,
      elsewhere: targets[i]?.elsewhere,
    })),
    seen: result?.context.length,
    loss: result?.loss,
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

async function give(model: PredictModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFigure(model: PredictModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
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

export async function copyFigure(model: PredictModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

export async function saveCsv(model: PredictModel): Promise<void> {
  const { result, neighbours } = model
  if (!result || model.behind) return
  const text = predictionCsv(result, neighbours?.result ?? null, nearestCount)
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(text))
}

export async function saveJson(model: PredictModel): Promise<void> {
  if (!model.result || model.behind) return
  await give(
    model,
    `${baseName(model)}.json`,
    'application/json',
    new TextEncoder().encode(blocksJson(model)),
  )
}

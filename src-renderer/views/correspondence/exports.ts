// How does what Correspondence shows leave the window? Both pictures with their lines as a figure, and the pairs as numbers.
import type { Figure } from '../../canvas/figure.ts'
import { figureScale } from '../../canvas/figureScale.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { writeSvg } from '../../canvas/svg.ts'
import { number } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { shortest } from '../inspect/numbers.ts'
import type { CorrespondenceModel } from './correspondence.svelte.ts'
import { drawPair, pairCache, pairMarks, rampFrom } from './draw.ts'
import { pairBoxes } from './layout.ts'
import { pairSceneOf } from './scene.ts'

const s = strings.correspondence
const figureWidth = 760
const margin = 16
const captionHeight = 18

const plainName = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, '')
const baseName = (model: CorrespondenceModel): string =>
  `${plainName(model.nameOf(0))}.${plainName(model.nameOf(1))}.layer-${model.layer}.correspondence`

/** The two pictures with their lines; null while nothing is matched. */
export function figureOf(model: CorrespondenceModel): Figure | null {
  const scene = pairSceneOf(model)
  const { modelRow, rows, session, settings } = model
  if (!scene || !model.matched || !modelRow || !rows[0] || !rows[1]) return null
  const dark = session.theme === 'dark'
  const ink = dark ? '#f1f2f3' : '#15171a'
  const plain = { ...scene, alone: false, weight: 1 }
  const aspects = [rows[0].width / rows[0].height, rows[1].width / rows[1].height] as const
  const inner = pairBoxes(aspects, figureWidth - 2 * margin, 460, 32)
  const high = Math.max(inner[0].height, inner[1].height)
  const boxes = [
    { ...inner[0], x: inner[0].x + margin, y: margin },
    { ...inner[1], x: inner[1].x + margin, y: margin },
  ] as const
  // Two pixels for every point, so that the figure is sharp when it is printed.
  const context = new OffscreenCanvas(figureWidth * 2, (high + 2 * margin) * 2).getContext('2d', {
    willReadFrequently: true,
  })!
  context.scale(2, 2)
  drawPair(context, plain, boxes, pairCache())
  const pictures = boxes.map((box) => ({
    kind: 'image' as const,
    pixels: context.getImageData(box.x * 2, box.y * 2, box.width * 2, box.height * 2)
      .data as Uint8ClampedArray<ArrayBuffer>,
    columns: box.width * 2,
    rows: box.height * 2,
    ...box,
    smooth: true,
  }))
  const title = s.figure(
    modelRow.name,
    model.layer,
    plainName(rows[0].name),
    plainName(rows[1].name),
    model.shown.length,
  )
  const words = (text: string, x: number, y: number, bold: boolean) => ({
    kind: 'text' as const,
    text,
    x,
    y,
    size: bold ? 10 : 9,
    bold,
    colour: ink,
  })
  const captions = boxes.map((box, side) => {
    const { name, credit } = rows[side]!
    const text = `${plainName(name)}${credit ? ` · ${strings.start.credit(credit)}` : ''}`
    return words(text, box.x, margin + high + 13, false)
  })
  const bottom = margin + high + captionHeight + 18
  return {
    width: figureWidth,
    height: Math.round(bottom + margin),
    ground: dark ? '#0c0d0e' : '#ffffff',
    items: [
      ...pictures,
      ...pairMarks(plain, boxes),
      ...captions,
      words(title, margin, bottom, true),
      ...figureScale(
        model.ramp,
        rampFrom,
        [`${s.scale} ${number(model.scale.low, 1)}`, number(model.scale.high, 1)],
        { x: figureWidth - margin - 180, y: bottom, width: 90, ink },
      ),
    ],
    title,
    settings: {
      model: modelRow.name,
      network: modelRow.network,
      pictures: rows.map((row) => row?.name),
      layer: model.layer,
      foreground: settings.foreground,
      least: settings.least,
      most: settings.most,
      pairs: model.shown.length,
      asked: settings.pin,
      keypoints: settings.keypoints,
      scale: model.scale,
      colours: model.ramp.name,
      size: settings.size,
      fit: settings.fit,
      theme: session.theme,
      version: session.capabilities.versions.emergence ?? '',
    },
  }
}

const placeOf = (patch: number, columns: number) => ({
  row: Math.floor(patch / columns),
  column: patch % columns,
})

/** A line per drawn pair: both places, and how alike they are. */
export function pairsCsv({ shown, facts }: Pick<CorrespondenceModel, 'shown' | 'facts'>): string {
  const [left, right] = facts.map((one) => one?.layout.grid[1] ?? 1) as [number, number]
  const lines = shown.map(({ first, second, cosine }) => {
    const [a, b] = [placeOf(first, left), placeOf(second, right)]
    return [a.row, a.column, b.row, b.column, shortest(cosine)].join(',')
  })
  return ['left_row,left_column,right_row,right_column,cosine', ...lines].join('\n') + '\n'
}

/** The drawn pairs and the keypoints with what they were computed from; places count from 0, points are shares of the picture. */
export function pairsJson(
  model: Pick<CorrespondenceModel, 'shown' | 'facts' | 'keypoints' | 'rows' | 'layer' | 'settings'> & {
    readonly modelRow: { readonly name: string } | undefined
  },
): string {
  const { shown, facts, keypoints, rows, layer, settings, modelRow } = model
  const [left, right] = facts.map((one) => one?.layout.grid[1] ?? 1) as [number, number]
  const value = {
    model: modelRow?.name,
    layer,
    pictures: rows.map((row, side) => ({
      name: row?.name,
      grid: facts[side]?.layout.grid,
      seen: facts[side]?.area,
    })),
    foreground: settings.foreground,
    least: settings.least,
    pairs: shown.map(({ first, second, cosine }) => ({
      left: placeOf(first, left),
      right: placeOf(second, right),
      cosine: Number(shortest(cosine)),
    })),
    keypoints: keypoints.map(({ side, x, y, to, cosine }) => ({
      picture: s.sides[side],
      x,
      y,
      to,
      cosine: Number(shortest(cosine)),
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

async function give(
  model: CorrespondenceModel,
  name: string,
  type: string,
  bytes: Uint8Array,
): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFigure(model: CorrespondenceModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
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

export async function copyFigure(model: CorrespondenceModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

export async function saveCsv(model: CorrespondenceModel): Promise<void> {
  if (model.matched)
    await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(pairsCsv(model)))
}

export async function saveJson(model: CorrespondenceModel): Promise<void> {
  if (model.matched)
    await give(
      model,
      `${baseName(model)}.json`,
      'application/json',
      new TextEncoder().encode(pairsJson(model)),
    )
}

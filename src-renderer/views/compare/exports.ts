// How does what Compare shows leave the window? All sides as one figure, the numbers of agreement, a command for each side.
import type { Figure } from '../../canvas/figure.ts'
import { groundOf } from '../../canvas/ground.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { dimCache } from '../../canvas/scene.ts'
import { sceneFigure } from '../../canvas/sceneFigure.ts'
import { sideBySide } from '../../canvas/sideBySide.ts'
import { writeSvg } from '../../canvas/svg.ts'
import { weight } from '../../state/format.ts'
import { spellQuery } from '../../state/query.ts'
import { strings } from '../../state/strings.ts'
import { commandLine } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import type { PairAgreement } from './compare.svelte.ts'
import type { CompareModel } from './compare.svelte.ts'
import type { LayerMatrix } from './agreement.ts'
import { letters } from './settings.ts'
import type { SideModel } from './side.svelte.ts'

const s = strings.compare

/** Layer and head of a side in words. */
export function mapOf(side: Pick<SideModel, 'layer' | 'head'>, shown: 'attention' | 'rollout'): string {
  if (shown === 'rollout') return strings.inspect.on.rollout.toLowerCase()
  const { head } = side
  return s.asks(side.layer, typeof head === 'number' ? s.headShort(head) : head === 'mean' ? s.mean : s.max)
}

/** The `emergence attention` line that makes the map of one side; empty while it is not known. */
export function sideCommand(model: CompareModel, index: number): string {
  const side = model.sides[index]
  const { pictureRow, settings } = model
  if (!side?.row || !pictureRow || !side.facts) return ''
  const { row, facts, asked } = side
  return commandLine(
    {
      model: row.bundled ? row.name : row.path,
      network: row.network,
      networks: row.networks,
      overrides: row.overrides,
      picture: pictureRow.path,
      layer: side.layer,
      depth: facts.depth,
      head: side.head,
      query: asked ? spellQuery(asked) : 'cls',
      defaultQuery: facts.layout.cls ? 'cls' : 'mean',
      opacity: settings.opacity,
      colours: model.ramp.name,
      size: settings.size,
      fit: settings.fit,
      rollout: settings.shown === 'rollout',
    },
    model.session.capabilities.platform === 'windows',
  )
}

/** All sides as one figure; null while none has a map. */
export function figureOf(model: CompareModel): Figure | null {
  const { pictureRow, settings, sides, scenes, pairs } = model
  if (!pictureRow) return null
  const shown = sides.flatMap((side, index) => {
    const scene = scenes[index]
    return scene?.values && side.row ? [{ side, scene, index }] : []
  })
  if (shown.length === 0) return null
  const asked = shown[0]?.side.asked
  const query = asked ? (asked.kind === 'patch' ? s.point.toLowerCase() : spellQuery(asked)) : ''
  const figures = shown.map(({ side, scene, index }) => {
    const caption = mapOf(side, settings.shown)
    return sceneFigure(
      scene,
      groundOf(scene, dimCache()),
      { caption, title: caption, scale: strings.inspect.weight, format: weight },
      {
        model: side.row?.name,
        network: side.row?.network,
        layer: side.layer,
        head: side.head,
        query: side.asked ? spellQuery(side.asked) : null,
        max: scene.max,
        input: side.facts?.input,
        command: sideCommand(model, index),
      },
    )
  })
  const agreements = pairs.map(({ name, correlation, overlap }) => s.agrees(name, correlation, overlap))
  const credit = pictureRow.credit ? ` · ${strings.start.credit(pictureRow.credit)}` : ''
  return sideBySide(
    figures,
    {
      title: shown.map(({ side, index }) => s.sideOf(letters[index]!, side.row!.name)).join(', '),
      caption:
        [
          s.caption(pictureRow.name, query),
          settings.scale === 'shared' ? s.sharedScale : s.ownScale,
          ...agreements,
        ].join(' · ') + credit,
      theme: model.ramp.theme,
      headings: shown.map(({ side, index }) => s.sideOf(letters[index]!, side.row!.name)),
    },
    {
      picture: pictureRow.name,
      scale: settings.scale,
      mass: settings.mass,
      overlay: settings.overlay,
      colours: model.ramp.name,
      theme: model.ramp.theme,
      agreement: pairs.map(({ name, correlation, overlap }) => ({ pair: name, correlation, overlap })),
      version: model.session.capabilities.versions.emergence ?? '',
    },
  )
}

const types = { png: 'image/png', svg: 'image/svg+xml', pdf: 'application/pdf' }

/** Saves all sides as one figure. */
export async function saveFigure(model: CompareModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const bytes =
    kind === 'png'
      ? await figurePng(figure)
      : kind === 'svg'
        ? new TextEncoder().encode(await writeSvg(figure))
        : await writePdf(figure)
  await give(model, kind, types[kind], bytes)
}

export async function copyFigure(model: CompareModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

/** Agreement of every pair and, below, the matrix of layers, as CSV. */
export function agreementCsv(
  pairs: readonly PairAgreement[],
  matrix: LayerMatrix | null,
  shown: PairAgreement | null,
): string {
  const lines = ['pair,correlation,overlap']
  for (const { name, correlation, overlap } of pairs)
    lines.push([`"${name}"`, shortest(correlation), shortest(overlap)].join(','))
  if (matrix && shown) {
    const [a, b] = [letters[shown.first]!, letters[shown.second]!]
    lines.push('', [`${a}_layer`, ...Array.from({ length: matrix.columns }, (_, n) => `${b}_${n}`)].join(','))
    for (let row = 0; row < matrix.rows; row++)
      lines.push(
        [
          row,
          ...Array.from(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns), shortest),
        ].join(','),
      )
  }
  return `${lines.join('\n')}\n`
}

export async function saveAgreement(model: CompareModel): Promise<void> {
  const text = agreementCsv(model.pairs, model.matrix, model.pair)
  await give(model, 'csv', 'text/csv', new TextEncoder().encode(text))
}

/** Copies one command line for each side. */
export async function copyCommands(model: CompareModel): Promise<void> {
  const { session } = model
  const lines = model.sides.map((_, index) => sideCommand(model, index)).filter(Boolean)
  const done = await session.attempt(session.lab.copyText(`${lines.join('\n')}\n`).then(() => true))
  if (done) session.notify(s.commandsCopied, { passing: true })
}

async function give(model: CompareModel, ending: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session, pictureRow } = model
  const name = `${(pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')}.compare.${ending}`
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

// How does what Registers & norms shows leave the window? Pictures with their plots as one figure, every norm as numbers, the command.
import type { Figure } from '../../canvas/figure.ts'
import { groundOf } from '../../canvas/ground.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { figurePng } from '../../canvas/rasterise.ts'
import { dimCache } from '../../canvas/scene.ts'
import { sceneFigure } from '../../canvas/sceneFigure.ts'
import { sideBySide } from '../../canvas/sideBySide.ts'
import { writeSvg } from '../../canvas/svg.ts'
import { number, weight } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import { shortest } from '../inspect/numbers.ts'
import { findingOf, shownWords } from './explain.ts'
import type { NormColumn } from './norms.ts'
import { plotItems, type Inks } from './plot.ts'
import type { RegistersModel } from './registers.svelte.ts'
import type { NormSide } from './side.svelte.ts'

const s = strings.registers
const plotHeight = 190

const plainName = (name: string): string => name.replace(/\.[a-z0-9]{2,5}$/i, '')
const baseName = ({ pictureRow, sides }: RegistersModel): string => {
  const [side] = sides
  const column = side ? s.columnShort(side.column, side.depth).replace(' ', '-') : 'norms'
  return `${plainName(pictureRow?.name ?? 'picture')}.${column}.norms`
}

const inks: Readonly<Record<'dark' | 'light', Inks>> = {
  dark: {
    ink: '#f1f2f3',
    quiet: '#8f959b',
    line: '#2f3133',
    accent: '#6cb6ff',
    warn: '#f0b849',
    body: '#8f959b',
  },
  light: {
    ink: '#15171a',
    quiet: '#595f67',
    line: '#d7d9db',
    accent: '#0b5cad',
    warn: '#7f5200',
    body: '#595f67',
  },
}

/** One side: its picture with map and rings, and the plot of its norms below. */
function sideFigure(model: RegistersModel, index: number): Figure | null {
  const side = model.sides[index]
  const [scene, axis] = [model.scenes[index], model.axes[index]]
  const { pictureRow, session } = model
  if (!side?.now || !scene || !axis || !pictureRow) return null
  const credit = pictureRow.credit ? ` · ${strings.start.credit(pictureRow.credit)}` : ''
  const low = model.scales[index]?.low ?? 0
  const figure = sceneFigure(
    scene,
    groundOf(scene, dimCache()),
    {
      caption: `${shownWords(side)} · ${findingOf(side)}${credit}`,
      title: findingOf(side),
      scale: side.reading ? s.weight : s.norm,
      // The scale begins at the shortest token, not at 0.
      format: (value) => (side.reading ? weight(value) : number(value + low, 1)),
      low: low === 0 ? '0' : number(low, 1),
    },
    sideSettings(side),
  )
  const plot = plotItems(
    {
      columns: side.columns,
      axis,
      chosen: side.column,
      patch: side.patch,
      inks: inks[session.theme],
      k: 1,
      after: s.after,
    },
    { x: 8, y: figure.height + 4, width: figure.width - 20, height: plotHeight },
  )
  return { ...figure, height: figure.height + plotHeight + 12, items: [...figure.items, ...plot] }
}

const sideSettings = (side: NormSide): Record<string, unknown> => ({
  model: side.row?.name,
  network: side.row?.network,
  registers: side.spec?.registers,
  column: s.column(side.column, side.depth),
  shown: side.reading?.shown ?? 'norms',
  input: side.facts?.input,
  median: side.now?.median,
  limit: side.now?.limit,
  outliers: side.now?.outliers.length,
})

/** All sides as one figure; null while none is there. */
export function figureOf(model: RegistersModel): Figure | null {
  const figures = model.sides.flatMap((_, index) => sideFigure(model, index) ?? [])
  const { settings, session, pictureRow } = model
  const [side] = model.sides
  if (figures.length === 0 || !side) return null
  const names = model.sides.map(({ row }) => row?.name ?? '')
  const title = s.figure(
    names.join(' and '),
    pictureRow?.name ?? '',
    strings.registers.column(side.column, side.depth),
  )
  return sideBySide(
    figures,
    {
      title,
      caption: title,
      theme: session.theme,
      headings: model.sides.map(
        ({ row, spec }) => `${row?.name ?? ''} · ${s.registers(spec?.registers ?? 0)}`,
      ),
    },
    {
      picture: pictureRow?.name,
      rule: settings.rule,
      ...(settings.rule === 'fixed' ? { limit: settings.limit } : {}),
      log: settings.log,
      shared: settings.shared,
      size: settings.size,
      fit: settings.fit,
      theme: session.theme,
      command: commandOf(model),
      version: session.capabilities.versions.emergence ?? '',
    },
  )
}

/** A line for every token of every layer of each model: what it is, where it stands, how long it is, whether it is an outlier. */
export function normsCsv(
  sides: readonly {
    readonly row: { readonly name: string } | undefined
    readonly columns: readonly (NormColumn | null)[]
    readonly facts: { readonly layout: { readonly grid: readonly [number, number] } } | null
    readonly depth: number
  }[],
): string {
  const lines = ['model,layer,token,row,column,norm,outlier']
  for (const { row, columns, facts, depth } of sides) {
    if (!row || !facts) continue
    const name = /[",\n]/.test(row.name) ? `"${row.name.replaceAll('"', '""')}"` : row.name
    columns.forEach((column, at) => {
      if (!column) return
      const layer = at >= depth ? 'norm' : String(at)
      const add = (token: string, place: string, norm: number, outlier: string): void =>
        void lines.push([name, layer, token, place, shortest(norm), outlier].join(','))
      if (column.cls !== null) add('cls', ',', column.cls, '')
      column.registers.forEach((norm, k) => add(`register_${k}`, ',', norm, ''))
      const far = new Set(column.outliers)
      column.patches.forEach((norm, patch) =>
        add(
          'patch',
          `${Math.floor(patch / facts.layout.grid[1])},${patch % facts.layout.grid[1]}`,
          norm,
          far.has(patch) ? '1' : '0',
        ),
      )
    })
  }
  return lines.join('\n') + '\n'
}

/** Every layer of each model in numbers: quartiles, the line, how many and which patches are above it. */
function layersJson(model: RegistersModel): string {
  const value = {
    picture: model.pictureRow?.name,
    rule: model.settings.rule,
    models: model.sides.map((side) => ({
      name: side.row?.name,
      registers: side.spec?.registers,
      grid: side.facts?.layout.grid,
      layers: side.columns.map((column, at) =>
        column
          ? {
              layer: at >= side.depth ? 'norm' : at,
              low: column.low,
              quartiles: [column.quarter, column.median, column.threeQuarters],
              high: column.high,
              limit: Number.isFinite(column.limit) ? column.limit : null,
              outliers: column.outliers,
              cls: column.cls,
              registers: column.registers,
            }
          : null,
      ),
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

async function give(model: RegistersModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveFigure(model: RegistersModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
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

export async function copyFigure(model: RegistersModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

export async function saveCsv(model: RegistersModel): Promise<void> {
  await give(model, `${baseName(model)}.csv`, 'text/csv', new TextEncoder().encode(normsCsv(model.sides)))
}

export async function saveJson(model: RegistersModel): Promise<void> {
  await give(
    model,
    `${baseName(model)}.json`,
    'application/json',
    new TextEncoder().encode(layersJson(model)),
  )
}

/** The `emergence features` line whose tokens have these lengths, of the first model. */
export function commandOf({ sides, pictureRow, settings, session }: RegistersModel): string {
  const [side] = sides
  const row = side?.row
  if (!side || !row || !pictureRow) return ''
  const windows = session.capabilities.platform === 'windows'
  const words = ['emergence', 'features']
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  add(row.bundled ? row.name : row.path, pictureRow.path)
  if (row.networks.length > 1) add('--network', row.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = (row.overrides as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) add(option, String(value))
  }
  const after = side.column >= side.depth
  add('--token', 'all', '--layer', after ? side.depth - 1 : side.column)
  if (!after) add('--no-norm')
  if (settings.size !== null) add('--size', settings.size)
  add('--fit', settings.fit)
  return words.join(' ')
}

export async function copyCommand(model: RegistersModel): Promise<void> {
  const { session } = model
  const done = await session.attempt(session.lab.copyText(commandOf(model)).then(() => true))
  if (done) session.notify(strings.figure.commandCopied, { passing: true })
}

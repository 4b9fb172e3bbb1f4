// How does the map leave the window? Its points as CSV or Parquet, its picture as PNG, its moments as a video.
import { encodePng } from '../../canvas/png.ts'
import { strings } from '../../state/strings.ts'
import { runSliced } from '../../state/slices.ts'
import type { MenuItem } from '../../ui/menu.svelte.ts'
import type { MapModel } from './map.svelte.ts'

const s = strings.map

const baseName = (model: MapModel): string => (model.row?.name ?? 'map').replace(/[^\p{L}\p{N}._-]+/gu, '-')

/** What the menu of the camera offers. */
export function exportMenu(model: MapModel): MenuItem[] {
  return [
    { id: 'png', text: s.exportPng, icon: 'camera', run: () => void savePicture(model) },
    { id: 'csv', text: s.exportCsv, icon: 'table', apart: true, run: () => void saveCsv(model) },
    { id: 'html', text: s.exportHtml, icon: 'orbit', run: () => void savePage(model) },
    { id: 'parquet', text: s.exportParquet, icon: 'table', run: () => void saveParquet(model) },
  ]
}

/** A column of what is known of the points. */
export interface Column {
  readonly name: string
  readonly kind: 'words' | 'numbers' | 'whole'
  value(point: number): string | number
}

/** Everything that is known of each point, as columns: name, class, label, groups, place, measures. */
export function columnsOf(model: MapModel): Column[] {
  const { items, coordinates, groups, itemOf, perItem } = model
  const columns: Column[] = [
    { name: 'name', kind: 'words', value: (at) => items?.names[itemOf(at)] ?? String(at) },
  ]
  if (perItem > 1) columns.push({ name: 'patch', kind: 'whole', value: (at) => at % perItem })
  if (items && items.classes.length > 0)
    columns.push({
      name: 'class',
      kind: 'words',
      value: (at) => items.classes[items.labels[itemOf(at)] ?? -1] ?? '',
    })
  const split = new Map<number, string>()
  for (const one of items?.splits ?? []) for (const item of one.items) split.set(item, one.name)
  if (split.size > 0)
    columns.push({ name: 'split', kind: 'words', value: (at) => split.get(itemOf(at)) ?? '' })
  const label = new Map<number, string>()
  for (const group of groups)
    if (group.kind === 'label') for (const item of group.items) label.set(item, group.name)
  columns.push({ name: 'label', kind: 'words', value: (at) => label.get(itemOf(at)) ?? '' })
  for (const group of groups) {
    if (group.kind === 'label') continue
    const mine = new Set(group.items)
    const name = group.kind === 'aside' ? 'set aside' : group.name
    columns.push({ name, kind: 'whole', value: (at) => (mine.has(itemOf(at)) ? 1 : 0) })
  }
  if (coordinates)
    for (let k = 0; k < coordinates.dims; k++)
      columns.push({
        name: 'xyz'[k] ?? `axis ${k + 1}`,
        kind: 'numbers',
        value: (at) => coordinates.values[at * coordinates.dims + k]!,
      })
  for (const { name, values } of items?.numbers ?? [])
    columns.push({ name, kind: 'numbers', value: (at) => values[itemOf(at)]! })
  const disagreement = model.errors?.disagreement
  if (disagreement?.length === model.count)
    columns.push({ name: 'agreement', kind: 'numbers', value: (at) => 1 - disagreement[at]! })
  const { axis } = model
  if (axis) columns.push({ name: 'axis', kind: 'numbers', value: (at) => axis.values[at]! })
  return columns
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** One line of a CSV file; what is no number is left empty. */
export function csvLine(columns: readonly Column[], point: number): string {
  return columns
    .map(({ value }) => {
      const found = value(point)
      return typeof found === 'string' ? quoted(found) : Number.isFinite(found) ? String(found) : ''
    })
    .join(',')
}

async function save(model: MapModel, ending: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const name = `${baseName(model)}.${ending}`
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

export async function saveCsv(model: MapModel): Promise<void> {
  const columns = columnsOf(model)
  const pieces: string[] = [columns.map(({ name }) => quoted(name)).join(',')]
  const { count } = model
  function* lines(): Generator<void> {
    for (let from = 0; from < count; from += 2000) {
      const some: string[] = []
      for (let at = from; at < Math.min(count, from + 2000); at++) some.push(csvLine(columns, at))
      pieces.push(some.join('\n'))
      yield
    }
  }
  await runSliced(lines(), () => true)
  const blob = new Blob([pieces.join('\n'), '\n'])
  await save(model, 'csv', 'text/csv', new Uint8Array(await blob.arrayBuffer()))
}

export async function saveParquet(model: MapModel): Promise<void> {
  const columns = columnsOf(model)
  const { count } = model
  const data: { name: string; data: unknown[]; type: 'STRING' | 'DOUBLE' | 'INT32' }[] = []
  function* steps(): Generator<void> {
    for (const { name, kind, value } of columns) {
      const values: unknown[] = []
      for (let at = 0; at < count; at++) {
        values.push(value(at))
        if (at % 20_000 === 19_999) yield
      }
      data.push({
        name,
        data: values,
        type: kind === 'words' ? 'STRING' : kind === 'whole' ? 'INT32' : 'DOUBLE',
      })
      yield
    }
  }
  await runSliced(steps(), () => true)
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: data }))
  await save(model, 'parquet', 'application/vnd.apache.parquet', bytes)
}

/** Small pictures go into the page up to so many: about a kilobyte and a half each. */
const [mostInPage, pageSide] = [4000, 48]

async function dataUrl(blob: Blob | null): Promise<string | null> {
  if (!blob) return null
  return new Promise((resolve) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result)))
    reader.addEventListener('error', () => resolve(null))
    reader.readAsDataURL(blob)
  })
}

/** One page that turns and names the points and needs nothing else; points that are not shown are left out. */
export async function savePage(model: MapModel): Promise<void> {
  const { row, coordinates, dataSet, legend, paint, session } = model
  if (!row || !coordinates) return
  const { values, dims } = coordinates
  const shown = Array.from({ length: model.count }, (_, at) => at).filter(
    (at) => model.visible(at) && Number.isFinite(values[at * dims]),
  )
  const positions = new Float32Array(shown.length * dims)
  for (const [i, at] of shown.entries()) positions.set(values.subarray(at * dims, (at + 1) * dims), i * dims)
  const { mapPage } = await import('../../../src-shared/analysis/mapPage.ts')
  const small = dataSet?.pictures && shown.length <= mostInPage ? dataSet.id : null
  const notice = session.notify(s.writingPage)
  try {
    const pictures = small
      ? await Promise.all(
          shown.map(async (at) => dataUrl(await model.small.blob(small, model.itemOf(at), pageSide))),
        )
      : null
    const html = mapPage({
      title: row.name,
      dims: dims as 2 | 3,
      positions,
      labels:
        paint.kind === 'classes' ? { name: s.legend, values: shown.map((at) => model.kindName(at)) } : null,
      names: shown.map((at) => model.nameOf(at)),
      pictures,
      palette: legend.length > 0 ? legend.map(({ colour }) => colour) : [[139, 218, 254]],
      background: session.theme === 'dark' ? [12, 13, 14] : [255, 255, 255],
    })
    await save(model, 'html', 'text/html', new TextEncoder().encode(html))
  } finally {
    session.dismiss(notice)
  }
}

/** The picture of the map at twice the screen's pixels, with how it was made in its text. */
export async function savePicture(model: MapModel): Promise<void> {
  const { scene, row } = model
  if (!scene || !row) return
  const { rgba, width, height } = await scene.figure(2)
  // WebGL counts rows from below.
  const pixels = new Uint8ClampedArray(rgba.length)
  for (let y = 0; y < height; y++)
    pixels.set(rgba.subarray((height - 1 - y) * width * 4, (height - y) * width * 4), y * width * 4)
  for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255
  const bytes = await encodePng(pixels, width, height, {
    Title: row.name,
    Software: 'Emergence',
    Emergence: JSON.stringify({
      map: row.name,
      settings: row.settings,
      model: row.modelName,
      view: scene.view,
    }),
  })
  await save(model, 'png', 'image/png', bytes)
}

// How does what Inspect shows leave the window? Figures, numbers and the command that makes the same.
import { figurePng } from '../../canvas/rasterise.ts'
import { groundOf } from '../../canvas/ground.ts'
import { writePdf } from '../../canvas/pdf.ts'
import { dimCache } from '../../canvas/scene.ts'
import { sceneFigure } from '../../canvas/sceneFigure.ts'
import { writeSvg } from '../../canvas/svg.ts'
import type { Figure } from '../../canvas/figure.ts'
import { number, weight } from '../../state/format.ts'
import { spellQuery } from '../../state/query.ts'
import { strings } from '../../state/strings.ts'
import { commandLine } from './commandLine.ts'
import type { InspectModel } from './inspect.svelte.ts'
import { fieldNpy, layerCsv, mapNpy } from './numbers.ts'

const types = {
  png: 'image/png',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  npy: 'application/octet-stream',
  csv: 'text/csv',
}

/** The name of a saved file without its ending: picture, layer, head. */
export function baseName(model: InspectModel): string {
  const picture = (model.pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')
  const head = typeof model.head === 'number' ? `head-${model.head}` : model.head
  const what = model.settings.shown === 'attention' ? `layer-${model.layer}.${head}` : model.settings.shown
  return `${picture}.${what}`
}

/** The settings that go into a figure's metadata. */
function settingsOf(model: InspectModel): Record<string, unknown> {
  const { settings, modelRow, pictureRow, facts, pinned } = model
  return {
    model: modelRow?.name,
    network: modelRow?.network,
    picture: pictureRow?.name,
    shown: settings.shown,
    layer: model.layer,
    head: model.head,
    query: pinned ? spellQuery(pinned) : 'cls',
    overlay: settings.overlay,
    opacity: settings.opacity,
    mass: settings.mass,
    colours: model.ramp.name,
    theme: model.ramp.theme,
    scale: settings.scale,
    max: model.max,
    input: facts?.input,
    fit: settings.fit,
    command: commandOf(model),
    version: model.session.capabilities.versions.emergence ?? '',
  }
}

/** The figure of what is on the stage; null while there is nothing. */
export function figureOf(model: InspectModel): Figure | null {
  const { scene, modelRow, pictureRow, pinned, settings } = model
  if (!scene || !modelRow || !pictureRow || !pinned) return null
  const s = strings.inspect
  const head =
    typeof model.head === 'number'
      ? `${s.head.toLowerCase()} ${model.head}`
      : model.head === 'mean'
        ? s.headMean
        : s.headMax
  const what = settings.shown === 'attention' ? head : s.on[settings.shown].toLowerCase()
  const credit = pictureRow.credit ? ` · ${strings.start.credit(pictureRow.credit)}` : ''
  const caption = strings.figure.caption(
    modelRow.name,
    pictureRow.name,
    String(model.layer),
    what,
    spellQuery(pinned),
  )
  return sceneFigure(
    scene,
    groundOf(scene, dimCache()),
    {
      caption: caption + credit,
      title: caption,
      scale: settings.shown === 'norms' ? s.norm : s.weight,
      format: settings.shown === 'norms' ? (value) => number(value, 1) : weight,
    },
    settingsOf(model),
  )
}

async function give(model: InspectModel, name: string, type: string, bytes: Uint8Array): Promise<void> {
  const { session } = model
  const saved = await session.attempt(session.lab.save(name, type, bytes))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

/** Saves the stage as a figure. */
export async function saveFigure(model: InspectModel, kind: 'png' | 'svg' | 'pdf'): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const bytes =
    kind === 'png'
      ? await figurePng(figure)
      : kind === 'svg'
        ? new TextEncoder().encode(await writeSvg(figure))
        : await writePdf(figure)
  await give(model, `${baseName(model)}.${kind}`, types[kind], bytes)
}

/** Puts the figure on the clipboard. */
export async function copyFigure(model: InspectModel): Promise<void> {
  const figure = figureOf(model)
  if (!figure) return
  const { session } = model
  const done = await session.attempt(session.lab.copyPicture(await figurePng(figure)).then(() => true))
  if (done) session.notify(strings.figure.pictureCopied, { passing: true })
}

/** Saves the map on the stage, or every layer and head, as .npy. */
export async function saveNpy(model: InspectModel, every: boolean): Promise<void> {
  const { field, values, facts } = model
  if (!field || !values || !facts) return
  const bytes = every ? fieldNpy(field) : mapNpy(values, facts.layout.grid)
  const name = every
    ? `${(model.pictureRow?.name ?? 'picture').replace(/\.[a-z0-9]{2,5}$/i, '')}.attention`
    : baseName(model)
  if (bytes) await give(model, `${name}.npy`, types.npy, bytes)
}

/** Saves every head of the layer on the stage as CSV. */
export async function saveCsv(model: InspectModel): Promise<void> {
  const { field, layer } = model
  const rows = field?.layers[layer]
  if (!field || !rows) return
  await give(model, `${baseName(model)}.csv`, types.csv, new TextEncoder().encode(layerCsv(field, rows)))
}

/** The `emergence` line that makes the same map. */
export function commandOf(model: InspectModel): string {
  const { modelRow, pictureRow, settings, facts, pinned } = model
  if (!modelRow || !pictureRow) return ''
  return commandLine(
    {
      model: modelRow.bundled ? modelRow.name : modelRow.path,
      network: modelRow.network,
      networks: modelRow.networks,
      overrides: modelRow.overrides,
      picture: pictureRow.path,
      layer: model.layer,
      depth: facts?.depth ?? 0,
      head: model.head,
      query: pinned ? spellQuery(pinned) : 'cls',
      defaultQuery: facts?.layout.cls === false ? 'mean' : 'cls',
      opacity: settings.opacity,
      colours: model.ramp.name,
      size: settings.size,
      fit: settings.fit,
      rollout: settings.shown === 'rollout',
    },
    model.session.capabilities.platform === 'windows',
  )
}

export async function copyCommand(model: InspectModel): Promise<void> {
  const { session } = model
  const done = await session.attempt(session.lab.copyText(commandOf(model)).then(() => true))
  if (done) session.notify(strings.figure.commandCopied, { passing: true })
}

// Answers `project`: a map of embeddings, or places for new rows on a map that is there.
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { MapFile, MapSettings, SetAside } from '../../../src-shared/domain/map.ts'
import { mapPage } from '../../../src-shared/analysis/mapPage.ts'
import { classLook } from '../../../src-shared/colour/classes.ts'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import {
  forgetOthers,
  gathered,
  openEmbeddings,
  preparedFor,
  sha256,
  spread,
  type Embeddings,
} from '../embeddings.ts'
import { claimFolder, readFolder, writeFolder } from '../folder.ts'
import { layOut, type Layout, type LayoutTools } from '../layout.ts'
import { mapBytes, refuseWithoutMemory } from '../memory.ts'
import type { Ongoing } from '../ongoing.ts'
import { placeInto } from '../place.ts'
import type { Task, TaskContext } from '../task.ts'
import { trustworthiness } from '../trustworthiness.ts'

/** Numbers of embeddings beyond which only the newest are kept in memory. */
const large = 50e6
/** Milliseconds from one word about the progress to the next. */
const progressEvery = 100

export const project: Task<'project'> = async (request, context) => {
  const since = performance.now()
  const { output, into, start } = request
  if (output) await claimFolder(output.folder, output.force, output.page)
  const embeddings = await openEmbeddings(request.embeddings)
  if (embeddings.rows * embeddings.columns > large) forgetOthers()
  sayWhatIsSetAside(embeddings.setAside, embeddings.given, context)
  const found = into ? await findMap(into, request.settings) : null
  const settings = found?.settings ?? request.settings
  checkSizes(embeddings, settings, start, found)

  const seconds = { total: 0, neighbours: 0, layout: 0 }
  let mark = performance.now()
  const ongoing = watch(embeddings, settings, request.frames, context)
  const products = await context.products(request.threads)
  const tools: LayoutTools = {
    products,
    team: context.team(request.threads),
    ongoing,
    onNeighbours: (search) => {
      seconds.neighbours = (performance.now() - mark) / 1000
      mark = performance.now()
      context.item({ kind: 'neighbours', search, seconds: seconds.neighbours })
    },
    onStart: (positions, epochs) => {
      if (request.frames)
        context.item({
          kind: 'frame',
          epoch: start?.epoch ?? 0,
          of: epochs,
          positions: spread(embeddings, positions, settings.dims).slice(),
        })
    },
    notice: (text) => context.event({ kind: 'notice', text }),
  }
  const layout: Layout = found
    ? {
        ...(await placeInto(found.reference, embeddings, settings, products, ongoing)),
        divergence: null,
        explained: null,
      }
    : await layOut(
        embeddings,
        settings,
        start && { ...start, positions: gathered(embeddings, start.positions, settings.dims) },
        tools,
      )
  seconds.layout = (performance.now() - mark) / 1000
  const { positions } = layout
  const trust =
    request.trustworthiness && embeddings.columns > 0
      ? await trustworthiness(
          preparedFor(embeddings, settings.metric),
          positions,
          settings.dims,
          products,
          ongoing,
        )
      : null
  const hashes = { embeddings: embeddings.hash, map: sha256(positions) }
  const facts: MapFile = {
    format: 'emergence-map',
    version: 1,
    settings,
    rows: embeddings.rows,
    columns: embeddings.columns,
    epochs: layout.epochs,
    setAside: embeddings.setAside,
    trustworthiness: trust,
    search: layout.search,
    placedInto: found ? sha256(found.reference.positions) : null,
    hashes,
  }
  const folder = output
    ? await writeFolder(output.folder, {
        positions,
        embeddings,
        facts,
        page: output.page ? pageOf(positions, embeddings, settings) : null,
      })
    : ''
  seconds.total = (performance.now() - since) / 1000
  return {
    rows: embeddings.given,
    columns: embeddings.columns,
    dims: settings.dims,
    positions: spread(embeddings, positions, settings.dims),
    setAside: embeddings.setAside,
    settings,
    epochs: layout.epochs,
    search: layout.search,
    trustworthiness: trust,
    divergence: layout.divergence,
    explained: layout.explained,
    hashes,
    seconds,
    output: folder,
  }
}

/** A map that rows are placed into. */
interface FoundMap {
  settings: MapSettings
  reference: { embeddings: Embeddings; positions: Float32Array }
}

async function findMap(
  into: NonNullable<Request<'project'>['into']>,
  settings: MapSettings,
): Promise<FoundMap> {
  if (into.kind === 'path') {
    const { facts, positions, embeddings } = await readFolder(into.path)
    return { settings: facts.settings, reference: { embeddings, positions } }
  }
  const embeddings = await openEmbeddings(into.embeddings)
  if (into.positions.length !== embeddings.given * settings.dims)
    throw new Failure(
      'bad-argument',
      `The map has ${into.positions.length / settings.dims} places for ${embeddings.given} rows of embeddings.`,
    )
  return {
    settings,
    reference: { embeddings, positions: gathered(embeddings, into.positions, settings.dims) },
  }
}

/** Throws Failure where what was given does not belong together, or does not fit memory. */
function checkSizes(
  { given, rows, columns }: Embeddings,
  settings: MapSettings,
  start: Request<'project'>['start'],
  found: FoundMap | null,
): void {
  if (start && start.positions.length !== given * settings.dims)
    throw new Failure(
      'bad-argument',
      `The start has ${start.positions.length} numbers; ${given} rows in ${settings.dims} dimensions need ${given * settings.dims}.`,
      'A layout of the same rows and dimensions is expected.',
    )
  const expected = found?.reference.embeddings.columns ?? columns
  if (columns !== expected)
    throw new Failure(
      'bad-data',
      `The rows have ${columns} numbers each, and those of the map have ${expected}.`,
      'Only embeddings of the same model and token can be placed into a map.',
    )
  const neighbours = settings.method === 'tsne' ? 3 * settings.perplexity : settings.neighbours
  refuseWithoutMemory(
    `${rows.toLocaleString('en')} rows of ${columns} numbers and their neighbours`,
    mapBytes(rows, columns, Math.min(neighbours, rows), settings.method === 'pca'),
  )
}

function sayWhatIsSetAside(
  setAside: readonly SetAside[],
  given: number,
  context: TaskContext<'project'>,
): void {
  const [first] = setAside
  if (!first) return
  const those = setAside.length === 1 ? 'row is' : 'rows are'
  context.event({
    kind: 'notice',
    text: `${setAside.length} of ${given} ${those} set aside; the first is row ${first.row}: ${first.why}.`,
  })
}

function watch(
  embeddings: Embeddings,
  { dims }: MapSettings,
  frames: boolean,
  context: TaskContext<'project'>,
): Ongoing {
  let said = 0
  const progress = (what: string, done: number, total: number): void => {
    const now = performance.now()
    if (now - said < progressEvery && done < total) return
    said = now
    context.event({ kind: 'progress', what, done, total })
  }
  return {
    stopIfCancelled: () => context.stopIfCancelled(),
    progress,
    passed: (epoch, of, positions) => {
      progress('map', epoch, of)
      if (frames && (epoch === of || context.frameWanted()))
        context.item({ kind: 'frame', epoch, of, positions: spread(embeddings, positions(), dims) })
    },
  }
}

/** Which column of words colours the page: what says the class, before anything else with few values. */
const classes = /^(label|class|target|category|species)$/i

function pageOf(positions: Float32Array, { words, rows }: Embeddings, { dims, method }: MapSettings): string {
  const few = words.filter(({ values }) => new Set(values).size <= Math.max(2, Math.min(60, rows / 2)))
  const labels = few.find(({ name }) => classes.test(name)) ?? few[0] ?? null
  const names = words.find(({ name }) => /^(name|file|filename|path|item)$/i.test(name)) ?? null
  return mapPage({
    title: `${method === 'pca' ? 'PCA' : method === 'tsne' ? 't-SNE' : 'UMAP'} of ${rows.toLocaleString('en')} items`,
    dims,
    positions,
    labels: labels ? { name: labels.name, values: labels.values } : null,
    names: names?.values ?? null,
    palette: Array.from({ length: 13 }, (_, i) => classLook(i, 'dark').colour),
  })
}

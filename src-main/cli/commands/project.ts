// `emergence project`: a map of embeddings, in two or three dimensions.
import { join, dirname, relative } from 'node:path'
import { Argument, Option } from 'commander'
import {
  defaultMapSettings,
  mapMethods,
  mapMetrics,
  type MapSettings,
} from '../../../src-shared/domain/map.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { resourcesPath } from '../../processes/entries.ts'
import { UsageError, type CommandFile } from '../command.ts'
import { addOutputOptions, natural, outputChoice, positive, within } from '../options.ts'
import type { CommonOptions, OutputOptions } from '../options.ts'

interface Options extends CommonOptions, OutputOptions {
  method?: MapSettings['method']
  dims?: '2' | '3'
  neighbors?: number
  minDist?: number
  perplexity?: number
  metric?: MapSettings['metric']
  epochs?: number
  init?: string
  into?: string
  page?: true
}

/** Embeddings from the tests, as they can be named from where the command stands. */
function exampleEmbeddings(): string {
  const path = join(dirname(resourcesPath()), 'tests', 'fixtures', 'maps', 'clusters.csv')
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

export const project: CommandFile<Options> = {
  example: `project ${exampleEmbeddings()} --force`,
  describe: (command) => {
    const { neighbours, minDist, perplexity } = defaultMapSettings
    command
      .addArgument(
        new Argument(
          '<EMBEDDINGS>',
          'one row for each item: .npy, .csv, .tsv, .parquet, or a folder of `embed`',
        ),
      )
      .addOption(new Option('--method <name>', 'how (default: umap)').choices(mapMethods))
      .addOption(new Option('--dims <n>', 'axes of the map (default: 3)').choices(['2', '3']))
      .option(
        '--neighbors <n>',
        `umap: neighbours of each item, itself counted (default: ${neighbours})`,
        positive,
      )
      .option('--min-dist <d>', `umap: how near points may lie, 0 to 1 (default: ${minDist})`, within(0, 1))
      .option('--perplexity <p>', `tsne: neighbours that count (default: ${perplexity})`, within(2, 500))
      .addOption(
        new Option('--metric <name>', 'how far embeddings are from each other (default: cosine)').choices(
          mapMetrics,
        ),
      )
      .option('--epochs <n>', 'passes of the optimisation (default: as the method’s authors)', natural)
      .option('--init <file>', 'start from these places, or from the map in this folder')
      .option('--into <map>', 'place the rows into the map in this folder, which does not move')
      .option('--page', 'also write map.html, a page to look at')
    addOutputOptions(command)
  },
  run: async ({ client, call }, [path = ''], options) => {
    if (options.into !== undefined && makesAnother(options))
      throw new UsageError(
        'Rows that are placed into a map follow its own settings: leave out --method, --dims, --neighbors, --min-dist, --perplexity, --metric and --init.',
      )
    const settings = settingsOf(options)
    const start = options.init === undefined ? null : await startFrom(options.init, settings)
    const result = await client.project(
      {
        embeddings: { kind: 'path', path },
        settings,
        ...(options.threads === undefined ? {} : { threads: options.threads }),
        start,
        into: options.into === undefined ? null : { kind: 'path', path: options.into },
        frames: false,
        trustworthiness: true,
        output: { ...outputChoice('project', options), page: options.page === true },
      },
      call,
    )
    return { json: document(result), text: page(result) }

    async function startFrom(file: string, { dims }: MapSettings) {
      const asFolder = !/\.\w+$/.test(file)
      const { data, columns } = await client.readTable(
        { path: asFolder ? join(file, 'map.npy') : file },
        call,
      )
      if (columns !== dims)
        throw new UsageError(`${file} holds ${columns} numbers for each item; --dims ${dims} needs ${dims}.`)
      return { positions: data, epoch: 0 }
    }
  },
}

const makesAnother = ({ method, dims, neighbors, minDist, perplexity, metric, init }: Options): boolean =>
  [method, dims, neighbors, minDist, perplexity, metric, init].some((option) => option !== undefined)

function settingsOf(options: Options): MapSettings {
  const standard = defaultMapSettings
  const neighbours = options.neighbors ?? standard.neighbours
  if (neighbours < 2) throw new UsageError('--neighbors counts the item itself: 2 is the least.')
  return {
    method: options.method ?? standard.method,
    dims: options.dims === '2' ? 2 : 3,
    metric: options.metric ?? standard.metric,
    neighbours,
    minDist: options.minDist ?? standard.minDist,
    perplexity: options.perplexity ?? standard.perplexity,
    epochs: options.epochs ?? standard.epochs,
    seed: options.seed ?? standard.seed,
  }
}

/** What was made, without the numbers, which are in the files. */
function document(result: Result<'project'>): Record<string, unknown> {
  const { rows, setAside, columns, dims, settings, epochs, search, trustworthiness, divergence } = result
  return {
    rows: rows - setAside.length,
    setAside,
    trustworthiness: trustworthiness?.value ?? null,
    output: result.output,
    columns,
    dims,
    settings,
    epochs,
    search,
    measured: trustworthiness,
    divergence,
    explained: result.explained,
    hashes: result.hashes,
    device: 'cpu',
    seconds: result.seconds.total,
  }
}

function page({
  rows,
  setAside,
  dims,
  settings,
  trustworthiness,
  search,
  seconds,
  output,
}: Result<'project'>): string {
  const placed = rows - setAside.length
  const lines = [
    `${placed.toLocaleString('en')} items in ${dims} dimensions (${settings.method})${setAside.length > 0 ? `, ${setAside.length} set aside` : ''}`,
    ...(trustworthiness
      ? [
          `trustworthiness ${trustworthiness.value.toFixed(3)} for ${trustworthiness.k} neighbours${trustworthiness.points < placed ? `, measured on ${trustworthiness.points} items` : ''}`,
        ]
      : []),
    ...(search && !search.exact
      ? [`neighbours: ${(100 * (search.recall ?? 1)).toFixed(1)} % of the true ones found`]
      : []),
    `${output}`,
    `${seconds.total.toFixed(1)} s`,
  ]
  return `${lines.join('\n')}\n`
}

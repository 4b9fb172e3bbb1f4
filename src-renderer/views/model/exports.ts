// How does what is known of a checkpoint leave the window? The command that says the same, the report, tables.
import type { ModelDiff, ModelRow, TensorStats } from '../../client/lab.ts'
import { strings } from '../../state/strings.ts'
import { overrideWords, quoteWord } from '../inspect/commandLine.ts'
import type { KeyRow } from './keys.ts'
import type { ModelViewModel } from './model.svelte.ts'

/** A model as the command line names it, and what a person said of it: `PATH --network teacher --heads 6`. */
function modelWords(row: ModelRow): string[] {
  const words = [row.bundled ? row.name : row.path]
  if (row.networks.length > 1) words.push('--network', row.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = row.overrides[name as keyof typeof row.overrides]
    if (value !== undefined) words.push(option, String(value))
  }
  return words
}

/** The `emergence inspect` line that says what the view says. */
export function inspectLine(row: ModelRow, withStats: boolean, windows: boolean): string {
  const words = ['emergence', 'inspect', ...modelWords(row), ...(withStats ? ['--stats'] : ['--tensors'])]
  return words.map((word) => quoteWord(word, windows)).join(' ')
}

/** The `emergence diff` line for two checkpoints. */
export function diffLine(first: ModelRow, second: ModelRow, windows: boolean): string {
  const name = (row: ModelRow): string => (row.bundled ? row.name : row.path)
  return ['emergence', 'diff', name(first), name(second)].map((word) => quoteWord(word, windows)).join(' ')
}

/** A field of a CSV line (RFC 4180): quoted where it holds a comma, a quote or a line's end. */
export function csvField(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const lines = (rows: readonly (readonly (string | number)[])[]): string =>
  `${rows.map((row) => row.map(csvField).join(',')).join('\n')}\n`

/** One line per tensor: what became of it, where it stands, its numbers where they were read. */
export function tensorsCsv(rows: readonly KeyRow[], stats: ReadonlyMap<string, TensorStats>): string {
  const head = [
    'name',
    'fate',
    'becomes',
    'place',
    'dtype',
    'shape',
    'parameters',
    'mean',
    'std',
    'min',
    'max',
  ]
  return lines([
    head,
    ...rows.map(({ name, fate, becomes, place, dtype, shape, parameters }) => {
      const read = stats.get(name)
      const numbers = read ? [read.mean, read.std, read.min, read.max] : ['', '', '', '']
      return [name, fate, becomes, place, dtype, shape.join('x'), parameters, ...numbers]
    }),
  ])
}

/** One line per weight that both checkpoints have. */
export function diffCsv({ tensors }: ModelDiff): string {
  return lines([
    ['name', 'relative', 'mean_abs', 'max_abs'],
    // What is no finite number stays empty.
    ...tensors.map(({ name, relative, meanAbs, maxAbs }) => [
      name,
      relative ?? '',
      meanAbs ?? '',
      maxAbs ?? '',
    ]),
  ])
}

const windows = (model: ModelViewModel): boolean => model.session.capabilities.platform === 'windows'

async function copy(model: ModelViewModel, line: string): Promise<void> {
  const { session } = model
  const done = await session.attempt(session.lab.copyText(line).then(() => true))
  if (done) session.notify(strings.model.report.copied, { passing: true })
}

export async function copyInspectCommand(model: ModelViewModel): Promise<void> {
  if (model.row) await copy(model, inspectLine(model.row, model.stats.size > 0, windows(model)))
}

export async function copyDiffCommand(model: ModelViewModel): Promise<void> {
  if (model.row && model.second) await copy(model, diffLine(model.row, model.second, windows(model)))
}

async function save(model: ModelViewModel, ending: string, type: string, text: string): Promise<void> {
  const { session, row } = model
  const name = `${row?.name ?? 'model'}.${ending}`
  const saved = await session.attempt(session.lab.save(name, type, new TextEncoder().encode(text)))
  if (saved) session.notify(strings.notice.saved(name), { passing: true })
}

/** Saves everything `inspect` says, with the statistics that were read. */
export async function saveReport(model: ModelViewModel): Promise<void> {
  const { inspection, stats } = model
  if (!inspection) return
  // As `emergence inspect --json` spells it.
  const tensors = inspection.tensors.map(({ name, dtype, shape }) => {
    const read = stats.get(name)
    if (!read) return { name, dtype, shape }
    const { mean, std, min, max, histogram } = read
    return { name, dtype, shape, stats: { mean, std, min, max, histogram } }
  })
  await save(
    model,
    'inspect.json',
    'application/json',
    `${JSON.stringify({ ...inspection, tensors }, null, 2)}\n`,
  )
}

export async function saveTensors(model: ModelViewModel): Promise<void> {
  if (model.inspection) await save(model, 'tensors.csv', 'text/csv', tensorsCsv(model.shown, model.stats))
}

export async function saveDiff(model: ModelViewModel): Promise<void> {
  const diff = model.comparison?.diff
  if (diff) await save(model, 'diff.csv', 'text/csv', diffCsv(diff))
}

// What can be taken along from Train? The numbers of a run as CSV, and the command that would train it again.
import { strings } from '../../state/strings.ts'
import type { Table } from './log.ts'
import type { TrainModel } from './train.svelte.ts'

/** A table as CSV: the three clocks and every metric, empty where there is no number. */
export function csvOf({ step, seconds, pictures, columns }: Table): string {
  const names = [...columns.keys()]
  const lines = [['step', 'seconds', 'pictures', ...names].join(',')]
  for (let row = 0; row < step.length; row++)
    lines.push(
      [
        step[row],
        seconds[row],
        pictures[row],
        ...names.map((name) => {
          const value = columns.get(name)![row]!
          return Number.isNaN(value) ? '' : value
        }),
      ].join(','),
    )
  return `${lines.join('\n')}\n`
}

/** Asks for a place and writes the run's steps and evaluations there, one file each. */
export async function saveRunNumbers({ session, main }: TrainModel): Promise<void> {
  for (const kind of ['steps', 'evaluations'] as const) {
    if (main.log[kind].step.length === 0) continue
    const bytes = new TextEncoder().encode(csvOf(main.log[kind]))
    const saved = await session.attempt(session.lab.save(`${main.name} ${kind}.csv`, 'text/csv', bytes))
    if (!saved) return
  }
  session.notify(strings.notice.saved(main.name), { passing: true })
}

const quoted = (text: string): string =>
  /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** The command that trains the run on show. */
export function trainCommand(
  { main }: Pick<TrainModel, 'main'>,
  preset: Readonly<Record<string, unknown>>,
): string {
  const { facts } = main
  if (!facts) return ''
  const { data, until } = facts
  const words = [
    'emergence',
    'train',
    facts.method,
    data.kind === 'path' ? data.path : `critters:${data.count}:${data.seed}:${data.difficulty}`,
    '--preset',
    facts.preset,
    ...Object.entries(facts.settings)
      .filter(([name, value]) => preset[name] !== value)
      .flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...(until.seconds === null ? [] : ['--time', `${until.seconds}s`]),
    ...(until.steps === null ? [] : ['--steps', String(until.steps)]),
    ...(until.epochs === null ? [] : ['--epochs', String(until.epochs)]),
    '--seed',
    String(facts.seed),
  ]
  return words.map(quoted).join(' ')
}

export async function copyTrainCommand(model: TrainModel): Promise<void> {
  const { session, main, methods } = model
  const preset = methods
    .find(({ name }) => name === main.facts?.method)
    ?.presets.find(({ name }) => name === main.facts?.preset)
  await session.attempt(session.lab.copyText(trainCommand(model, preset?.values ?? {})))
  session.notify(strings.figure.commandCopied, { passing: true })
}

/** Saves a checkpoint's file where a person says; it has the original's names inside. */
export async function saveCheckpoint({ session, settings }: TrainModel, step: number): Promise<void> {
  if (settings.run === null) return
  const file = await session.attempt(session.lab.runCheckpoint(settings.run, step))
  if (!file) return
  const saved = await session.attempt(session.lab.save(file.name, 'application/octet-stream', file.bytes))
  if (saved) session.notify(strings.notice.saved(file.name), { passing: true })
}

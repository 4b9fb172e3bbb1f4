#!/usr/bin/env node
// Where does the `emergence` command begin? It finds the command, starts what it needs, runs it, and ends well.
//
// A cold start is felt: the engine is started before the command line is read, and only the called command is loaded.
import module from 'node:module'
import { toFailure } from '../../src-shared/protocol/errors.ts'
import { findCommand } from './commands.ts'
import { keepProjection } from '../processes/projection.ts'
import { startEngine } from './engine.ts'
import { errorDocument, progressOn, sentence } from './report.ts'

module.enableCompileCache?.()
const words = process.argv.slice(2)
const json = words.includes('--json')
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const found = findCommand(words[0] ?? '')
const asksHelp = words.some((word) => word === '--help' || word === '-h')
const engine = startEngine()
const projection = keepProjection()
if (found?.entry.engine && !asksHelp) engine.start()

const progress = progressOn(process.stderr)
const interrupt = new AbortController()
process.on('SIGINT', () => {
  // Who asks twice does not want to wait for order.
  if (interrupt.signal.aborted) process.exit(130)
  interrupt.abort()
})
process.on('SIGTERM', () => process.exit(143))
function stop(): void {
  engine.stop()
  projection.stop()
}
process.on('exit', stop)

async function main(): Promise<number> {
  const { parseCommandLine } = await import('./parse.ts')
  const parsed = await parseCommandLine(words)
  if (parsed.kind === 'said') {
    ;(parsed.exitCode === 0 ? process.stdout : process.stderr).write(parsed.text)
    if (parsed.exitCode !== 0 && json)
      process.stdout.write(errorDocument({ code: 'bad-argument', message: parsed.sentence, hint: '' }))
    return parsed.exitCode
  }
  const { createCliLab } = await import('./lab.ts')
  const client = createCliLab(engine, projection)
  if (parsed.common.workspace !== undefined)
    progress.notice('Commands keep nothing in a workspace yet; --workspace changes nothing.')
  const { signal } = interrupt
  const call = { signal, onEvent: progress.onEvent }
  const answer = await parsed.run({ client, call, notice: progress.notice })
  progress.clear()
  if (!json) process.stdout.write(answer.text)
  else if (answer.json) process.stdout.write(`${JSON.stringify(answer.json)}\n`)
  return 0
}

main()
  .catch((thrown: unknown) => {
    progress.clear()
    if ((thrown as Error | null)?.name === 'UsageError') {
      const { message } = thrown as Error
      process.stderr.write(`${message}\n`)
      if (json) process.stdout.write(errorDocument({ code: 'bad-argument', message, hint: '' }))
      return 2
    }
    const failure = toFailure(thrown)
    if (failure.code === 'internal' && process.env.EMERGENCE_DEBUG) console.error(thrown)
    process.stderr.write(`${sentence(failure)}\n`)
    if (json) process.stdout.write(errorDocument(failure))
    return failure.code === 'cancelled' ? 130 : 1
  })
  .then((exitCode) => {
    process.exitCode = exitCode
    stop()
  })

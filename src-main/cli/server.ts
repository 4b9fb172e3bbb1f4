// How does a command run the browser host? As a process of its own that says its address itself.
import { spawn } from 'node:child_process'
import { entryPath } from '../processes/entries.ts'
import { nodeBinary } from '../processes/node.ts'

export interface ServerChoice {
  port: number
  workspace?: string
  open: boolean
  json: boolean
}

/** Runs the browser host until it ends or the signal aborts; resolves to its exit code. */
export function runServer(choice: ServerChoice, signal: AbortSignal): Promise<number> {
  const words = ['--disable-warning=ExperimentalWarning', entryPath('server'), JSON.stringify(choice)]
  const child = spawn(nodeBinary(), words, { stdio: 'inherit' })
  // Ctrl-C reaches the child too; a signal to us alone has to be handed on.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  process.once('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, ended) => resolve(code ?? (ended === 'SIGINT' ? 0 : 1)))
  })
}

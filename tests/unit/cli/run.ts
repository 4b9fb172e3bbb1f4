// Runs the real command from source, as a person would, and keeps what it said.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { readNpy } from '../../../src-shared/numerics/npy.ts'

const entry = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url))
export const goldens = fileURLToPath(new URL('../../fixtures/goldens/parity', import.meta.url))
export const pictures = fileURLToPath(new URL('../../../resources/pictures', import.meta.url))

export interface Said {
  exitCode: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  input?: Uint8Array
  cwd?: string
  env?: Record<string, string>
  /** Called with the process, for example to interrupt it. */
  meanwhile?: (kill: (signal: NodeJS.Signals) => void) => void
}

export function emergence(
  words: readonly string[],
  { input, cwd, env, meanwhile }: RunOptions = {},
): Promise<Said> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...words], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said: Said = { exitCode: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  meanwhile?.((signal) => child.kill(signal))
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ ...said, exitCode })))
}

/** A command with --json that must succeed; its document. */
export async function json(words: readonly string[], options?: RunOptions): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await emergence([...words, '--json'], options)
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}${stdout}`)
  return JSON.parse(stdout) as Record<string, unknown>
}

export const npy = (path: string) => readNpy(readFileSync(path))

/** The largest of |a − b| − (abs + rel·|b|): at most 0 where every number is near enough. */
export function excess(a: ArrayLike<number>, b: ArrayLike<number>, abs = 2e-5, rel = 2e-4): number {
  if (a.length !== b.length) return Infinity
  let worst = -Infinity
  for (let i = 0; i < a.length; i++)
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!) - abs - rel * Math.abs(b[i]!))
  return worst
}

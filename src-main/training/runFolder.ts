// What does a run leave on disk? A folder: its order, an append-only log, checkpoints, embeddings; read again at any time.
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Pin, RunFacts, RunRecord } from '../../src-shared/domain/run.ts'
import type { NewRun } from '../../src-shared/protocol/calls/training.ts'
import { recordLine, recordOf } from './records.ts'
import { diskFailure, writeWhole } from './tensorFile.ts'

/** What a run was ordered to be, and how it stood when that was last written. */
export interface RunFile {
  version: 1
  order: NewRun
  /** Tells whether the data are the same when the run goes on. */
  dataHash: string
  facts: RunFacts
}

export const checkpointName = (step: number): string => `checkpoints/step-${String(step).padStart(8, '0')}`
const paths = { run: 'run.json', log: 'log.jsonl', pins: 'pins.jsonl', lock: 'lock' }

/** Whether a folder holds a run. */
export const isRun = (folder: string): boolean => existsSync(join(folder, paths.run))

/** The run's file. Throws Failure `unreadable-file`, `damaged-file`. */
export function readRunFile(folder: string): RunFile {
  if (!isRun(folder))
    throw new Failure('unreadable-file', `There is no run in ${folder}.`, 'A run’s folder holds a run.json.')
  try {
    const file = JSON.parse(readFileSync(join(folder, paths.run), 'utf8')) as RunFile
    if (file.version === 1) return { ...file, facts: { ...file.facts, folder } }
  } catch {
    // Said below.
  }
  throw new Failure('damaged-file', `${join(folder, paths.run)} is no run of this version of Emergence.`)
}

export function writeRunFile(folder: string, file: RunFile): void {
  writeWhole(join(folder, paths.run), (write) => write(Buffer.from(`${JSON.stringify(file, null, 1)}\n`)))
}

/**
 * Makes the folder of a new run; one that never came to a checkpoint is begun anew. Throws Failure `output-exists`,
 * `disk`.
 */
export function makeRunFolder(folder: string): void {
  const others = existsSync(folder) ? readdirSync(folder).filter((name) => !isOfRun(name)) : []
  const steps = checkpointSteps(folder)
  if (others.length > 0 || steps.length > 0)
    throw new Failure(
      'output-exists',
      steps.length > 0 ? `There is already a run in ${folder}.` : `${folder} is not empty.`,
      steps.length > 0 ? 'Go on with --resume, or choose another --run.' : 'Choose another --run.',
    )
  try {
    for (const name of [paths.run, paths.log, paths.pins, 'embeddings'])
      rmSync(join(folder, name), { recursive: true, force: true })
    mkdirSync(join(folder, 'checkpoints'), { recursive: true })
  } catch (error) {
    throw diskFailure(folder, error)
  }
}

const isOfRun = (name: string): boolean =>
  [...Object.values(paths), 'checkpoints', 'embeddings'].includes(name) || name.endsWith('.part')

/**
 * Takes a run for this process, so that no other trains it at the same time. Gives what gives it back. Throws Failure
 * `bad-argument` where another process has it.
 */
export function lockRun(folder: string): () => void {
  const path = join(folder, paths.lock)
  const holder = lockHolder(folder)
  if (holder !== null && holder !== process.pid)
    throw new Failure(
      'bad-argument',
      `The run in ${folder} is being trained by process ${holder}.`,
      'Wait for it, or stop it.',
    )
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, `${process.pid} ${startOf(process.pid)}`)
  } catch (error) {
    throw diskFailure(folder, error)
  }
  return () => rmSync(path, { force: true })
}

/** The living process that trains the run; null where there is none. */
export function lockHolder(folder: string): number | null {
  try {
    const [pid = '', start = ''] = readFileSync(join(folder, paths.lock), 'utf8').split(' ')
    if (!(Number(pid) > 0)) return null
    process.kill(Number(pid), 0)
    // Numbers of processes are given again: another that has this one's is not the run's.
    return startOf(Number(pid)) === start ? Number(pid) : null
  } catch {
    return null
  }
}

/** When a process began, in the system's own count; empty where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** How a run stands: one whose process is gone without a word was interrupted. */
export function standingOf(folder: string): RunFacts {
  const { facts } = readRunFile(folder)
  return facts.state === 'running' && lockHolder(folder) === null ? { ...facts, state: 'interrupted' } : facts
}

/** Steps of which there are checkpoints, ascending. */
export function checkpointSteps(folder: string): number[] {
  const names = existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')) : []
  return names
    .flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

/** The log of a run that is being trained. */
export interface Log {
  append(record: RunRecord): void
  /** Bytes on disk for certain. */
  flush(): number
  close(): void
}

/** Opens a run's log at `bytes` of it; what a later step left is cut off and returned. Throws Failure `disk`. */
export function openLog(folder: string, bytes: number): { log: Log; cut: RunRecord[] } {
  const path = join(folder, paths.log)
  const there = existsSync(path) ? statSync(path).size : 0
  const cut =
    there > bytes
      ? linesOf(readFileSync(path).subarray(bytes).toString()).flatMap((line) => recordOf(line) ?? [])
      : []
  try {
    if (there > bytes) truncateSync(path, bytes)
    const descriptor = openSync(path, 'a')
    // Lines that a full disk did not take wait for the next time.
    let waiting = ''
    const write = (): void => {
      if (waiting === '') return
      const size = statSync(path).size
      try {
        appendFileSync(descriptor, waiting)
        waiting = ''
      } catch (error) {
        truncateSync(path, size)
        throw diskFailure(path, error)
      }
    }
    const log: Log = {
      append: (record) => {
        waiting += `${recordLine(record)}\n`
        try {
          write()
        } catch (error) {
          if (waiting.length > 64 << 20) throw error
        }
      },
      flush: () => {
        write()
        fsyncSync(descriptor)
        return statSync(path).size
      },
      close: () => closeSync(descriptor),
    }
    return { log, cut }
  } catch (error) {
    throw diskFailure(path, error)
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** Every record of a run, in order. */
export function readRecords(folder: string): RunRecord[] {
  const path = join(folder, paths.log)
  if (!existsSync(path)) return []
  return linesOf(readFileSync(path, 'utf8')).flatMap((line) => recordOf(line) ?? [])
}

export function writePins(folder: string, pins: readonly Pin[]): void {
  const lines = pins.map(
    (pin) => `${JSON.stringify({ ...pin, rgb: Buffer.from(pin.rgb).toString('base64') })}\n`,
  )
  writeWhole(join(folder, paths.pins), (write) => write(Buffer.from(lines.join(''))))
}

export function readPins(folder: string): Pin[] {
  const path = join(folder, paths.pins)
  if (!existsSync(path)) return []
  return linesOf(readFileSync(path, 'utf8')).map((line) => {
    const pin = JSON.parse(line) as Omit<Pin, 'rgb'> & { rgb: string }
    return { ...pin, rgb: Uint8Array.from(Buffer.from(pin.rgb, 'base64')) }
  })
}

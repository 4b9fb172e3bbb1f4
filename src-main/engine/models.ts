// Which models does the worker hold? The last few that were asked for, as long as their files stay the same.
import { realpathSync, statSync } from 'node:fs'
import type { Inspection } from '../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { openCheckpoint } from '../checkpoints/open.ts'
import type { OpenedCheckpoint } from '../checkpoints/open.ts'
import type { ModelAt } from './task.ts'

/** How many models stay in memory. */
const most = 3

export interface LoadedModel {
  /** Tells one model, as its file is now and as a person wants it read, from any other. */
  readonly key: string
  readonly spec: ModelSpec
  readonly weights: Weights
  readonly inspection: Inspection
}

interface Entry {
  key: string
  /** The files the model is made of, with their state when it was read. */
  files: Map<string, string>
  inspection: Inspection
  loaded: LoadedModel | null
}
const entries: Entry[] = []

/** What the file system says of a file, as far as a change shows. */
function stateOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false })
  return facts ? `${facts.mtimeMs} ${facts.size} ${facts.ino}` : 'gone'
}

function keyOf({ path, overrides }: ModelAt): string {
  let real = path
  try {
    real = realpathSync(path)
  } catch {
    // The reader says better than we could why a path cannot be opened.
  }
  const words = Object.entries(overrides).sort(([a], [b]) => a.localeCompare(b))
  return JSON.stringify([real, words])
}

/** Opens a model's file, asks it something, and closes it. Throws Failure. */
export function withCheckpoint<T>({ path }: ModelAt, ask: (opened: OpenedCheckpoint) => T): T {
  const opened = openCheckpoint(path)
  try {
    return ask(opened)
  } finally {
    opened.close()
  }
}

function find(key: string): Entry | undefined {
  const at = entries.findIndex((entry) => entry.key === key)
  if (at < 0) return undefined
  const [entry] = entries.splice(at, 1) as [Entry]
  if ([...entry.files].some(([path, state]) => stateOf(path) !== state)) return undefined
  entries.unshift(entry)
  return entry
}

function remember(key: string, path: string, inspection: Inspection, loaded: LoadedModel | null): void {
  const files = [path, ...inspection.container.files.map((file) => file.path)]
  entries.unshift({ key, files: new Map(files.map((file) => [file, stateOf(file)])), inspection, loaded })
  entries.splice(most)
}

/** What is known of a model without its weights. Throws Failure. */
export function inspectModel(model: ModelAt): Inspection {
  const key = keyOf(model)
  const known = find(key)
  if (known) return known.inspection
  const inspection = withCheckpoint(model, (opened) => opened.inspect(model.overrides))
  remember(key, model.path, inspection, null)
  return inspection
}

/** The model with its weights. Throws Failure, `too-large` where it does not fit memory. */
export function loadModel(model: ModelAt): LoadedModel {
  const key = keyOf(model)
  const known = find(key)
  if (known?.loaded) return known.loaded
  const read = withCheckpoint(model, (opened) => {
    refuseTooLarge(opened, model)
    return opened.load(model.overrides)
  })
  // The state of the files is part of the key: programs of an older file must not be found.
  const loaded: LoadedModel = { key: `${key} ${stateOf(model.path)}`, ...read }
  const at = entries.findIndex((entry) => entry.key === key)
  if (at >= 0) entries.splice(at, 1)
  remember(key, model.path, read.inspection, loaded)
  return loaded
}

function refuseTooLarge(opened: OpenedCheckpoint, { overrides }: ModelAt): void {
  const { network, networks } = opened.inspect(overrides)
  const parameters = networks.find(({ name }) => name === network)?.parameters ?? 0
  // float32, once in our memory and once packed in the session's.
  const needed = parameters * 4 * 2
  const free = process.availableMemory()
  if (needed <= free) return
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  throw new Failure(
    'too-large',
    `The network "${network}" has ${(parameters / 1e6).toFixed(0)} million weights and needs ${gigabytes(needed)} of memory; ${gigabytes(free)} are free.`,
    'Close other programs, or use a smaller model.',
  )
}

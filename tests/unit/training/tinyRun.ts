// A run small enough for tests: a handful of critters, a network of two blocks, everything else as in the engine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportNetwork } from '../../../src-main/checkpoints/export/export.ts'
import { controlQueue, type Command } from '../../../src-main/training/control.ts'
import { trainRun, type Network, type Observer, type RunTools } from '../../../src-main/training/run.ts'
import type { MethodSettings, RunFacts, RunRecord, RunRecordOf } from '../../../src-shared/domain/run.ts'
import type { NewRun } from '../../../src-shared/protocol/calls/training.ts'

/** The smallest network that trains with two blocks. */
export const tiny: MethodSettings = {
  ...{ embed_dim: 24, depth: 2, num_heads: 2, patch_size: 8, batch_size: 8 },
  ...{ out_dim: 32, head_hidden_dim: 24, head_bottleneck_dim: 16 },
  ...{ global_crops_size: 32, local_crops_size: 16, local_crops_number: 2 },
  ...{ freeze_last_layer: 0, warmup_epochs: 0, lr: 0.016 },
}

export function tinyOrder(steps: number, more: Partial<NewRun> = {}): NewRun {
  return {
    ...{ method: 'dino', preset: 'demo', seed: 3, holdOut: 0.25, pins: [], from: null, targets: false },
    data: { kind: 'critters', count: 48, seed: 1, difficulty: 'easy', size: 32 },
    until: { steps, epochs: null, seconds: null },
    evaluateEvery: null,
    checkpointEvery: 1e9,
    ...more,
    set: { ...(more.method === undefined ? tiny : {}), ...more.set },
  }
}

const noObserver: Observer = {
  pins: [],
  evaluate: () => Promise.resolve({ metrics: {}, embeddings: null }),
  film: () => Promise.resolve([]),
  close: () => Promise.resolve(),
}

export interface Trained {
  folder: string
  facts: RunFacts
  records: RunRecord[]
  losses: number[]
}

export interface Tweaks {
  folder?: string
  /** Called with each record, with what steers the run. */
  onRecord?: (
    record: RunRecord,
    ask: (action: Command['action'], set?: MethodSettings) => Promise<void>,
  ) => void
  exportTo?: RunTools['exportTo']
  observer?: RunTools['observer']
}

export const stepsOf = (records: readonly RunRecord[]): RunRecordOf<'step'>[] =>
  records.filter((record) => record.kind === 'step')

const folders: string[] = []
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-run-'))
  folders.push(folder)
  return folder
}
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export const exported = (path: string, network: Network): void =>
  void exportNetwork(network, { format: 'original', dtype: 'f32', path, under: 'student' })

/** Trains here, in this process, on one thread. `order` null: goes on with the run in the folder. */
export async function trainTiny(order: NewRun | null, tweaks: Tweaks = {}): Promise<Trained> {
  const folder = tweaks.folder ?? freshFolder()
  const control = controlQueue()
  const records: RunRecord[] = []
  const ask = (action: Command['action'], set: MethodSettings = {}): Promise<void> =>
    new Promise((done, failed) => control.push({ action, set, done, failed }))
  const facts = await trainRun(folder, order, null, {
    place: { device: 'cpu', threads: 1 },
    control,
    say: (record) => {
      records.push(record)
      tweaks.onRecord?.(record, ask)
    },
    changed: () => undefined,
    observer: tweaks.observer ?? (() => Promise.resolve(noObserver)),
    exportTo: tweaks.exportTo ?? exported,
  })
  return { folder, facts, records, losses: stepsOf(records).map(({ metrics }) => metrics['loss']!) }
}

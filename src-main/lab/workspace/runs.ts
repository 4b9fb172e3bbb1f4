// Which training runs are in the workspace, what were they started with, and how do they stand?
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { problemSchema, type Problem } from '../../../src-shared/domain/problem.ts'
import { runFactsSchema, runStates, type RunFacts, type RunState } from '../../../src-shared/domain/run.ts'
import { newRunSchema, type NewRun } from '../../../src-shared/protocol/calls/training.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { json, newId, parseRow } from './rows.ts'

const runSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(runStates),
  start: json(newRunSchema),
  facts: json(runFactsSchema.nullable()).nullable(),
  problem: json(problemSchema.nullable()).nullable(),
  added: z.number(),
})
/** `facts` are those of the last pause, checkpoint or end; null before the first. Times in milliseconds since 1970. */
export type StoredRun = z.infer<typeof runSchema>

const columns = 'id, name, state, start, facts, problem, added'

export function listRuns(workspace: ReadableWorkspace): StoredRun[] {
  return workspace.database
    .all(`SELECT ${columns} FROM runs WHERE removed IS NULL ORDER BY added, rowid`)
    .map((row) => parseRow(runSchema, row, workspace))
}

export function findRun(workspace: ReadableWorkspace, id: string): StoredRun | null {
  const row = workspace.database.get(`SELECT ${columns} FROM runs WHERE id = ? AND removed IS NULL`, id)
  return row === undefined ? null : parseRow(runSchema, row, workspace)
}

/** The folder of all runs of a workspace. */
export function runsFolder(workspace: { readonly data: string }): string {
  return join(workspace.data, 'runs')
}

/** Where everything that a run leaves behind lies. */
export function runFolder(workspace: { readonly data: string }, { id }: { readonly id: string }): string {
  return join(runsFolder(workspace), id)
}

/** Adds a run that is about to begin, and returns its id. */
export function addRun(workspace: WritableWorkspace, name: string, start: NewRun): string {
  const id = newId()
  workspace.database.run(
    "INSERT INTO runs (id, name, state, start, facts, problem, added) VALUES (?, ?, 'running', ?, NULL, NULL, ?)",
    id,
    name,
    JSON.stringify(start),
    Date.now(),
  )
  return id
}

/** Keeps how a run stands. False where it is not in the workspace any more. */
export function keepRun(
  workspace: WritableWorkspace,
  id: string,
  to: { state: RunState; facts?: RunFacts | null; problem: Problem | null },
): boolean {
  const facts = to.facts === undefined ? undefined : JSON.stringify(to.facts)
  const problem = to.problem && JSON.stringify(to.problem)
  const { database } = workspace
  return facts === undefined
    ? database.run('UPDATE runs SET state = ?, problem = ? WHERE id = ?', to.state, problem, id) > 0
    : database.run(
        'UPDATE runs SET state = ?, problem = ?, facts = ? WHERE id = ?',
        to.state,
        problem,
        facts,
        id,
      ) > 0
}

export function renameRun(workspace: WritableWorkspace, id: string, name: string): boolean {
  return workspace.database.run('UPDATE runs SET name = ? WHERE id = ?', name, id) > 0
}

/** Takes a run out of the workspace or puts it back; its folder stays until `sweepRuns`. */
export function removeRun(workspace: WritableWorkspace, id: string, removed: boolean): boolean {
  return (
    workspace.database.run('UPDATE runs SET removed = ? WHERE id = ?', removed ? Date.now() : null, id) > 0
  )
}

/** Deletes what was removed, for good: its row and its folder. */
export function sweepRuns(workspace: WritableWorkspace): void {
  const gone = z
    .array(z.object({ id: z.uuid() }))
    .parse(workspace.database.all('SELECT id FROM runs WHERE removed IS NOT NULL'))
  for (const run of gone) {
    const folder = runFolder(workspace, run)
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
    workspace.database.run('DELETE FROM runs WHERE id = ?', run.id)
  }
}

/** `stem-01`, `stem-02`, …: the first that no run has. */
export function freeRunName(workspace: ReadableWorkspace, stem: string): string {
  const names = new Set(listRuns(workspace).map(({ name }) => name))
  for (let n = 1; ; n++) {
    const name = `${stem}-${String(n).padStart(2, '0')}`
    if (!names.has(name)) return name
  }
}

// Which items of a data set belong together? Labels, selections under a name, and what was set aside.
import { z } from 'zod'
import { groupKinds, type GroupKind, type ItemGroup } from '../../../src-shared/domain/dataSet.ts'
import type { ReadableWorkspace, WritableWorkspace } from './database.ts'
import { asBytes, asInts } from './embeddings.ts'
import { newId, parseRow } from './rows.ts'

const groupSchema = z.object({
  id: z.string(),
  kind: z.enum(groupKinds),
  name: z.string(),
  colour: z.number(),
  items: z.instanceof(Uint8Array<ArrayBufferLike>),
})

export function listGroups(workspace: ReadableWorkspace, dataSet: string): ItemGroup[] {
  return workspace.database
    .all(
      'SELECT id, kind, name, colour, items FROM item_groups WHERE data_set = ? ORDER BY added, rowid',
      dataSet,
    )
    .map((row) => {
      const { items, ...group } = parseRow(groupSchema, row, workspace)
      return { ...group, items: asInts(items) }
    })
}

/** Items that are left out of maps and measures. */
export function asideItems(workspace: ReadableWorkspace, dataSet: string): ReadonlySet<number> {
  const aside = new Set<number>()
  for (const { kind, items } of listGroups(workspace, dataSet))
    if (kind === 'aside') for (const item of items) aside.add(item)
  return aside
}

export interface NewGroup {
  readonly id: string | null
  readonly kind: GroupKind
  readonly name: string
  readonly colour: number
  readonly items: Int32Array
}

/** Keeps a group; items of a label leave the label they had. Returns its id. */
export function keepGroup(workspace: WritableWorkspace, dataSet: string, group: NewGroup): string {
  const { database } = workspace
  const items = Int32Array.from(new Set(group.items)).sort()
  return database.transaction(() => {
    const id = group.id ?? newId()
    if (group.kind === 'label') {
      const mine = new Set(items)
      for (const other of listGroups(workspace, dataSet)) {
        if (other.kind !== 'label' || other.id === id) continue
        const left = other.items.filter((item) => !mine.has(item))
        if (left.length < other.items.length)
          database.run('UPDATE item_groups SET items = ? WHERE id = ?', asBytes(left), other.id)
      }
    }
    const { kind, name, colour } = group
    const changed =
      group.id !== null &&
      database.run(
        'UPDATE item_groups SET kind = ?, name = ?, colour = ?, items = ? WHERE id = ? AND data_set = ?',
        kind,
        name,
        colour,
        asBytes(items),
        id,
        dataSet,
      ) > 0
    if (!changed)
      database.run(
        'INSERT INTO item_groups (id, data_set, kind, name, colour, items, added) VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        dataSet,
        kind,
        name,
        colour,
        asBytes(items),
        Date.now(),
      )
    return id
  })
}

export function removeGroup(workspace: WritableWorkspace, id: string): boolean {
  return workspace.database.run('DELETE FROM item_groups WHERE id = ?', id) > 0
}

// Will it fit? What a map needs of memory, told before the work begins.
import { Failure } from '../../src-shared/domain/failure.ts'

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(0)} MB`
  return `${Math.ceil(bytes / 1e3)} kB`
}

/** Throws Failure `too-large`, with the sizes, where what is wanted cannot fit the memory that is free. */
export function refuseWithoutMemory(what: string, needed: number, free = process.availableMemory()): void {
  if (needed <= free) return
  throw new Failure(
    'too-large',
    `${what} need about ${formatBytes(needed)} of memory; ${formatBytes(free)} are free.`,
    'Take fewer rows or columns, or a machine with more memory.',
  )
}

/** Bytes that embeddings of this size take while they are read. */
export const tableBytes = (rows: number, columns: number): number => 4 * rows * columns

/**
 * Bytes that a map takes beside its embeddings: prepared rows, neighbours, and the graph, with each neighbour known
 * from both sides.
 */
export function mapBytes(rows: number, columns: number, neighbours: number, prepared: boolean): number {
  const search = 4 * rows * (Math.min(64, Math.sqrt(rows) / 2) + 3 * neighbours)
  const graph = rows * neighbours * 30
  return (prepared ? 0 : tableBytes(rows, columns)) + search + graph + 200e6
}

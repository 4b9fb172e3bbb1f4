// How is a record of a run one line of text? JSON, its arrays as base64.
import { runRecordSchema, type RunRecord } from '../../src-shared/domain/run.ts'

const marks = { $f32: Float32Array, $u8: Uint8Array } as const

/** One line, without its end. */
export function recordLine(record: RunRecord): string {
  return JSON.stringify(record, (_, value: unknown) => {
    for (const [mark, type] of Object.entries(marks))
      if (value instanceof type)
        return { [mark]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    return value
  })
}

/** The record of a line; null where the line is none (torn by a power cut). */
export function recordOf(line: string): RunRecord | null {
  try {
    const value: unknown = JSON.parse(line, (_, inner: unknown) => {
      if (typeof inner !== 'object' || inner === null) return inner
      for (const [mark, type] of Object.entries(marks)) {
        const text = (inner as Record<string, unknown>)[mark]
        if (typeof text === 'string') return new type(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
      }
      return inner
    })
    return runRecordSchema.safeParse(value).data ?? null
  } catch {
    return null
  }
}

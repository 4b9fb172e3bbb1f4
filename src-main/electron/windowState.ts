// Where did the window stand when it was last closed, and is that place still on a screen?
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const stateSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof stateSchema>

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The kept state, where enough of the window's title would show on one of the screens; else null. */
export function readWindowState(path: string, screens: readonly Area[]): WindowState | null {
  let kept: unknown
  try {
    kept = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
  const { data: state } = stateSchema.safeParse(kept)
  if (!state) return null
  const shows = screens.some(
    (screen) =>
      Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x) >= 100 &&
      state.y >= screen.y - 10 &&
      state.y + 40 <= screen.y + screen.height,
  )
  return shows ? state : null
}

export function keepWindowState(path: string, state: WindowState): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.tmp`, JSON.stringify(state))
    renameSync(`${path}.tmp`, path)
  } catch {
    // A window that opens in the usual place next time is no loss worth a word.
  }
}

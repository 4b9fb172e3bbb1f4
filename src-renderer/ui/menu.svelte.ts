// Which menu is open? One at a time for the whole window: opened at a control or at the pointer, gone after a choice.
import type { IconName } from './icons.ts'

export interface MenuItem {
  readonly id: string
  readonly text: string
  readonly remark?: string
  readonly icon?: IconName
  readonly keys?: string
  /** A CSS background drawn before the text, for colour maps. */
  readonly swatch?: string
  readonly checked?: boolean
  readonly disabled?: boolean
  readonly danger?: boolean
  /** A line above this item. */
  readonly apart?: boolean
  run(): void
}
export interface OpenMenu {
  readonly label: string
  readonly items: readonly MenuItem[]
  readonly x: number
  readonly y: number
  readonly width: number
  /** Where the menu ends if it must open upwards. */
  readonly top: number
}

let open = $state.raw<OpenMenu | null>(null)
let before: HTMLElement | null = null

export function shownMenu(): OpenMenu | null {
  return open
}

/** Opens a menu below a control, or at a point. */
export function openMenu(
  label: string,
  items: readonly MenuItem[],
  at: HTMLElement | { x: number; y: number },
): void {
  before = at instanceof HTMLElement ? at : (document.activeElement as HTMLElement | null)
  if (at instanceof HTMLElement) {
    const box = at.getBoundingClientRect()
    open = { label, items, x: box.left, y: box.bottom + 4, width: box.width, top: box.top - 4 }
  } else open = { label, items, x: at.x, y: at.y, width: 0, top: at.y }
}

/** Closes the menu; the focus goes back to where it was unless the choice moved it. */
export function closeMenu(refocus = true): void {
  if (!open) return
  open = null
  if (refocus) before?.focus()
  before = null
}

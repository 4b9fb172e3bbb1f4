// What does a control say when the pointer rests on it or the keyboard reaches it? One tip at a time, for the whole window.

export interface Tip {
  readonly text: string
  /** The shortcut, already spelled for this platform; empty where there is none. */
  readonly keys: string
}
export interface ShownTip extends Tip {
  readonly x: number
  readonly y: number
  readonly above: boolean
}

const delay = 450
let shown = $state.raw<ShownTip | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** The tip on show; null between tips. */
export function shownTip(): ShownTip | null {
  return shown
}

export function hideTip(): void {
  clearTimeout(timer)
  // A control that is taken out of the page loses its focus while the page is being drawn, where nothing may change.
  if (shown) queueMicrotask(() => (shown = null))
}

/** An attachment that gives a control a tip. */
export function tip(text: string, keys = '') {
  return (node: HTMLElement): (() => void) => {
    const show = (): void => {
      const box = node.getBoundingClientRect()
      const above = box.bottom + 44 > innerHeight
      shown = { text, keys, x: box.left + box.width / 2, y: above ? box.top - 6 : box.bottom + 6, above }
    }
    const wait = (): void => {
      clearTimeout(timer)
      timer = setTimeout(show, delay)
    }
    const focus = (): void => {
      if (node.matches(':focus-visible')) wait()
    }
    node.addEventListener('pointerenter', wait)
    node.addEventListener('pointerleave', hideTip)
    node.addEventListener('pointerdown', hideTip)
    node.addEventListener('focus', focus)
    node.addEventListener('blur', hideTip)
    return () => {
      node.removeEventListener('pointerenter', wait)
      node.removeEventListener('pointerleave', hideTip)
      node.removeEventListener('pointerdown', hideTip)
      node.removeEventListener('focus', focus)
      node.removeEventListener('blur', hideTip)
      if (shown?.text === text) hideTip()
    }
  }
}

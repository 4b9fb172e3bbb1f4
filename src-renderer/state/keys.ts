// Which keys mean which command? Spelling, matching and the two-key sequences.
//
// Keys are written as `Mod+K` (Ctrl, or Command on a Mac), `Shift+Alt+ArrowUp`, `[`, `F5`, or `G I`: first G, then I.

export type Platform = 'linux' | 'mac' | 'windows'

export interface Chord {
  readonly mod: boolean
  readonly shift: boolean
  readonly alt: boolean
  /** As `KeyboardEvent.key`, letters in upper case. */
  readonly key: string
}

/** What of a key event counts. */
export interface Pressed {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** The chords of a spelling, one or two. */
export function parseKeys(keys: string): readonly Chord[] {
  return keys.split(' ').map((chord) => {
    const parts = chord.split('+').filter(Boolean)
    const key = chord.endsWith('+') ? '+' : (parts.at(-1) ?? '')
    return {
      mod: parts.includes('Mod'),
      shift: parts.includes('Shift'),
      alt: parts.includes('Alt'),
      key: key.length === 1 ? key.toUpperCase() : key,
    }
  })
}

/** True where the event is the chord. Digits and letters are told by their key; Shift only counts with letters, digits and named keys. */
export function isChord(pressed: Pressed, chord: Chord, platform: Platform): boolean {
  const mod = platform === 'mac' ? pressed.metaKey : pressed.ctrlKey
  const other = platform === 'mac' ? pressed.ctrlKey : pressed.metaKey
  if (mod !== chord.mod || other || pressed.altKey !== chord.alt) return false
  // Shift and a digit, or Alt and a letter, give another character: the key's place tells which it was.
  const digit = /^Digit(\d)$/.exec(pressed.code)?.[1]
  const letter = /^Key([A-Z])$/.exec(pressed.code)?.[1]
  const key =
    pressed.key === ' ' ? 'Space' : pressed.key.length === 1 ? pressed.key.toUpperCase() : pressed.key
  const same =
    key === chord.key || (chord.shift && digit === chord.key) || (pressed.altKey && letter === chord.key)
  if (!same) return false
  const shiftCounts = chord.key.length > 1 || /[A-Z0-9]/.test(chord.key)
  return !shiftCounts || pressed.shiftKey === chord.shift
}

const names: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** A spelling for people: `Ctrl K`, `⇧⌘Z`, `G then I`. */
export function spellKeys(keys: string, platform: Platform): string {
  const chords = parseKeys(keys).map(({ mod, shift, alt, key }) => {
    const name = names[key] ?? key
    if (platform === 'mac') return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${name}`
    return [shift ? 'Shift' : '', mod ? 'Ctrl' : '', alt ? 'Alt' : '', name].filter(Boolean).join(' ')
  })
  return chords.join(' then ')
}

/** True where the keys are letters or signs alone, which can be switched off. */
export function isSingle(keys: string): boolean {
  return parseKeys(keys).every(({ mod, alt, key }) => !mod && !alt && (key.length === 1 || key === 'Space'))
}

export interface Bound {
  /** All spellings that mean it; the first is the one on show. */
  readonly keys: readonly string[]
}

export interface Matcher<T extends Bound> {
  /** The command that the event means; `'pending'` after the first key of a sequence; null where it means nothing. */
  press(pressed: Pressed, commands: readonly T[], now: number): T | 'pending' | null
}

const sequencePause = 1500

/** Reads key events one after the other and remembers the first of a sequence. */
export function keyMatcher<T extends Bound>(platform: Platform, letters: () => boolean): Matcher<T> {
  let first: { chord: Chord; at: number } | null = null
  return {
    press(pressed, commands, now) {
      if (['Shift', 'Control', 'Alt', 'Meta'].includes(pressed.key)) return null
      const began = first && now - first.at < sequencePause ? first.chord : null
      first = null
      let pending: Chord | null = null
      let direct: T | null = null
      for (const command of commands)
        for (const keys of command.keys) {
          if (!letters() && isSingle(keys)) continue
          const [one, two] = parseKeys(keys)
          if (!one) continue
          if (two) {
            if (began && sameChord(began, one) && isChord(pressed, two, platform)) return command
            if (isChord(pressed, one, platform)) pending = one
          } else direct ??= isChord(pressed, one, platform) ? command : null
        }
      if (direct) return direct
      if (pending) {
        first = { chord: pending, at: now }
        return 'pending'
      }
      return null
    },
  }
}

function sameChord(a: Chord, b: Chord): boolean {
  return a.key === b.key && a.mod === b.mod && a.shift === b.shift && a.alt === b.alt
}

/** True where the keyboard is writing text, so that letters are no shortcuts. */
export function isWriting(target: EventTarget | null): boolean {
  const node = target as { tagName?: string; type?: string; isContentEditable?: boolean } | null
  if (node?.isContentEditable) return true
  if (node?.tagName === 'TEXTAREA') return true
  return (
    node?.tagName === 'INPUT' && !['range', 'checkbox', 'radio', 'button', 'file'].includes(node.type ?? '')
  )
}

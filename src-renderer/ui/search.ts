// Which entries does a person mean with a few letters? Ranking for the palette.

export interface Findable {
  readonly text: string
  /** Other words by which it is found. */
  readonly also?: readonly string[]
}
export interface Found<T> {
  readonly entry: T
  /** Parts of the text that matched, as [from, to) in it; empty where another word matched. */
  readonly marks: readonly (readonly [number, number])[]
  /** The other word that matched, where it was not the text. */
  readonly via: string
}

/** How well `query` fits `text`, higher is better, and where; null where it does not. Both in lower case. */
function fit(text: string, query: string): { score: number; marks: [number, number][] } | null {
  const at = text.indexOf(query)
  if (at >= 0) {
    const wordStart = at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1]!)
    return {
      score: (at === 0 ? 400 : wordStart ? 300 : 200) - text.length / 100,
      marks: [[at, at + query.length]],
    }
  }
  // Letters in order, each as far left as it goes; words started count.
  const marks: [number, number][] = []
  let from = 0
  let starts = 0
  for (const letter of query) {
    if (letter === ' ') continue
    const found = text.indexOf(letter, from)
    if (found < 0) return null
    if (found === 0 || /[^\p{L}\p{N}]/u.test(text[found - 1]!)) starts++
    const last = marks.at(-1)
    if (last && last[1] === found) last[1] = found + 1
    else marks.push([found, found + 1])
    from = found + 1
  }
  // Letters scattered over a sentence are chance, not meaning.
  const pieces = marks.length
  if (pieces > Math.max(2, starts + 1)) return null
  return { score: 100 + starts * 10 - pieces * 5 - text.length / 100, marks }
}

/** The entries that match, best first; all of them, in their order, for an empty query. */
export function find<T extends Findable>(entries: readonly T[], query: string): Found<T>[] {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return entries.map((entry) => ({ entry, marks: [], via: '' }))
  const scored: { found: Found<T>; score: number }[] = []
  for (const entry of entries) {
    const own = fit(entry.text.toLowerCase(), wanted)
    if (own) {
      scored.push({ found: { entry, marks: own.marks, via: '' }, score: own.score })
      continue
    }
    let best: { via: string; score: number } | null = null
    for (const word of entry.also ?? []) {
      const other = fit(word.toLowerCase(), wanted)
      if (other && other.score > (best?.score ?? -Infinity)) best = { via: word, score: other.score }
    }
    if (best) scored.push({ found: { entry, marks: [], via: best.via }, score: best.score - 60 })
  }
  return scored.sort((a, b) => b.score - a.score).map(({ found }) => found)
}

/** The text in pieces, marked ones and others in turn. */
export function pieces(
  text: string,
  marks: readonly (readonly [number, number])[],
): { text: string; marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = []
  let at = 0
  for (const [from, to] of marks) {
    if (from > at) parts.push({ text: text.slice(at, from), marked: false })
    parts.push({ text: text.slice(from, to), marked: true })
    at = to
  }
  if (at < text.length) parts.push({ text: text.slice(at), marked: false })
  return parts
}

// How do several figures become one? Side by side on one page, each under its letter, with one line of words below.
import type { Figure, FigureItem } from './figure.ts'

export interface SideBySideWords {
  readonly title: string
  readonly caption: string
  readonly theme: 'dark' | 'light'
  /** One heading for each figure. */
  readonly headings: readonly string[]
}

const gap = 12
const heading = 26

/** Figures at their own sizes from left to right, their tops in line; settings of each under its place in the list. */
export function sideBySide(
  figures: readonly Figure[],
  words: SideBySideWords,
  settings: Readonly<Record<string, unknown>>,
): Figure {
  const ink = words.theme === 'dark' ? '#f1f2f3' : '#15171a'
  const quiet = words.theme === 'dark' ? '#b4b8bd' : '#454b52'
  const items: FigureItem[] = []
  let x = 0
  figures.forEach((figure, index) => {
    items.push({
      kind: 'text',
      text: words.headings[index] ?? '',
      x: x + 12,
      y: 20,
      size: 11,
      bold: true,
      colour: ink,
    })
    items.push(...figure.items.map((item) => moved(item, x, heading)))
    x += figure.width + gap
  })
  const height = heading + Math.max(0, ...figures.map((figure) => figure.height))
  items.push({
    kind: 'text',
    text: words.caption,
    x: 12,
    y: height + 8,
    size: 10,
    bold: false,
    colour: quiet,
  })
  return {
    width: Math.max(1, x - gap),
    height: height + 20,
    ground: figures[0]?.ground ?? '#ffffff',
    items,
    title: words.title,
    settings: { ...settings, sides: figures.map((figure) => figure.settings) },
  }
}

function moved(item: FigureItem, dx: number, dy: number): FigureItem {
  if (item.kind === 'lines')
    return {
      ...item,
      lines: item.lines.map(([x0, y0, x1, y1]) => [x0 + dx, y0 + dy, x1 + dx, y1 + dy] as const),
    }
  return { ...item, x: item.x + dx, y: item.y + dy }
}

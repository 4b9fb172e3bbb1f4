// How does a scene become a figure? The picture with its map, marks, colour bar and caption at places on a page.
import type { Figure, FigureItem } from './figure.ts'
import { markStrokes } from './figure.ts'
import { paintOverlay, paintSpotlight } from './paint.ts'
import { surround, type Scene } from './scene.ts'

/** Pixels of the picture as the scene shows it under the map (dimmed or not), without map or marks. */
export interface Ground {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

export interface FigureWords {
  readonly caption: string
  readonly scale: string
  readonly title: string
  readonly format: (value: number) => string
  /** What the low end of the scale means; 0 where it is not said. */
  readonly low?: string
}

const margin = 12
const longest = 640

/** The scene as a figure: the picture at most 640 points on its long side, the scale at its right, the caption below. */
export function sceneFigure(
  scene: Scene,
  ground: Ground,
  words: FigureWords,
  settings: Readonly<Record<string, unknown>>,
): Figure {
  const scale = longest / Math.max(scene.size.width, scene.size.height)
  const width = scene.size.width * scale
  const height = scene.size.height * scale
  const ink = scene.theme === 'dark' ? '#f1f2f3' : '#15171a'
  const quiet = scene.theme === 'dark' ? '#b4b8bd' : '#454b52'
  const items: FigureItem[] = [
    {
      kind: 'image',
      pixels: ground.pixels,
      columns: ground.width,
      rows: ground.height,
      x: margin,
      y: margin,
      width,
      height,
      smooth: true,
    },
  ]
  const area = {
    x: margin + scene.area.x * scale,
    y: margin + scene.area.y * scale,
    width: scene.area.width * scale,
    height: scene.area.height * scale,
  }
  const [rows, columns] = scene.grid
  const mapped = scene.values !== null && scene.overlay !== 'off'
  if (mapped && scene.values && scene.overlay !== 'contour')
    items.push({
      kind: 'image',
      pixels:
        scene.overlay === 'heat'
          ? paintOverlay(scene.values, scene.max, scene.ramp, scene.opacity)
          : paintSpotlight(scene.values, scene.max, surround[scene.theme], scene.opacity),
      columns,
      rows,
      ...area,
      smooth: scene.smooth,
    })
  const step = { x: area.width / columns, y: area.height / rows }
  for (const { colour, opacity, weight } of markStrokes) {
    if (scene.edges.length > 0)
      items.push({
        kind: 'lines',
        lines: scene.edges.map(
          ({ x0, y0, x1, y1 }) =>
            [area.x + x0 * step.x, area.y + y0 * step.y, area.x + x1 * step.x, area.y + y1 * step.y] as const,
        ),
        colour,
        opacity,
        weight: weight * 0.75,
      })
    for (const patch of scene.rings)
      items.push({
        kind: 'ring',
        x: area.x + ((patch % columns) + 0.5) * step.x,
        y: area.y + (Math.floor(patch / columns) + 0.5) * step.y,
        radius: Math.max(4, Math.min(step.x, step.y) * 0.75),
        colour,
        opacity,
        weight: weight * 0.75,
      })
    if (scene.query)
      items.push({
        kind: 'box',
        x: area.x + scene.query.column * step.x - 1,
        y: area.y + scene.query.row * step.y - 1,
        width: step.x + 2,
        height: step.y + 2,
        colour,
        opacity,
        weight,
      })
  }

  const bar = margin + width + 14
  if (mapped) {
    const pixels = new Uint8ClampedArray(256 * 4)
    for (let i = 0; i < 256; i++) {
      const from = (255 - i) * 3
      pixels.set(
        [scene.ramp.table[from]!, scene.ramp.table[from + 1]!, scene.ramp.table[from + 2]!, 255],
        i * 4,
      )
    }
    items.push({
      kind: 'text',
      text: words.scale,
      x: bar,
      y: margin + 9,
      size: 9,
      bold: false,
      colour: quiet,
    })
    items.push({
      kind: 'image',
      pixels,
      columns: 1,
      rows: 256,
      x: bar,
      y: margin + 16,
      width: 10,
      height: height - 16,
      smooth: true,
    })
    for (const share of [1, 0.5, 0])
      items.push({
        kind: 'text',
        text: share === 0 ? (words.low ?? '0') : words.format(scene.max * share),
        x: bar + 15,
        y: margin + 16 + (1 - share) * (height - 16) + (share === 1 ? 7 : share === 0 ? 0 : 3),
        size: 9,
        bold: false,
        colour: quiet,
      })
  }
  items.push({
    kind: 'text',
    text: words.caption,
    x: margin,
    y: margin + height + 18,
    size: 10,
    bold: false,
    colour: ink,
  })
  return {
    width: Math.round(mapped ? bar + 66 : margin * 2 + width),
    height: Math.round(margin + height + 30),
    ground: scene.theme === 'dark' ? '#0c0d0e' : '#ffffff',
    items,
    title: words.title,
    settings,
  }
}

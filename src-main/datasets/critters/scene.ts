// What is behind a critter? Sky, a ground with a horizon, clouds, rocks, grass, bushes and firs, in a world's colours.
import type { Random } from '../../../src-shared/numerics/random.ts'
import { fill, hsv, smoothNoise } from './canvas.ts'
import type { Canvas, Colour } from './canvas.ts'
import { blob, ellipse, polygon, tube } from './shapes.ts'
import type { Point } from './shapes.ts'

export interface World {
  /** Colours of its own for every picture, or the same for all. */
  colours: 'shared' | 'random'
  /** How many things stand about, 1 for a few. */
  clutter: number
}

interface Palette {
  sky: Colour
  ground: Colour
  cloud: Colour
  /** Of what grows and lies about. */
  things: readonly Colour[]
}
const shared: Palette = {
  sky: [0.62, 0.76, 0.87],
  ground: [0.55, 0.63, 0.4],
  cloud: [0.88, 0.91, 0.94],
  things: [
    [0.42, 0.58, 0.32],
    [0.3, 0.47, 0.27],
    [0.62, 0.66, 0.38],
    [0.52, 0.43, 0.33],
    [0.52, 0.52, 0.52],
    [0.69, 0.66, 0.61],
    [0.36, 0.42, 0.3],
    [0.75, 0.7, 0.5],
  ],
}

function palette(random: Random, { colours }: World): Palette {
  if (colours === 'shared') return shared
  const any = (low: number, high: number): Colour =>
    hsv(random.uniform(), random.uniform(0.08, 0.65), random.uniform(low, high))
  return {
    sky: any(0.4, 1),
    ground: any(0.25, 0.9),
    cloud: any(0.5, 1),
    things: Array.from({ length: 8 }, () => any(0.18, 0.95)),
  }
}

/** How often something happens that happens `mean` times on average (Knuth's product of uniform numbers). */
function poisson(random: Random, mean: number): number {
  const end = Math.exp(-mean)
  let [count, product] = [0, random.uniform()]
  while (product > end) {
    count++
    product *= random.uniform()
  }
  return count
}

/** Fills the canvas with a scene. */
export function drawScene(canvas: Canvas, random: Random, world: World): void {
  const { side } = canvas
  const colours = palette(random, world)
  const horizon = drawLand(canvas, random, colours)
  const draw = (outline: Float64Array, colour: Colour): void => {
    for (let i = 0; i < outline.length; i++) outline[i]! *= side
    fill(canvas, outline, colour)
  }
  const shade = (): Colour => {
    const [r, g, b] = colours.things[random.integer(colours.things.length)]!
    const by = random.uniform(-0.06, 0.06)
    return [r + by, g + by + random.uniform(-0.03, 0.03), b + by]
  }
  for (let i = poisson(random, 1.6); i > 0; i--) {
    const [x, y, size] = [random.uniform(), random.uniform(0, horizon), random.uniform(0.04, 0.09)]
    for (let k = -1; k <= 1; k++)
      draw(
        ellipse(x + k * size * 1.1, y + random.uniform(-0.25, 0.25) * size, size, size * 0.65, 0, 16),
        colours.cloud,
      )
  }
  // The ones further up are further away: drawn first, and smaller.
  const count = poisson(random, 8 * world.clutter)
  const places = Array.from({ length: count }, () => random.uniform(horizon, 1.1)).sort((a, b) => a - b)
  for (const y of places) {
    const size = 0.7 + 0.6 * ((y - horizon) / (1.1 - horizon))
    const thing = things[random.integer(things.length)]!
    thing({ random, draw, shade, x: random.uniform(-0.05, 1.05), y, size })
  }
  if (world.colours === 'random')
    for (let i = poisson(random, 2 * world.clutter); i > 0; i--) {
      const [x, y, size] = [random.uniform(), random.uniform(), random.uniform(0.03, 0.11)]
      draw(
        ellipse(x, y, size, size * random.uniform(0.4, 1), random.uniform(0, 3), random.integer(2) ? 18 : 4),
        shade(),
      )
    }
}

/** Sky and ground; the height of the horizon, from 0 above to 1. */
function drawLand({ side, light }: Canvas, random: Random, { sky, ground }: Palette): number {
  const horizon = random.uniform(0.28, 0.78)
  const [swing, ripple] = [random.uniform(0.01, 0.07), random.uniform(0, 0.025)]
  const [often, oftener] = [random.uniform(2, 9), random.uniform(8, 25)]
  const [start, start2] = [random.uniform(0, 6.3), random.uniform(0, 6.3)]
  const soft = smoothNoise(random, side, 5)
  const rough = smoothNoise(random, side, 9)
  const fine = smoothNoise(random, side, 40)
  const line = Float32Array.from({ length: side }, (_, x) => {
    const at = x / side
    return (horizon + swing * Math.sin(at * often + start) + ripple * Math.sin(at * oftener + start2)) * side
  })
  for (let y = 0; y < side; y++) {
    const height = y / side
    for (let x = 0; x < side; x++) {
      const at = y * side + x
      // Half a pixel's ramp keeps the horizon from being a staircase.
      const share = Math.min(1, Math.max(0, y + 0.5 - line[x]! + 0.5))
      const bright = 1.08 - 0.22 * height + 0.04 * soft[at]!
      const grain = 0.06 * rough[at]! + 0.09 * fine[at]!
      for (let c = 0; c < 3; c++) {
        const above = sky[c]! * bright
        const below = ground[c]! * (1 + 0.15 * (height - horizon)) + grain
        light[at * 3 + c] = above + (below - above) * share
      }
    }
  }
  return horizon
}

interface Place {
  random: Random
  draw: (outline: Float64Array, colour: Colour) => void
  shade: () => Colour
  x: number
  y: number
  size: number
}

const things: readonly ((place: Place) => void)[] = [
  // A rock.
  ({ random, draw, shade, x, y, size }) => {
    const radius = random.uniform(0.04, 0.11) * size
    const corners = 5 + random.integer(4)
    const points = Array.from({ length: corners }, (_, i): Point => {
      const angle = ((i + random.uniform(-0.3, 0.3)) / corners) * 2 * Math.PI
      const r = radius * random.uniform(0.75, 1.1)
      return [x + r * Math.cos(angle), y + 0.7 * r * Math.sin(angle)]
    })
    draw(polygon(...points), shade())
  },
  // A tuft of grass.
  ({ random, draw, shade, x, y, size }) => {
    const colour = shade()
    for (let blades = 4 + random.integer(5); blades > 0; blades--) {
      const [lean, length] = [random.uniform(-0.5, 0.5), random.uniform(0.1, 0.26) * size]
      draw(
        tube(
          [
            [x, y],
            [x + lean * length * 0.4, y - length * 0.6],
            [x + lean * length, y - length],
          ],
          [0.013, 0.011, 0.003],
          3,
        ),
        colour,
      )
    }
  },
  // A tree with a round crown.
  ({ random, draw, shade, x, y, size }) => {
    const height = random.uniform(0.15, 0.36) * size
    draw(
      tube(
        [
          [x, y],
          [x, y - height],
        ],
        [0.026 * size, 0.018 * size],
        1,
      ),
      shade(),
    )
    const colour = shade()
    const radius = random.uniform(0.06, 0.12) * size
    for (let k = 0; k < 4; k++)
      draw(
        ellipse(
          x + random.uniform(-0.8, 0.8) * radius,
          y - height + random.uniform(-0.6, 0.6) * radius,
          radius * 0.8,
          radius * 0.7,
          0,
          18,
        ),
        colour,
      )
  },
  // A fir.
  ({ random, draw, shade, x, y, size }) => {
    const height = random.uniform(0.18, 0.42) * size
    const colour = shade()
    draw(
      tube(
        [
          [x, y],
          [x, y - height * 0.4],
        ],
        [0.014],
        1,
      ),
      shade(),
    )
    for (let k = 0; k < 3; k++) {
      const wide = (0.095 - 0.025 * k) * size
      const foot = y - height * (0.14 + 0.25 * k)
      draw(polygon([x - wide, foot], [x + wide, foot], [x, foot - height * 0.38]), colour)
    }
  },
  // A bush.
  ({ random, draw, shade, x, y, size }) => {
    const r = random.uniform(0.05, 0.1) * size
    const bump = () => random.uniform(0.7, 1.15) * r
    draw(
      blob(
        [
          [x - r * 1.3, y],
          [x - bump(), y - bump()],
          [x, y - bump() * 1.2],
          [x + bump(), y - bump()],
          [x + r * 1.3, y],
        ],
        3,
      ),
      shade(),
    )
  },
]

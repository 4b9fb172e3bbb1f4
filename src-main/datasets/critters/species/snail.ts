// How is a snail drawn? With a coiled shell, eyes on stalks.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, tube } from '../shapes.ts'
import type { Point } from '../shapes.ts'

export const snail: Animal = (pen) => {
  const { add, pose } = pen
  for (const [i, dx] of [0.02, 0.14].entries()) {
    const [x, y] = [0.72 + dx + pose(-0.1, 0.1), -0.36 + pose(-0.08, 0.08)]
    add(
      'head',
      i ? 'limb' : 'behind',
      tube(
        [
          [0.66 + dx * 0.6, 0.1],
          [x, y],
        ],
        [0.05, 0.035],
        2,
      ),
    )
    eye(pen, [x, y - 0.02], 0.075)
  }
  const rise = pose(-0.06, 0.08)
  add(
    'body',
    'fur',
    blob([
      [-1.05, 0.46],
      [-0.6, 0.3],
      [0, 0.24],
      [0.5, 0.26],
      [0.58, 0.02 + rise],
      [0.76, -0.08 + rise],
      [0.92, 0.04 + rise],
      [0.88, 0.3],
      [0.7, 0.47],
      [0, 0.49],
    ]),
  )
  add(
    'head',
    'pale',
    blob(
      [
        [0.9, 0.1 + rise],
        [0.87, 0.28],
        [0.72, 0.44],
        [0.7, 0.22],
      ],
      4,
    ),
  )
  add(
    'head',
    'dark',
    tube(
      [
        [0.88, 0.14 + rise],
        [0.8, 0.18 + rise],
        [0.75, 0.15 + rise],
      ],
      [0.017],
      3,
    ),
  )
  const radius = pose(0.44, 0.53)
  const [x, y] = [-0.14 + pose(-0.08, 0.08), 0.36 - radius]
  add('shell', 'limb', ellipse(x, y, radius, radius * pose(0.9, 1), 0, 32))
  const start = pose(0, 6.28)
  const turns = Array.from({ length: 14 }, (_, i): Point => {
    const share = i / 13
    const angle = start + share * 4.1 * Math.PI
    const r = radius * 0.84 * (1 - share)
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)]
  })
  add('shell', 'accent', tube(turns, [0.06, 0.04], 5))
}

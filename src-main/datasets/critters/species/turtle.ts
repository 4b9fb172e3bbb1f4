// How is a turtle drawn? With a domed shell with plates, four stumps.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { ellipse, polygon, tube } from '../shapes.ts'
import type { Point } from '../shapes.ts'

export const turtle: Animal = (pen) => {
  const { add, pose } = pen
  const height = pose(0.44, 0.58)
  const length = pose(0.62, 0.72)
  add('tail', 'limb', polygon([-length * 0.88, 0.08], [-length - 0.24, 0.26], [-length * 0.8, 0.28]))
  for (const [i, x] of [-0.3, 0.5, -0.46, 0.34].entries()) {
    const step = pose(-0.12, 0.12)
    const role = i < 2 ? 'behind' : 'limb'
    add(
      'leg',
      role,
      tube(
        [
          [x, 0.14],
          [x + step * 0.6, 0.3],
          [x + step, 0.43 - (i < 2 ? 0.04 : 0)],
        ],
        [0.13, 0.125, 0.115],
      ),
    )
  }
  const y = pose(-0.2, 0.14)
  add(
    'neck',
    'fur',
    tube(
      [
        [length * 0.66, 0.12],
        [length + 0.16, y + 0.06],
      ],
      [0.14, 0.12],
    ),
  )
  add('head', 'fur', ellipse(length + 0.28, y, 0.215, 0.175))
  add(
    'head',
    'dark',
    tube(
      [
        [length + 0.47, y + 0.03],
        [length + 0.38, y + 0.08],
        [length + 0.29, y + 0.06],
      ],
      [0.015],
      3,
    ),
  )
  eye(pen, [length + 0.34, y - 0.05], 0.062)
  const dome = Array.from({ length: 13 }, (_, i): Point => {
    const angle = Math.PI + (Math.PI * i) / 12
    return [length * Math.cos(angle), 0.2 + height * Math.sin(angle)]
  })
  add('shell', 'limb', polygon(...dome))
  const plate = (x: number, share: number, rx: number, ry: number) =>
    add('shell', 'accent', ellipse(x * length, 0.2 - height * share, rx, ry * height, 0, 6))
  plate(0, 0.55, 0.17, 0.32)
  plate(-0.52, 0.4, 0.12, 0.24)
  plate(0.52, 0.4, 0.12, 0.24)
  add(
    'shell',
    'pale',
    tube(
      [
        [-length - 0.02, 0.19],
        [length + 0.02, 0.19],
      ],
      [0.062],
      2,
    ),
  )
}

// How is an elephant drawn? With a trunk, tusks, large ears, heavy legs.
import { eye, fourLegs } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, tube, turned } from '../shapes.ts'

export const elephant: Animal = (pen) => {
  const { add, pose } = pen
  const length = pose(0.6, 0.72)
  const height = pose(0.42, 0.5)
  add(
    'tail',
    'limb',
    tube(
      [
        [-length * 0.93, -0.15],
        [-length - 0.13, 0.05],
        [-length - 0.11 + pose(-0.1, 0.1), 0.36],
      ],
      [0.04, 0.032, 0.045],
    ),
  )
  fourLegs(pen, [-length * 0.66, length * 0.36], 0.15, 0.88, 0.155)
  add('body', 'fur', ellipse(0, 0, length, height))
  const [x, y] = [length + 0.1, -0.24 + pose(-0.1, 0.06)]
  const reach = pose(-0.15, 0.35)
  const lift = pose(-0.6, 0.4)
  add('ear', 'behind', ellipse(x + 0.1, y - 0.06, 0.22, 0.3, 0.3))
  add('head', 'fur', ellipse(x, y, 0.35, 0.34))
  add(
    'trunk',
    'fur',
    tube(
      [
        [x + 0.16, y + 0.04],
        [x + 0.42, y + 0.28],
        [x + 0.44 + reach * 0.4, y + 0.6 + Math.min(0, lift) * 0.4],
        [x + 0.56 + reach, y + 0.78 + lift * 0.5],
      ],
      [0.18, 0.13, 0.1, 0.08],
    ),
  )
  add(
    'head',
    'white',
    tube(
      [
        [x + 0.14, y + 0.24],
        [x + 0.3, y + 0.4],
        [x + 0.46, y + 0.38],
      ],
      [0.05, 0.04, 0.018],
      4,
    ),
  )
  add(
    'ear',
    'limb',
    turned(
      blob([
        [x - 0.12, y - 0.34],
        [x - 0.42, y - 0.3],
        [x - 0.52, y + 0.06],
        [x - 0.3, y + 0.36],
        [x - 0.1, y + 0.16],
      ]),
      pose(-0.25, 0.25),
      [x - 0.12, y],
    ),
  )
  eye(pen, [x + 0.17, y - 0.08], 0.062)
}

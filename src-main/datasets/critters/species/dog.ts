// How is a dog drawn? With a muzzle, hanging ears, a collar, a wagging tail.
import { eye, fourLegs } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, polygon, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const dog: Animal = (pen) => {
  const { add, pose } = pen
  const length = pose(0.55, 0.74)
  const height = pose(0.22, 0.29)
  const wag = pose(-0.2, 0.3)
  add(
    'tail',
    'limb',
    tube(
      [
        [-length * 0.88, -0.1],
        [-length - 0.15, -0.25],
        [-length - 0.24 + wag * 0.5, -0.5 + wag * 0.3],
      ],
      [0.08, 0.06, 0.035],
    ),
  )
  fourLegs(pen, [-length * 0.76, length * 0.56], 0.08, 0.74, 0.09, 0.1)
  add(
    'body',
    'fur',
    blob([
      [-length, -0.02],
      [-length * 0.5, -height],
      [length * 0.6, -height * 1.05],
      [length, -0.05],
      [length * 0.7, height * 0.95],
      [-length * 0.4, height * 0.75],
    ]),
  )
  const tilt = pose(-0.32, 0.22)
  const place = (outline: Outline) => turned(outline, tilt, [length * 0.9, -0.1])
  const [x, y] = [length + 0.15, -0.46]
  add(
    'neck',
    'fur',
    place(
      tube(
        [
          [length * 0.7, -0.02],
          [length + 0.08, -0.38],
        ],
        [0.2, 0.16],
      ),
    ),
  )
  add('head', 'fur', place(ellipse(x, y, 0.26, 0.235)))
  add(
    'head',
    'pale',
    place(
      tube(
        [
          [x + 0.12, y + 0.06],
          [x + 0.42, y + 0.11],
        ],
        [0.155, 0.115],
      ),
    ),
  )
  add('head', 'dark', place(ellipse(x + 0.5, y + 0.04, 0.07, 0.06, 0, 14)))
  add(
    'head',
    'dark',
    place(
      tube(
        [
          [x + 0.22, y + 0.19],
          [x + 0.36, y + 0.21],
          [x + 0.45, y + 0.17],
        ],
        [0.014],
        3,
      ),
    ),
  )
  add(
    'ear',
    'limb',
    place(
      blob([
        [x - 0.1, y - 0.2],
        [x + 0.04, y - 0.06],
        [x, y + 0.3],
        [x - 0.14, y + 0.33],
        [x - 0.2, y + 0.05],
      ]),
    ),
  )
  const [ex, ey] = place(polygon([x + 0.13, y - 0.08]))
  eye(pen, [ex!, ey!], 0.07)
  add(
    'neck',
    'accent',
    place(
      tube(
        [
          [length * 0.72, -0.27],
          [length + 0.02, -0.16],
        ],
        [0.035],
        3,
      ),
    ),
  )
}

// How is a giraffe drawn? With a long neck, horns, long legs.
import { eye, fourLegs } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, polygon, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const giraffe: Animal = (pen) => {
  const { add, pose } = pen
  const length = pose(0.4, 0.5)
  const height = pose(0.21, 0.26)
  const neck = pose(0.85, 1.08)
  add(
    'tail',
    'limb',
    tube(
      [
        [-length * 0.88, -0.1],
        [-length - 0.11, 0.1],
        [-length - 0.1 + pose(-0.1, 0.1), 0.36],
      ],
      [0.034, 0.024, 0.045],
    ),
  )
  fourLegs(pen, [-length * 0.76, length * 0.58], 0.05, 1.0, 0.068)
  add('body', 'fur', ellipse(0, 0, length, height, -0.16))
  const lean = pose(-0.28, 0.28)
  const place = (outline: Outline) => turned(outline, lean, [length * 0.8, -0.05])
  const [x, y] = [length + 0.26, -neck - 0.02]
  add(
    'neck',
    'fur',
    place(
      tube(
        [
          [length * 0.66, 0.02],
          [length + 0.08, -0.45],
          [length + 0.18, -neck],
        ],
        [0.19, 0.115, 0.09],
      ),
    ),
  )
  for (const dx of [-0.1, 0.02]) {
    add(
      'ear',
      'dark',
      place(
        tube(
          [
            [x + dx, y - 0.08],
            [x + dx - 0.03, y - 0.27],
          ],
          [0.026, 0.024],
          2,
        ),
      ),
    )
    add('ear', 'dark', place(ellipse(x + dx - 0.03, y - 0.28, 0.042, 0.042, 0, 12)))
  }
  add('ear', 'limb', place(ellipse(x - 0.22, y - 0.06, 0.13, 0.055, 0.35, 18)))
  add(
    'head',
    'fur',
    place(
      blob([
        [x - 0.17, y - 0.06],
        [x - 0.03, y - 0.16],
        [x + 0.18, y - 0.05],
        [x + 0.33, y + 0.11],
        [x + 0.26, y + 0.2],
        [x - 0.06, y + 0.13],
      ]),
    ),
  )
  add('head', 'pale', place(ellipse(x + 0.25, y + 0.12, 0.11, 0.085, 0.4, 16)))
  const [ex, ey] = place(polygon([x + 0.02, y - 0.04]))
  eye(pen, [ex!, ey!], 0.058)
}

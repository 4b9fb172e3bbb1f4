// How is a cat drawn? With round head, pointed ears, whiskers, a curling tail.
import { eye, fourLegs } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { ellipse, polygon, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const cat: Animal = (pen) => {
  const { add, pose } = pen
  const length = pose(0.5, 0.64)
  const height = pose(0.24, 0.31)
  const curl = pose(-0.2, 0.25)
  add(
    'tail',
    'limb',
    tube(
      [
        [-length * 0.85, -0.05],
        [-length - 0.22, -0.12 + curl * 0.3],
        [-length - 0.27 + curl * 0.4, -0.5],
        [-length - 0.08 + curl, -0.78],
      ],
      [0.085, 0.08, 0.075, 0.07],
    ),
  )
  fourLegs(pen, [-length * 0.72, length * 0.5], 0.1, 0.62, 0.095, 0.08)
  add('body', 'fur', ellipse(0, 0, length, height, pose(-0.08, 0.08)))
  const [x, y] = [length * 0.92, -0.3 + pose(-0.12, 0.1)]
  const tilt = pose(-0.25, 0.25)
  const place = (outline: Outline) => turned(outline, tilt, [x, y])
  for (const side of [-1, 1]) {
    add(
      'ear',
      'fur',
      place(polygon([x + side * 0.31, y - 0.08], [x + side * 0.27, y - 0.47], [x + side * 0.03, y - 0.25])),
    )
    add(
      'ear',
      'pale',
      place(polygon([x + side * 0.25, y - 0.15], [x + side * 0.24, y - 0.37], [x + side * 0.11, y - 0.24])),
    )
  }
  add('head', 'fur', place(ellipse(x, y, 0.33, 0.275)))
  add('head', 'pale', place(ellipse(x + 0.04, y + 0.12, 0.17, 0.11, 0, 18)))
  for (const dx of [-0.12, 0.15]) {
    const [ex, ey] = place(polygon([x + dx, y - 0.04]))
    eye(pen, [ex!, ey!], 0.078)
  }
  add('head', 'accent', place(polygon([x - 0.01, y + 0.05], [x + 0.09, y + 0.05], [x + 0.04, y + 0.11])))
  for (const side of [-1, 1])
    for (const slope of [-0.06, 0.05])
      add(
        'head',
        'dark',
        place(
          tube(
            [
              [x + 0.04 + side * 0.14, y + 0.11],
              [x + 0.04 + side * 0.4, y + 0.11 + slope],
            ],
            [0.013, 0.008],
            2,
          ),
        ),
      )
}

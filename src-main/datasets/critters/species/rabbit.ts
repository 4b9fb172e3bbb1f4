// How is a rabbit drawn? With long ears, a crouching body, a white tail.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, polygon, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const rabbit: Animal = (pen) => {
  const { add, pose } = pen
  add('tail', 'white', ellipse(-0.55, 0.26, 0.17, 0.16, 0, 18))
  add(
    'leg',
    'behind',
    tube(
      [
        [0.26, 0.2],
        [0.36, 0.56],
      ],
      [0.09, 0.075],
      2,
    ),
  )
  add(
    'body',
    'fur',
    blob([
      [-0.56, 0.22],
      [-0.42, -0.14],
      [-0.02, -0.32],
      [0.3, -0.12],
      [0.32, 0.3],
      [0.05, 0.52],
      [-0.4, 0.52],
    ]),
  )
  add(
    'body',
    'pale',
    blob(
      [
        [0.3, -0.05],
        [0.32, 0.28],
        [0.12, 0.46],
        [0.14, 0.12],
      ],
      4,
    ),
  )
  add('leg', 'limb', ellipse(-0.24, 0.3, 0.29, 0.24, pose(-0.2, 0.4)))
  add(
    'leg',
    'limb',
    tube(
      [
        [-0.34, 0.55],
        [0.1, 0.57],
      ],
      [0.085, 0.075],
      2,
    ),
  )
  const step = pose(-0.08, 0.1)
  add(
    'leg',
    'limb',
    tube(
      [
        [0.16, 0.18],
        [0.24 + step, 0.56],
      ],
      [0.1, 0.08],
      2,
    ),
  )
  const [x, y] = [0.32 + pose(-0.04, 0.08), -0.32 + pose(-0.06, 0.08)]
  const tilt = pose(-0.28, 0.35)
  const place = (outline: Outline) => turned(outline, tilt, [x, y])
  for (const k of [0, 1]) {
    const swing = pose(-0.5, 0.12) + k * 0.3
    const length = pose(0.52, 0.62)
    const ear = (outline: Outline) => place(turned(outline, swing, [x - 0.02, y - 0.12]))
    const [ex, ey] = [x - 0.08 + 0.1 * k, y - 0.18 - length * 0.5]
    add('ear', k ? 'fur' : 'behind', ear(ellipse(ex, ey, 0.105, length * 0.58)))
    add('ear', 'pale', ear(ellipse(ex, ey + 0.02, 0.05, length * 0.42, 0, 18)))
  }
  add('head', 'fur', place(ellipse(x, y, 0.31, 0.255, 0.12)))
  add('head', 'pale', place(ellipse(x + 0.2, y + 0.08, 0.11, 0.1, 0, 18)))
  const [ex, ey] = place(polygon([x + 0.1, y - 0.07]))
  eye(pen, [ex!, ey!], 0.078)
  add('head', 'accent', place(ellipse(x + 0.29, y + 0.03, 0.045, 0.036, 0, 12)))
  for (const slope of [-0.05, 0.07])
    add(
      'head',
      'dark',
      place(
        tube(
          [
            [x + 0.2, y + 0.09],
            [x - 0.04, y + 0.11 + slope],
          ],
          [0.012, 0.007],
          2,
        ),
      ),
    )
}

// How is a crab drawn? With two claws, six legs, eyes on stalks, seen from the front.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const crab: Animal = (pen) => {
  const { add, pose } = pen
  const width = pose(0.48, 0.58)
  const height = pose(0.28, 0.35)
  for (const side of [-1, 1]) {
    for (const [i, [x, y]] of (
      [
        [0.5, 0.03],
        [0.42, 0.15],
        [0.3, 0.24],
      ] as const
    ).entries()) {
      const knee = pose(-0.06, 0.06)
      add(
        'leg',
        'limb',
        tube(
          [
            [side * x, y],
            [side * (x + 0.28 + knee), y - 0.12 + 0.1 * i],
            [side * (x + 0.42 + knee), y + 0.32],
          ],
          [0.06, 0.055, 0.022],
        ),
      )
    }
    const [x, y] = [side * (width + 0.28 + pose(-0.1, 0.08)), -0.42 + pose(-0.14, 0.14)]
    add(
      'claw',
      'limb',
      tube(
        [
          [side * width * 0.8, -0.06],
          [side * (width + 0.24), -0.06],
          [x, y + 0.12],
        ],
        [0.075, 0.07, 0.07],
      ),
    )
    const turn = side * pose(-0.45, 0.3)
    const gape = pose(0.08, 0.2)
    const claw = (outline: Outline) => turned(outline, turn, [x, y])
    add(
      'claw',
      'fur',
      claw(
        blob([
          [x + side * 0.16, y + 0.13],
          [x + side * 0.23, y - 0.1],
          [x + side * (0.05 + gape), y - 0.36],
          [x + side * 0.06, y - 0.1],
          [x, y + 0.02],
        ]),
      ),
    )
    add(
      'claw',
      'fur',
      claw(
        blob([
          [x + side * 0.1, y + 0.16],
          [x, y + 0.02],
          [x - side * 0.02, y - 0.1],
          [x - side * (0.06 + gape), y - 0.3],
          [x - side * 0.2, y - 0.06],
          [x - side * 0.13, y + 0.13],
        ]),
      ),
    )
    add(
      'eye',
      'limb',
      tube(
        [
          [side * 0.15, -0.2],
          [side * 0.18, -0.45],
        ],
        [0.04, 0.034],
        2,
      ),
    )
  }
  add(
    'body',
    'fur',
    blob([
      [-width, -0.02],
      [-width * 0.6, -height * 0.95],
      [0, -height * 1.02],
      [width * 0.6, -height * 0.95],
      [width, -0.02],
      [width * 0.62, height * 0.9],
      [0, height * 0.98],
      [-width * 0.62, height * 0.9],
    ]),
  )
  add(
    'body',
    'pale',
    blob(
      [
        [-width * 0.5, height * 0.62],
        [0, height * 0.36],
        [width * 0.5, height * 0.62],
        [0, height * 0.9],
      ],
      4,
    ),
  )
  for (const side of [-1, 1]) eye(pen, [side * 0.18, -0.49], 0.09, 0.1)
  add(
    'head',
    'dark',
    tube(
      [
        [-0.16, 0],
        [0, 0.07],
        [0.16, 0],
      ],
      [0.022],
      4,
    ),
  )
}

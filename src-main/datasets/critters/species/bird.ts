// How is a bird drawn? With a beak, a folded wing, two thin legs.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, ellipse, polygon, tube, turned } from '../shapes.ts'
import type { Outline, Point } from '../shapes.ts'

export const bird: Animal = (pen) => {
  const { add, pose } = pen
  const lean = pose(-0.3, 0.2)
  const place = (outline: Outline) => turned(outline, lean)
  for (const [i, x] of [-0.06, 0.13].entries()) {
    const step = pose(-0.08, 0.08)
    const role = i ? 'accent' : 'behind'
    add(
      'leg',
      role,
      tube(
        [
          [x, 0.2],
          [x + step, 0.64],
        ],
        [0.034, 0.028],
        2,
      ),
    )
    for (const toe of [-0.09, 0.08, 0.16])
      add(
        'leg',
        role,
        tube(
          [
            [x + step, 0.63],
            [x + step + toe, 0.68],
          ],
          [0.028, 0.018],
          2,
        ),
      )
  }
  const fan = pose(0.1, 0.2)
  for (const k of [-1, 0, 1])
    add(
      'tail',
      k ? 'limb' : 'fur',
      place(
        tube(
          [
            [-0.36, 0.04],
            [-0.72, -0.02 + k * fan * 0.5],
            [-1.02, -0.06 + k * fan],
          ],
          [0.1, 0.085, 0.05],
        ),
      ),
    )
  add(
    'body',
    'fur',
    place(
      blob([
        [-0.48, 0.02],
        [-0.2, -0.27],
        [0.28, -0.36],
        [0.52, -0.08],
        [0.34, 0.25],
        [-0.1, 0.33],
      ]),
    ),
  )
  add(
    'body',
    'pale',
    place(
      blob([
        [0.46, -0.06],
        [0.32, 0.21],
        [0, 0.28],
        [0.1, 0.1],
        [0.3, -0.05],
      ]),
    ),
  )
  const [x, y] = [0.46, -0.34]
  const open = pose(0, 0.05)
  add(
    'beak',
    'accent',
    place(polygon([x + 0.2, y + 0.02], [x + 0.52, y + 0.09 + open], [x + 0.17, y + 0.16])),
  )
  add(
    'beak',
    'accent',
    place(polygon([x + 0.18, y - 0.09], [x + 0.56, y + 0.04 - open], [x + 0.2, y + 0.08])),
  )
  add('head', 'fur', place(ellipse(x, y, 0.265, 0.25)))
  const [ex, ey] = place(polygon([x + 0.09, y - 0.05]))
  eye(pen, [ex!, ey!], 0.078)
  const flap = pose(-0.9, 0.55)
  const hinge: Point = [0.14, -0.08]
  const wing = (outline: Outline) => place(turned(outline, flap, hinge))
  add(
    'wing',
    'limb',
    wing(
      blob([
        [0.2, -0.12],
        [-0.02, -0.2],
        [-0.42, -0.06],
        [-0.62, 0.12],
        [-0.3, 0.17],
        [0.08, 0.1],
      ]),
    ),
  )
  add(
    'wing',
    'pale',
    wing(
      tube(
        [
          [0.02, 0.02],
          [-0.46, 0.1],
        ],
        [0.02, 0.012],
        2,
      ),
    ),
  )
}

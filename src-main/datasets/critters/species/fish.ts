// How is a fish drawn? With fins, a forked tail, no legs.
import { eye } from '../pen.ts'
import type { Animal } from '../pen.ts'
import { blob, polygon, tube, turned } from '../shapes.ts'
import type { Outline } from '../shapes.ts'

export const fish: Animal = (pen) => {
  const { add, pose } = pen
  const lean = pose(-0.28, 0.28)
  const place = (outline: Outline) => turned(outline, lean)
  const height = pose(0.3, 0.42)
  const fork = pose(0.28, 0.42)
  const bend = pose(-0.12, 0.12)
  add(
    'tail',
    'limb',
    place(
      blob(
        [
          [-0.46, 0],
          [-0.8, -fork * 0.7 + bend],
          [-1.08, -fork + bend],
          [-0.92, bend],
          [-1.08, fork + bend],
          [-0.8, fork * 0.7 + bend],
        ],
        4,
      ),
    ),
  )
  add(
    'fin',
    'limb',
    place(
      blob(
        [
          [-0.36, -height * 0.7],
          [-0.3, -height - 0.2],
          [0, -height - 0.27],
          [0.24, -height * 0.85],
        ],
        4,
      ),
    ),
  )
  add(
    'fin',
    'limb',
    place(
      blob(
        [
          [-0.22, height * 0.7],
          [-0.3, height + 0.2],
          [-0.05, height + 0.17],
          [0.1, height * 0.8],
        ],
        4,
      ),
    ),
  )
  add(
    'body',
    'fur',
    place(
      blob([
        [-0.62, 0],
        [-0.3, -height * 0.75],
        [0.2, -height],
        [0.58, -height * 0.45],
        [0.72, 0.03],
        [0.55, height * 0.55],
        [0.15, height],
        [-0.32, height * 0.72],
      ]),
    ),
  )
  add(
    'body',
    'pale',
    place(
      blob([
        [0.6, height * 0.4],
        [0.15, height * 0.94],
        [-0.35, height * 0.62],
        [0.1, height * 0.5],
      ]),
    ),
  )
  add(
    'head',
    'limb',
    place(
      blob([
        [0.4, -height * 0.82],
        [0.6, -height * 0.42],
        [0.72, 0.03],
        [0.56, height * 0.54],
        [0.32, height * 0.86],
        [0.46, 0.02],
      ]),
    ),
  )
  add(
    'head',
    'dark',
    place(
      tube(
        [
          [0.7, 0.1],
          [0.6, 0.13],
          [0.54, 0.1],
        ],
        [0.018],
        3,
      ),
    ),
  )
  add(
    'fin',
    'accent',
    place(
      turned(
        blob(
          [
            [0.16, 0.03],
            [-0.08, -0.04],
            [-0.22, 0.08],
            [-0.12, 0.2],
          ],
          4,
        ),
        pose(-0.35, 0.45),
        [0.14, 0.05],
      ),
    ),
  )
  const [ex, ey] = place(polygon([0.54, -0.09]))
  eye(pen, [ex!, ey!], 0.085)
}

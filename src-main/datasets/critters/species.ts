// What does each species look like? Ten animals of named parts, facing right, in units of about half a body.
import type { Random } from '../../../src-shared/numerics/random.ts'
import { blob, ellipse, polygon, tube, turned } from './shapes.ts'
import type { Outline, Point } from './shapes.ts'

export const species = [
  'cat',
  'dog',
  'bird',
  'fish',
  'elephant',
  'giraffe',
  'snail',
  'turtle',
  'rabbit',
  'crab',
] as const
export type Species = (typeof species)[number]

export const partNames = [
  'background',
  'head',
  'body',
  'leg',
  'tail',
  'wing',
  'ear',
  'shell',
  'beak',
  'trunk',
  'neck',
  'claw',
  'eye',
  'fin',
] as const
export type PartName = (typeof partNames)[number]

/** Whose colour a shape has: the fur, limbs a shade off it, those behind darker, a second colour, and fixed ones. */
export type Role = 'fur' | 'limb' | 'behind' | 'pale' | 'accent' | 'dark' | 'white'

export interface Shape {
  part: PartName
  role: Role
  outline: Outline
}

/** Collects an animal's shapes, the ones behind first, with chance at hand. */
interface Pen {
  add(part: PartName, role: Role, outline: Outline): void
  /** A number from around the middle of the range, the further the freer the pose is. */
  pose(low: number, high: number): number
}

/** An animal's shapes, the ones behind first; `freedom` is how far its pose goes from the usual one. */
export function draw(which: Species, random: Random, freedom: number): Shape[] {
  const shapes: Shape[] = []
  animals[which]({
    add: (part, role, outline) => shapes.push({ part, role, outline }),
    pose: (low, high) => (low + high) / 2 + (random.uniform() - 0.5) * (high - low) * freedom,
  })
  return shapes
}

function eye({ add }: Pen, [x, y]: Point, size: number, look = 0.25): void {
  add('eye', 'white', ellipse(x, y, size, size * 1.05, 0, 14))
  add('eye', 'dark', ellipse(x + size * look, y, size * 0.62, size * 0.68, 0, 12))
  add('eye', 'white', ellipse(x + size * (look + 0.18), y - size * 0.28, size * 0.22, size * 0.22, 0, 8))
}

/** Two legs behind and two before, each from a hip; a step apart. */
function fourLegs(
  { add, pose }: Pen,
  hips: readonly [number, number],
  top: number,
  ground: number,
  width: number,
  foot = 0,
): void {
  for (const [i, near] of [false, true].entries())
    for (const hip of hips) {
      const x = hip + (near ? 0 : 0.16)
      const step = pose(-0.17, 0.17) * (i ? 1 : -1)
      const bend = pose(-0.05, 0.05)
      const end = ground - (near ? 0 : 0.04)
      const role = near ? 'limb' : 'behind'
      add(
        'leg',
        role,
        tube(
          [
            [x, top],
            [x + step * 0.5 + bend, (top + end) / 2],
            [x + step, end - width],
          ],
          [width * 1.25, width, width * 0.95],
        ),
      )
      if (foot > 0)
        add(
          'leg',
          role,
          ellipse(x + step + foot * 0.45, end - width * 0.75, width * 0.95 + foot * 0.5, width * 0.75, 0, 16),
        )
    }
}

const animals: Readonly<Record<Species, (pen: Pen) => void>> = {
  cat: (pen) => {
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
  },

  dog: (pen) => {
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
  },

  bird: (pen) => {
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
  },

  fish: (pen) => {
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
  },

  elephant: (pen) => {
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
  },

  giraffe: (pen) => {
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
  },

  snail: (pen) => {
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
  },

  turtle: (pen) => {
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
  },

  rabbit: (pen) => {
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
  },

  crab: (pen) => {
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
  },
}

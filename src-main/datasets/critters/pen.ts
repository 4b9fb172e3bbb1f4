// What is an animal drawn with? Named parts of a few roles of colour, laid one over the other, in poses by chance.
import { ellipse, tube } from './shapes.ts'
import type { Outline, Point } from './shapes.ts'

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
export interface Pen {
  add(part: PartName, role: Role, outline: Outline): void
  /** A number from around the middle of the range, the further the freer the pose is. */
  pose(low: number, high: number): number
}

/** Lays an animal's shapes, the ones behind first; it faces right, in units of about half a body, y down. */
export type Animal = (pen: Pen) => void

/** An eye with its gleam; the pupil lies `look` of its size ahead. */
export function eye({ add }: Pen, [x, y]: Point, size: number, look = 0.25): void {
  add('eye', 'white', ellipse(x, y, size, size * 1.05, 0, 14))
  add('eye', 'dark', ellipse(x + size * look, y, size * 0.62, size * 0.68, 0, 12))
  add('eye', 'white', ellipse(x + size * (look + 0.18), y - size * 0.28, size * 0.22, size * 0.22, 0, 8))
}

/** Two legs behind and two before, each from a hip; a step apart. */
export function fourLegs(
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

// Which animals are there? Ten species, each a file in species/ and a line here.
import type { Random } from '../../../src-shared/numerics/random.ts'
import type { Animal, Shape } from './pen.ts'
import { bird } from './species/bird.ts'
import { cat } from './species/cat.ts'
import { crab } from './species/crab.ts'
import { dog } from './species/dog.ts'
import { elephant } from './species/elephant.ts'
import { fish } from './species/fish.ts'
import { giraffe } from './species/giraffe.ts'
import { rabbit } from './species/rabbit.ts'
import { snail } from './species/snail.ts'
import { turtle } from './species/turtle.ts'

/** In the order of their classes. */
const animals = {
  cat,
  dog,
  bird,
  fish,
  elephant,
  giraffe,
  snail,
  turtle,
  rabbit,
  crab,
} as const satisfies Record<string, Animal>
export type Species = keyof typeof animals
export const species = Object.keys(animals) as Species[]

/** An animal's shapes, the ones behind first; `freedom` is how far its pose goes from the usual one. */
export function draw(which: Species, random: Random, freedom: number): Shape[] {
  const shapes: Shape[] = []
  animals[which]({
    add: (part, role, outline) => shapes.push({ part, role, outline }),
    pose: (low, high) => (low + high) / 2 + (random.uniform() - 0.5) * (high - low) * freedom,
  })
  return shapes
}

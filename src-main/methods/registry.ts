// Which methods are there? Each a file of its own and a line here.
import { Failure } from '../../src-shared/domain/failure.ts'
import { dino } from './dino.ts'
import type { Method } from './method.ts'
import { simclr } from './simclr.ts'
import { supervised } from './supervised.ts'

export const methods: readonly Method[] = [dino, simclr, supervised]

/** The method of that name. Throws Failure `bad-argument`. */
export function methodNamed(name: string): Method {
  const found = methods.find(({ facts }) => facts.name === name)
  if (found) return found
  const names = methods.map(({ facts }) => facts.name).join(', ')
  throw new Failure('bad-argument', `There is no method ${JSON.stringify(name)}.`, `Methods: ${names}.`)
}

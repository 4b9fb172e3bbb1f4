// What is compared with the original code? Every golden: each checkpoint file, each size, each quantity.
import type { GoldenCase } from '../tools/goldens.ts'
import { ijepaChecks } from './ijepa.ts'
import { maeChecks } from './mae.ts'
import { headChecks, tokenChecks, type Check } from './tokens.ts'

/** Every check of a case. */
export function checksOf(golden: GoldenCase): Check[] {
  return [
    ...golden.checkpoints.flatMap((file) => tokenChecks(golden, file)),
    ...headChecks(golden),
    ...maeChecks(golden),
    ...ijepaChecks(golden),
  ]
}

// Where does the command's engine come from? A process of its own, forked, ended with the command.
import { entryPath } from '../processes/entries.ts'
import { startLink } from '../processes/link.ts'
import { supervise } from '../processes/supervise.ts'
import type { Supervised } from '../processes/supervise.ts'

/** A run that is interrupted finishes its step and writes a checkpoint first, in milliseconds. */
const checkpointWithin = 120_000

/** The engine of this command; nothing runs before somebody asks. */
export function startEngine(): Supervised {
  return supervise({
    start: () =>
      startLink({
        entry: entryPath('engine'),
        args: [entryPath('engine-worker'), entryPath('device-probe')],
      }),
    patientWith: { train: checkpointWithin },
  })
}

// Where does the process that makes maps come from? It starts with the first map and lives until its lab ends.
import { entryPath } from './entries.ts'
import { startLink } from './link.ts'
import { supervise, type Supervised } from './supervise.ts'

/** The projection process; nothing runs before somebody asks. `onDeath` is told when it ended by itself. */
export function keepProjection(onDeath?: () => void): Supervised {
  return supervise({
    start: () => startLink({ entry: entryPath('projection'), args: [entryPath('projection-worker')] }),
    ...(onDeath ? { onDeath } : {}),
  })
}

// Which lab does a command speak to? One in its own process; its calls as typed functions.
import { version } from '../../src-shared/domain/version.ts'
import { createClient } from '../../src-shared/protocol/client.ts'
import type { Carrier, Client } from '../../src-shared/protocol/client.ts'
import { createLab } from '../lab/lab.ts'
import { resourcesPath } from '../processes/entries.ts'
import { keepProjection } from '../processes/projection.ts'

export function createCliLab(engine: Carrier, projection: Carrier = keepProjection()): Client {
  const host = { version, paths: true, dialogs: false, uploadLimit: 0 }
  return createClient(createLab({ engine, projection, resources: resourcesPath(), host }))
}

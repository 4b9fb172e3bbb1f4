// Which calls does the lab answer to a window? All of these, each checked against its schema before.
import { checkRequest, windowMay } from '../../../src-shared/protocol/calls.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Carrier } from '../../../src-shared/protocol/client.ts'
import { createPeer, type Handlers, type Peer } from '../../../src-shared/protocol/peer.ts'
import type { Channel } from '../../processes/channels.ts'
import { aboutHandlers } from './handlers/about.ts'
import { addingHandlers } from './handlers/adding.ts'
import { dataSetHandlers } from './handlers/dataSets.ts'
import { hostHandlers } from './handlers/host.ts'
import type { Asking } from './handlers/kind.ts'
import { lookingHandlers } from './handlers/looking.ts'
import { mapHandlers } from './handlers/maps.ts'
import { runHandlers } from './handlers/runs.ts'
import { studyHandlers } from './handlers/studies.ts'
import { videoHandlers } from './handlers/video.ts'
import { workspaceHandlers } from './handlers/workspace.ts'
import type { WindowLab } from './parts.ts'

/** Bytes of one message from a window: a saved picture is the largest. */
const windowLimit = 256 << 20

/** The handlers of every call that a window may make. */
export function windowHandlers(lab: WindowLab, asking: Asking): Handlers {
  return {
    ...workspaceHandlers(lab, asking),
    ...addingHandlers(lab, asking),
    ...lookingHandlers(lab, asking),
    ...studyHandlers(lab, asking),
    ...videoHandlers(lab, asking),
    ...runHandlers(lab, asking),
    ...dataSetHandlers(lab, asking),
    ...mapHandlers(lab, asking),
    ...aboutHandlers(lab, asking),
    ...hostHandlers(lab, asking),
  } as unknown as Handlers
}

/** Answers a window on its channel. */
export function serveWindow(lab: WindowLab, channel: Channel, host: Carrier | null): Peer {
  return createPeer(channel, {
    handlers: windowHandlers(lab, { window: channel.name, host }),
    check: (name, request) => {
      if (!windowMay.has(name))
        throw new Failure('bad-argument', `A window cannot call "${name.slice(0, 60)}".`)
      return checkRequest(name, request)
    },
    limit: windowLimit,
  })
}

/** Answers the host: what its menus want, what was uploaded, and the pixels it serves to its windows. */
export function serveHost(lab: WindowLab, channel: Channel): Peer {
  const asking = { window: 'host', host: null }
  const { picture } = lookingHandlers(lab, asking)
  const { events } = aboutHandlers(lab, asking)
  const { workspace, recentWorkspaces } = workspaceHandlers(lab, asking)
  return createPeer(channel, {
    handlers: {
      picture,
      events,
      workspace,
      recentWorkspaces,
      uploaded: ({ id, ...upload }: { id: string; path: string; name: string; bytes: number }) => {
        lab.uploads.arrived(id, upload)
        return {}
      },
      tellWindows: (event: Parameters<typeof lab.hub.say>[0]) => {
        lab.hub.say(event)
        return {}
      },
    } as unknown as Handlers,
    check: checkRequest,
    lost: () => new Failure('internal', 'The host of the window is gone.'),
  })
}

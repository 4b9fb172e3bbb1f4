// Where does the lab begin? The entry of the process that owns the workspace: one host starts it and brings its windows.
//
// Arguments: the path of a workspace, or nothing for the last one. The pipe to the host is file 3.
import { Socket } from 'node:net'
import { toFailure } from '../../src-shared/protocol/errors.ts'
import { socketTransport } from '../../src-shared/protocol/transport.ts'
import { channelsOver } from '../processes/channels.ts'
import { resourcesPath } from '../processes/entries.ts'
import type { Peer } from '../../src-shared/protocol/peer.ts'
import { serveHost, serveWindow } from './window/handlers.ts'
import { homeFolder } from './window/home.ts'
import type { WindowLab } from './window/parts.ts'
import { createWindowLab } from './window/windowLab.ts'

// Ctrl-C in a terminal reaches the whole group of processes; the host decides what it means.
process.on('SIGINT', () => undefined)

function begin(): WindowLab {
  const [workspace] = process.argv.slice(2)
  try {
    return createWindowLab({ home: homeFolder(), resources: resourcesPath(), workspace })
  } catch (thrown) {
    const { message, hint } = toFailure(thrown)
    process.stderr.write(`${message} ${hint}\n`)
    process.exit(1)
  }
}

const lab = begin()
let host: Peer | null = null
const socket = new Socket({ fd: 3, readable: true, writable: true })
channelsOver(socketTransport(socket), (channel) => {
  if (channel.name === 'host') host = serveHost(lab, channel)
  else serveWindow(lab, channel, host)
})
lab.engine.start()

let ending = false
function end(): void {
  if (ending) return
  ending = true
  void lab.close().finally(() => process.exit(0))
}
socket.on('close', end)
process.on('SIGTERM', end)

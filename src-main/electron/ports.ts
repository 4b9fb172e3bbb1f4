// How does a page reach the lab? It asks once; a port comes back that carries frames and nothing else.
import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron'
import type { Transport } from '../../src-shared/protocol/transport.ts'
import type { LabProcess } from '../processes/lab.ts'
import { isOurFrame } from './guard.ts'
import type { LabWindow } from './window.ts'

/** Carries bytes between a port and the lab's channel until either is gone. */
function join(port: MessagePortMain, channel: Transport): void {
  port.on('message', ({ data }) => {
    if (data instanceof Uint8Array) void channel.send(data)
    else channel.close()
  })
  port.on('close', () => channel.close())
  channel.onBytes((bytes) => {
    // A copy of just these bytes: they may be a small view of a large buffer, all of which would travel.
    port.postMessage(bytes.slice())
  })
  channel.onClose(() => {
    port.postMessage(null)
    port.close()
  })
  port.start()
}

/** Answers pages of ours that ask for a port; `windowOf` finds the window of a page, null for none of ours. */
export function handOutPorts(lab: LabProcess, windowOf: (pageId: number) => LabWindow | null): void {
  ipcMain.on('emergence:connect', (event) => {
    const asking = windowOf(event.sender.id)
    if (!asking || !isOurFrame(event.senderFrame)) return
    asking.connected()
    const { port1, port2 } = new MessageChannelMain()
    event.sender.postMessage('emergence:port', null, [port2])
    try {
      join(port1, lab.openWindow(asking.name))
    } catch {
      // The lab is not running and is not started again: the page hears that its port closed.
      port1.postMessage(null)
      port1.close()
    }
  })
}

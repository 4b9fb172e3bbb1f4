// Where does the projection process begin? The entry of the process that makes maps: calls come in, layouts go out.
//
// Argument: the script of its threads. This thread computes nothing: it answers at once, whatever is going on.
import module from 'node:module'
import { Socket } from 'node:net'
import { createPeer, type AnyHandler } from '../../src-shared/protocol/peer.ts'
import { socketTransport } from '../../src-shared/protocol/transport.ts'
import { projectionJobs } from './jobs.ts'
import { openLane, type Lane } from './lane.ts'

module.enableCompileCache?.()
const [workerEntry = ''] = process.argv.slice(2)
// Ctrl-C in a terminal reaches the whole group of processes; the one that started us decides what it means.
process.on('SIGINT', () => {})

const socket = new Socket({ fd: 3, readable: true, writable: true })
socket.on('close', () => process.exit(0))

/** A map takes its time; a question about neighbours is answered beside it. */
const lanes: { map: Lane | null; question: Lane | null } = { map: null, question: null }

const handlers: Record<string, AnyHandler> = Object.fromEntries(
  Object.entries(projectionJobs).map(([name, { lane }]) => [
    name,
    (request, context) => (lanes[lane] ??= openLane(workerEntry)).run(name, request, context),
  ]),
)
createPeer(socketTransport(socket), { handlers })

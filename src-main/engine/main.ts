// Where does the engine begin? The entry of the process that owns tensors: jobs come in, results and files go out.
//
// Arguments: the entries of the worker and of the process that tries a device. Everything heavy is loaded when it is needed, and the worker starts at once, so that
// it loads its libraries while this thread loads its own.
import module from 'node:module'
import { Socket } from 'node:net'
import { createPeer } from '../../src-shared/protocol/peer.ts'
import type { AnyHandler } from '../../src-shared/protocol/peer.ts'
import { socketTransport } from '../../src-shared/protocol/transport.ts'
import { jobs } from './jobs.ts'
import type { Job } from './job.ts'
import { startWorker } from './workerLink.ts'

module.enableCompileCache?.()
const [workerEntry = '', probeEntry = ''] = process.argv.slice(2)
// Ctrl-C in a terminal reaches the whole group of processes; the one that started us decides what it means.
process.on('SIGINT', () => {})

const worker = startWorker(workerEntry)
const socket = new Socket({ fd: 3, readable: true, writable: true })
socket.on('close', () => process.exit(0))

/** A handler that loads its job with the first call. */
const handler =
  (load: () => Promise<Job<never>>): AnyHandler =>
  async (request, context) => {
    const job = await load()
    return job({ task: worker.run, probeEntry })(request as never, context)
  }

createPeer(socketTransport(socket), {
  handlers: Object.fromEntries(
    Object.entries(jobs).map(([name, load]) => [name, handler(load as () => Promise<Job<never>>)]),
  ),
})

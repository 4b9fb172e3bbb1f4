// Answers what only the host of a window can do: the call is handed to it, with the name of the window.
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { hostCalls } from '../../../../src-shared/protocol/calls/host.ts'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { Handler } from '../../../../src-shared/protocol/client.ts'
import type { HandlersOf } from './kind.ts'

type Names = Extract<CallName, keyof typeof hostCalls>

export const hostHandlers: HandlersOf<Names> = (_, { window, host }) => {
  const handOver =
    (name: string): Handler<CallName> =>
    async (request, { signal }) => {
      if (!host) throw new Failure('bad-argument', 'This window has no host that could do that.')
      return (await host.call(name, { window, request }, { signal })) as never
    }
  return Object.fromEntries(Object.keys(hostCalls).map((name) => [name, handOver(name)])) as never
}

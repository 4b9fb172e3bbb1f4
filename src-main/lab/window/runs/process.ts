// In which process does a run train? In an engine of its own, so that looking at pictures goes on meanwhile.
import type { z } from 'zod'
import type { Carrier } from '../../../../src-shared/protocol/client.ts'
import type { CallOptions } from '../../../../src-shared/protocol/peer.ts'
import type { trainingCalls } from '../../../../src-shared/protocol/calls/training.ts'
import { entryPath } from '../../../processes/entries.ts'
import { startLink } from '../../../processes/link.ts'

type TrainingName = keyof typeof trainingCalls
type TrainingItem<N extends TrainingName> = (typeof trainingCalls)[N]['item'] extends z.ZodType
  ? z.output<(typeof trainingCalls)[N]['item']>
  : never

/** A call about training, by its name and type. */
export function callTraining<N extends TrainingName>(
  carrier: Carrier,
  name: N,
  request: z.output<(typeof trainingCalls)[N]['request']>,
  options: Omit<CallOptions, 'onItem'> & { onItem?: (item: TrainingItem<N>) => void | Promise<void> } = {},
): Promise<z.output<(typeof trainingCalls)[N]['result']>> {
  return carrier.call(name, request, options as CallOptions) as never
}

/** The process of one run. */
export interface RunProcess extends Carrier {
  kill(): void
}

/** Starts an engine for one run. */
export function startRunProcess(): RunProcess {
  const { peer, kill } = startLink({
    entry: entryPath('engine'),
    args: [entryPath('engine-worker'), entryPath('device-probe')],
  })
  return { call: (name, request, options) => peer.call(name, request, options), kill }
}

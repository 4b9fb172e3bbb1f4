// What does a checkpoint file hold? Its index, and with `stats` the spread of every tensor's numbers.
import { findNetworks } from '../../checkpoints/networks.ts'
import { openContainer } from '../../checkpoints/containers/container.ts'
import { resolveModelPath } from '../../checkpoints/hub.ts'
import type { TensorStats } from '../../../src-shared/protocol/calls/inspect.ts'
import { inspectModel } from '../models.ts'
import type { Task } from '../task.ts'

const usualBins = 16

export const inspect: Task<'inspect'> = ({ model, stats, bins = usualBins }, context) => {
  const inspection = inspectModel(model)
  if (!stats) return inspection
  const container = openContainer(resolveModelPath(model.path))
  try {
    const network = findNetworks(container.root).networks.find(({ name }) => name === inspection.network)
    const stored = new Map([...(network?.tensors.values() ?? [])].map(({ name, tensor }) => [name, tensor]))
    const total = inspection.tensors.length
    const tensors = inspection.tensors.map((facts, done) => {
      context.stopIfCancelled()
      context.event({ kind: 'progress', what: 'reading weights', done, total })
      const tensor = stored.get(facts.name)
      const read = tensor ? { ...facts, stats: statsOf(tensor.read(), bins) } : facts
      context.item(read, [])
      return read
    })
    return { ...inspection, tensors }
  } finally {
    container.close()
  }
}

/** Mean, spread and histogram of the finite values. */
export function statsOf(values: Float32Array, bins = usualBins): TensorStats {
  let count = 0
  let sum = 0
  let min = Infinity
  let max = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    count++
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const notFinite = values.length - count
  const histogram = new Array<number>(bins).fill(0)
  if (count === 0) return { mean: null, std: null, min: null, max: null, notFinite, histogram }
  const mean = sum / count
  const scale = max > min ? bins / (max - min) : 0
  let squares = 0
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    squares += (value - mean) ** 2
    const bin = Math.min(bins - 1, Math.floor((value - min) * scale))
    histogram[bin]!++
  }
  return { mean, std: Math.sqrt(squares / count), min, max, notFinite, histogram }
}

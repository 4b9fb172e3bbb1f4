// A process that trains a tiny run until somebody kills it. Arguments: the run's folder, its steps.
import { tinyOrder, trainTiny } from './tinyRun.ts'

const [folder = '', steps = '1'] = process.argv.slice(2)
const order = tinyOrder(Number(steps), { checkpointEvery: 1e-6, set: { drop_path_rate: 0.2 } })
await trainTiny(order, {
  folder,
  onRecord: (record) => void (record.kind === 'step' && process.send?.(record.step)),
})

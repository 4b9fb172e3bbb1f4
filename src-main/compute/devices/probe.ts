// Does a device work, and how fast is it? The entry of a process of its own, since a driver may crash: multiplies
// matrices on the device that its argument names and prints what it found as one line of JSON.
import type { Tensor } from '@tensorflow/tfjs-core'
import { deviceIds } from '../../../src-shared/domain/device.ts'
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import { compile } from '../compile.ts'
import { linear } from '../ops.ts'
import { graphicsAdapter, graphicsFacts, nvidiaAdapter, processor } from './adapters.ts'
import type { Adapter } from './adapters.ts'

/** What a probe prints. */
export type ProbeResult = ({ gflops: number } & Adapter) | { error: string }

/** Sides of the matrices: the first that keeps a device busy for long enough is what it is measured with. */
const sides = [256, 512, 1024, 2048, 4096]
/** Products one after another in a run, so that copies to the device and back count for little. */
const products = 4
/** Milliseconds of a run that are long enough; and of runs that are timed. */
const longEnough = 20
const timed = 300

/** Multiplies matrices on a device; throws where it does not work or computes something else. */
export async function probe(device: DeviceId): Promise<{ gflops: number } & Adapter> {
  for (const side of sides) {
    const fastest = await multiply(device, side)
    if (fastest > longEnough || side === sides.at(-1))
      return { gflops: (2 * products * side ** 3) / fastest / 1e6, ...adapterOf(device) }
  }
  throw new Error('nothing was measured')
}

/** Milliseconds of the fastest of several runs, matrices of this side. */
async function multiply(device: DeviceId, side: number): Promise<number> {
  const shape = [side, side]
  // Every product of these has the same numbers again: side · (1 / side).
  const ones = new Float32Array(side * side).fill(1)
  const weights = new Map([['w', { shape, data: new Float32Array(side * side).fill(1 / side) }]])
  const program = await compile(
    ({ x, w }) => {
      let y = x as Tensor
      for (let i = 0; i < products; i++) y = linear(y, w as Tensor, null)
      return { y }
    },
    { x: { shape } },
    weights,
    { device },
  )
  const run = async () => (await program.run({ x: { dtype: 'float32', shape, data: ones } }))['y']?.data
  const last = (await run())?.at(-1) ?? 0
  if (Math.abs(last - 1) > 1e-3) throw new Error('its numbers are wrong')
  let fastest = Number.POSITIVE_INFINITY
  const start = performance.now()
  do {
    const before = performance.now()
    await run()
    fastest = Math.min(fastest, performance.now() - before)
  } while (fastest > longEnough && performance.now() - start < timed)
  await program.release()
  return fastest
}

function adapterOf(device: DeviceId): Adapter {
  if (device === 'webgpu') return graphicsAdapter(graphicsFacts())
  if (device === 'cuda' || device === 'tfjs-gpu') return nvidiaAdapter() ?? { adapter: '', software: false }
  return processor()
}

const device = deviceIds.find((id) => id === process.argv[2])
if (device !== undefined) {
  const result: ProbeResult = await probe(device).catch((error: unknown) => ({
    error: error instanceof Error ? error.message : String(error),
  }))
  process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0))
}

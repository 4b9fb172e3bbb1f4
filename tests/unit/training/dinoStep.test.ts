import { describe, expect, it } from 'vitest'
import type { TensorValue } from '../../../src-main/compute/program.ts'
import { compileStep } from '../../../src-main/compute/step.ts'
import type { DeviceId } from '../../../src-shared/domain/device.ts'
import { whyNoWebGpu } from '../../tools/webgpu.ts'
import { dinoStep } from './dinoStep.ts'
import type { DinoSetting } from './dinoStep.ts'

/** 2 × 64 px and 4 × 32 px of each picture, K = 1024. */
const full: DinoSetting = {
  ...{ width: 192, depth: 6, heads: 3, patch: 8, batch: 1 },
  ...{ global: 64, local: 32, locals: 4 },
  ...{ hidden: 512, bottleneck: 64, prototypes: 1024 },
}
const small: DinoSetting = {
  ...{ width: 24, depth: 2, heads: 2, patch: 8, batch: 2 },
  ...{ global: 32, local: 16, locals: 2 },
  ...{ hidden: 32, bottleneck: 16, prototypes: 48 },
}

type Tensors = Record<string, TensorValue>

/** The loss and the whole state after each of three steps. */
async function train(setting: DinoSetting, device: DeviceId): Promise<Tensors[]> {
  const { step, inputs, state, feeds } = dinoStep(setting, 1)
  const program = await compileStep(step, inputs, state, { device })
  const after: Tensors[] = []
  for (let count = 0; count < 3; count++)
    after.push({ ...(await program.step(feeds(count))), ...program.read() })
  await program.release()
  return after
}

/**
 * The largest difference of each tensor after the last of these steps, as a share of its largest number. Weights whose
 * gradient vanished beside their tensor's largest after any of the steps are left out, since AdamW makes a step of what
 * is rounding there: above all the keys' bias, which adds the same to a query's every logit and has no gradient at all.
 */
function differences(ours: Tensors[], theirs: Tensors[]): { name: string; share: number }[] {
  return Object.entries(theirs.at(-1)!).map(([name, { data: b }]) => {
    const a = ours.at(-1)![name]!.data
    const moments = /^(student|teacher)\./.test(name)
      ? theirs.map((step) => step[name.replace(/^\w+\./, 'first.')]!.data)
      : []
    const vanishing = moments.map((moment) => 1e-4 * largestOf(moment))
    const thirds = b.length / 3
    const isKeysBias = (i: number) => name.endsWith('qkv.bias') && i >= thirds && i < 2 * thirds
    let error = 0
    for (let i = 0; i < b.length; i++) {
      const one = Math.abs(a[i]! - b[i]!)
      // Not Math.max: a NaN must stay.
      if (one <= error || isKeysBias(i)) continue
      if (!moments.some((moment, step) => Math.abs(moment[i]!) < vanishing[step]!)) error = one
    }
    return { name, share: error / largestOf(b) }
  })
}

function largestOf(data: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!))
  return largest
}

function expectEqual(ours: Tensors[], theirs: Tensors[]): void {
  for (const steps of [1, 3]) {
    const all = differences(ours.slice(0, steps), theirs.slice(0, steps))
    const worst = all.reduce((most, one) => (one.share <= most.share ? most : one))
    console.log(`after ${steps}: largest difference ${worst.share.toExponential(1)} of ${worst.name}`)
    expect(all.filter(({ share }) => !(share <= 1e-4))).toEqual([])
  }
}

const missing = await whyNoWebGpu('the DINO step’s test')

describe('a whole DINO step', () => {
  it('computes compiled what it computes operation by operation', async () => {
    expectEqual(await train(small, 'cpu'), await train(small, 'tfjs-cpu'))
  })

  it('moves the student, and the teacher slowly after it', async () => {
    const [first, , third] = await train(small, 'cpu')
    const moved = (role: string) => {
      const [before, after] = [first!, third!].map((one) => one[`${role}.patch.weight`]!.data)
      return largestOf(Array.from(after!, (value, i) => value - before![i]!)) / largestOf(before!)
    }
    expect(moved('student')).toBeGreaterThan(1e-5)
    expect(moved('teacher')).toBeGreaterThan(0)
    expect(moved('teacher')).toBeLessThan(moved('student') / 50)
  })

  // A software adapter takes its time: a minute of two cores for the whole setting, which only the whole check waits for.
  const settings = process.env['EMERGENCE_GOLDENS'] ? { small, full } : { small }
  it.skipIf(missing !== null).each(Object.entries(settings))(
    'in its %s setting is on WebGPU the processor’s, after one step and after three',
    async (_, setting) => {
      expectEqual(await train(setting, 'webgpu'), await train(setting, 'cpu'))
    },
    900_000,
  )
})

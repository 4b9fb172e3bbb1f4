// Does every network compute what the original code computes? Each golden, within its own tolerance.
import { describe, expect, it } from 'vitest'
import type { DeviceId } from '../../src-shared/domain/device.ts'
import { goldenCases } from '../tools/goldens.ts'
import { whyNoWebGpu } from '../tools/webgpu.ts'
import { checksOf } from './checks.ts'
import { failures } from './compare.ts'
import { runOn } from './run.ts'
import type { Check } from './tokens.ts'

const cases = goldenCases()

async function expectParity({ measure }: Check, device: DeviceId) {
  const rows = await measure(runOn(device))
  expect(rows.length).toBeGreaterThan(0)
  expect(failures(rows)).toBe('')
}

describe.each(cases)('$name equals the original', (golden) => {
  const checks = checksOf(golden)
  let done = 0
  it.each(checks)('$file at $label', async (check) => {
    await expectParity(check, 'cpu')
    done++
  })

  it('in every array that is stored for it', ({ skip }) => {
    skip(done < checks.length, 'only where all of the above ran')
    // The rotary tables are compared by themselves, in tests/unit/networks/positions.test.ts.
    expect(golden.unread().filter((file) => !file.startsWith('rope_'))).toEqual([])
  })
})

/** One of each kind of network, op by op: the fall-back, and the proof that an error is not the compiler's. */
const eagerCases = ['dino_vit', 'dinov2_vit_reg4', 'dinov3_vit_swiglu', 'ijepa', 'mae_pix']

describe.each(cases.filter(({ name }) => eagerCases.includes(name)))(
  '$name equals the original op by op',
  (golden) => {
    const checks = checksOf(golden)
    it.each(checks.filter(({ file }) => file === checks[0]?.file))('$file at $label', (check) =>
      expectParity(check, 'tfjs-cpu'),
    )
  },
)

/** Each way of knowing where a patch is, and both feed-forward networks; `report.ts --device webgpu` compares the rest. */
const webGpuCases = ['dino_vit', 'dinov2_vit_reg4', 'dinov3_vit_swiglu', 'mae_pix']
const missing = await whyNoWebGpu('the parity tests on it')

describe.skipIf(missing !== null).each(cases.filter(({ name }) => webGpuCases.includes(name)))(
  '$name equals the original on WebGPU',
  (golden) => {
    it.each(checksOf(golden).slice(0, 1))(
      '$file at $label',
      (check) => expectParity(check, 'webgpu'),
      // A software adapter spends most of this on making shaders.
      600_000,
    )
  },
)

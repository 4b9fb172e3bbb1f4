// Is there an adapter that WebGPU can use? A graphics adapter, or Chromium's SwiftShader, which computes in software.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { compile } from '../../src-main/compute/compile.ts'

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Lets SwiftShader stand in where there is no graphics adapter; to be called before anything runs on WebGPU. */
export function useSoftwareAdapter(): void {
  if (process.platform !== 'linux' || existsSync('/dev/dri') || !existsSync(swiftShader)) return
  process.env['VK_ICD_FILENAMES'] ??= swiftShader
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir()
}

/** Why WebGPU cannot run here, which is also printed as one line that names `what` did not run; null where it can. */
export async function whyNoWebGpu(what: string): Promise<string | null> {
  useSoftwareAdapter()
  const double = (t: Record<string, Tensor>) => ({ y: tf.mul(t['x'] as Tensor, 2) })
  try {
    const program = await compile(double, { x: { shape: [1] } }, new Map(), { device: 'webgpu' })
    await program.run({ x: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } })
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    console.log(`SKIPPED: no WebGPU here, ${what} did not run. ${reason}`)
    return reason
  }
}

// Answers `doctor`: what this machine can compute with, and what is missing.
import { createRequire } from 'node:module'
import { availableParallelism, totalmem } from 'node:os'
import { fastestDevice } from '../../../src-shared/domain/device.ts'
import { probeDevices } from '../../compute/devices/devices.ts'
import { rememberDevices } from '../devices.ts'
import type { Job } from '../job.ts'
import { secondsSince } from './computing.ts'

const packages = ['onnxruntime-node', '@tensorflow/tfjs-core', 'sharp', 'better-sqlite3', 'electron']

export const doctor: Job<'doctor'> =
  ({ probeEntry }) =>
  async (_, { event }) => {
    const since = performance.now()
    event({ kind: 'notice', text: 'Trying every device; this takes some seconds.' })
    const devices = await probeDevices(probeEntry)
    await rememberDevices(devices)
    return {
      devices,
      device: fastestDevice(devices),
      versions: {
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        ...installedVersions(),
      },
      cores: availableParallelism(),
      memory: { total: totalmem(), available: process.availableMemory() },
      seconds: secondsSince(since),
    }
  }

/** Versions of the packages that matter, those that are there. */
function installedVersions(): Record<string, string> {
  const require = createRequire(import.meta.url)
  const found = packages.flatMap((name): [string, string][] => {
    for (const folder of require.resolve.paths(name) ?? [])
      try {
        const { version } = require(`${folder}/${name}/package.json`) as { version: string }
        return [[name, version]]
      } catch {
        continue
      }
    return []
  })
  return Object.fromEntries(found)
}

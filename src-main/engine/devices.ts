// Where does a job run? What the person asked for, or the fastest real device.
import type { DeviceId } from '../../src-shared/domain/device.ts'
import type { Place } from './task.ts'

/** The device of a job. */
export function deviceFor({ device }: Place): { device: DeviceId } {
  return { device: device === 'auto' ? 'cpu' : device }
}

// What can this machine compute with? The devices, each probed.
import type { Task } from '../task.ts'

export const doctor: Task<'doctor'> = () => ({ devices: [], versions: {}, device: 'cpu' })

// What is this model, and is it warm? The spec at once; weights and libraries while the pictures are decoded.
import { requireDecoder } from '../../checkpoints/open.ts'
import { deviceFor } from '../devices.ts'
import { inspectModel, loadModel } from '../models.ts'
import type { Task } from '../task.ts'

export const prepare: Task<'prepare'> = ({ model, place, needs }) => {
  const inspection = inspectModel(model)
  if (needs === 'decoder') requireDecoder(inspection)
  const { spec, notices } = inspection
  setImmediate(() => {
    // What fails here fails again, and is told, in the task that needs it.
    void import('../programs.ts').catch(() => {})
    try {
      loadModel(model)
    } catch {
      return
    }
  })
  return { spec, notices, ...deviceFor(place) }
}

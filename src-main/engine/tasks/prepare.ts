// What is this model, and is it warm? The spec at once; weights and libraries while the pictures are decoded.
import { requireDecoder } from '../../checkpoints/open.ts'
import { inspectModel, loadModel } from '../models.ts'
import type { Task } from '../task.ts'

export const prepare: Task<'prepare'> = ({ model, needs }) => {
  const inspection = inspectModel(model)
  if (needs === 'decoder') requireDecoder(inspection)
  const { spec, notices } = inspection
  return { spec, notices }
}

/** Reads the weights and the libraries that will need them. Throws Failure where the model cannot run. */
export const load: Task<'load'> = async ({ model }) => {
  loadModel(model)
  await import('../programs.ts')
  return null
}

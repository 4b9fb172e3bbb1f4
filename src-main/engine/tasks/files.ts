// What becomes of checkpoint files as such: the difference of two, and one written in other words.
import { diffCheckpoints } from '../../checkpoints/diff.ts'
import { exportNetwork } from '../../checkpoints/export/export.ts'
import { openCheckpoint } from '../../checkpoints/open.ts'
import { loadModel, withCheckpoint } from '../models.ts'
import type { Task } from '../task.ts'

/** JSON has no infinite numbers. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

export const diff: Task<'diff'> = ({ first, second }) => {
  const one = openCheckpoint(first.path)
  try {
    return withCheckpoint(second, (other) => {
      const overrides = { first: first.overrides, second: second.overrides }
      const { tensors, onlyInFirst, onlyInSecond } = diffCheckpoints(one, other, overrides)
      const shown = tensors.map(({ name, meanAbs, maxAbs, relative }) => ({
        name,
        meanAbs: finite(meanAbs),
        maxAbs: finite(maxAbs),
        relative: finite(relative),
      }))
      return { tensors: shown, onlyInFirst, onlyInSecond }
    })
  } finally {
    one.close()
  }
}

export const exportModel: Task<'exportModel'> = async ({ model, format, dtype, path, size, attentions }) => {
  if (format === 'onnx') {
    const { exportOnnx } = await import('../onnx.ts')
    return exportOnnx(loadModel(model), path, { size, attentions })
  }
  // The file stays open: what we do not use of it is handed on as it stands.
  return withCheckpoint(model, (opened) => {
    const { spec, weights, origin, inspection } = opened.load(model.overrides)
    const { files, keys, notices } = exportNetwork({ spec, weights, origin }, { format, dtype, path })
    return { files, keys, notices: [...inspection.notices, ...notices] }
  })
}

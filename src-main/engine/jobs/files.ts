// Answers `diff` and `exportModel`: calls about checkpoint files as such.
import { basename, dirname, resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import type { Job } from '../job.ts'
import { openOutputs } from '../outputs.ts'
import { modelAt, secondsSince } from './computing.ts'

export const diff: Job<'diff'> =
  ({ task }) =>
  async ({ first, second }, { signal, event }) => {
    const since = performance.now()
    const question = { first: modelAt(first), second: modelAt(second) }
    const found = await task('diff', question, { signal, onEvent: event })
    return { ...found, seconds: secondsSince(since) }
  }

export const exportModel: Job<'exportModel'> =
  ({ task }) =>
  async ({ model, format, dtype, path, force, size, attentions }, { signal, event }) => {
    const since = performance.now()
    const target = resolve(path)
    if (format === 'onnx' && dtype !== 'f32')
      throw new Failure('bad-argument', 'ONNX files are written in float32.', 'Leave --dtype out.')
    await refuseTaken(format, target, force)
    const question = { model: modelAt(model), format, dtype, path: target, size, attentions }
    const written = await task('exportModel', question, { signal, onEvent: event })
    for (const text of written.notices) event({ kind: 'notice', text })
    return { ...written, seconds: secondsSince(since) }
  }

/** Throws Failure where a file is there that nobody gave up, or where none can be written. */
async function refuseTaken(
  format: Request<'exportModel'>['format'],
  path: string,
  force: boolean,
): Promise<void> {
  const isFolder = format === 'huggingface'
  const outputs = await openOutputs({ folder: isFolder ? path : dirname(path), force })
  const names = isFolder ? ['config.json', 'preprocessor_config.json', 'model.safetensors'] : [basename(path)]
  await outputs.claim(names)
}

// Which compiled networks does the worker hold? The last few, by model, size and device.
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import { compile } from '../compute/compile.ts'
import type { Program } from '../compute/program.ts'
import { forward, forwardInputs, forwardOutputs } from '../networks/vit.ts'
import { refuseHeavyForward } from './estimate.ts'
import type { LoadedModel } from './models.ts'
import type { Images, Place } from './task.ts'

/** How many programs stay in memory; each holds a copy of its model's weights. */
const most = 4

interface Entry {
  key: string
  program: Promise<Program>
}
const entries: Entry[] = []

/** A program from the few that are kept, or a new one in the place of the one not used for longest. */
export async function cachedProgram(key: string, make: () => Promise<Program>): Promise<Program> {
  const at = entries.findIndex((entry) => entry.key === key)
  const [entry] = at >= 0 ? entries.splice(at, 1) : [{ key, program: make() }]
  entries.unshift(entry!)
  for (const old of entries.splice(most))
    void old.program.then((program) => program.release()).catch(() => {})
  try {
    return await entry!.program
  } catch (failure) {
    // What failed once may work later (memory, a driver): it is not kept.
    const failed = entries.indexOf(entry!)
    if (failed >= 0) entries.splice(failed, 1)
    throw failure
  }
}

/**
 * Uses a program that is wanted this once: one of the few where it is among them, else one that is made and released
 * again, so that none of the few has to go for it.
 */
export async function passingProgram<T>(
  key: string,
  make: () => Promise<Program>,
  use: (program: Program) => Promise<T>,
): Promise<T> {
  if (entries.some((entry) => entry.key === key)) return use(await cachedProgram(key, make))
  const program = await make()
  try {
    return await use(program)
  } finally {
    await program.release()
  }
}

/**
 * Runs a model on pictures. `wanted`: outputs by `forwardOutputs`' names (`tokens`, `q.11`, …), each with the batch
 * first. Throws Failure, `too-large` before the work where it cannot fit.
 */
export async function runForward(
  model: LoadedModel,
  place: Place,
  images: Images,
  wanted: readonly string[],
): Promise<Record<string, Float32Array>> {
  const { spec } = model
  const { width, height, batch } = images
  const layout = layoutFor(spec, width, height)
  refuseHeavyForward(spec, layout, batch, wanted)
  const key = JSON.stringify([model.key, width, height, place])
  const program = await cachedProgram(key, () => {
    const { constants, inputs } = forwardInputs(spec, model.weights, width, height)
    return compile((t) => forwardOutputs(forward(spec, layout, t)), inputs, constants, place)
  })
  const feed = { dtype: 'float32' as const, shape: [batch, 3, height, width], data: images.data }
  const values = await program.run({ images: feed }, wanted)
  const outputs: Record<string, Float32Array> = {}
  for (const name of wanted) outputs[name] = values[name]!.data as Float32Array
  return outputs
}

// What does a masked autoencoder put where patches are hidden? Its decoder's raw output.
import { layoutFor, patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import { compile } from '../../compute/compile.ts'
import { randomMasking, reconstruct as network, reconstructInputs } from '../../networks/decoder.ts'
import { refuseHeavyForward } from '../estimate.ts'
import { loadModel } from '../models.ts'
import type { Program } from '../../compute/program.ts'
import { cachedProgram, passingProgram } from '../programs.ts'
import type { Task } from '../task.ts'

export const reconstruct: Task<'reconstruct'> = async ({
  model,
  place,
  images,
  noise,
  kept,
  passing = false,
}) => {
  const loaded = loadModel(model)
  const { spec, weights } = loaded
  const { width, height, batch } = images
  const layout = layoutFor(spec, width, height)
  const patches = patchCount(layout)
  refuseHeavyForward(spec, layout, batch, [])
  // The ratio whose int(patches · (1 − ratio)) is `kept`, whatever rounding does.
  const masking = randomMasking(noise, patches, kept === patches ? 0 : 1 - (kept + 0.5) / patches)
  const key = JSON.stringify(['reconstruct', loaded.key, width, height, kept, place])
  const make = (): Promise<Program> => {
    const { constants, inputs } = reconstructInputs(spec, weights, width, height, kept)
    return compile((t) => ({ prediction: network(spec, layout, t).prediction }), inputs, constants, place)
  }
  const feeds = {
    images: { dtype: 'float32' as const, shape: [batch, 3, height, width], data: images.data },
    keep: { dtype: 'int32' as const, shape: [batch, kept], data: masking.keep },
    restore: { dtype: 'int32' as const, shape: [batch, patches], data: masking.restore },
  }
  const use = async (program: Program) => {
    const since = performance.now()
    const { prediction } = await program.run(feeds, ['prediction'])
    const seconds = (performance.now() - since) / 1000
    return { prediction: prediction!.data as Float32Array, mask: masking.mask, seconds }
  }
  return passing ? passingProgram(key, make, use) : use(await cachedProgram(key, make))
}

// How is a network looked at whose weights keep changing? One program whose weights are inputs: [CLS] and its attention.
import { compile } from '../../compute/compile.ts'
import type { InputSpecs, Program, TensorValue } from '../../compute/program.ts'
import { clsAttention, clsOf, forward, forwardInputs } from '../../networks/vit.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { layoutFor, patchCount } from '../../../src-shared/domain/tokenLayout.ts'
import type { Network } from '../../training/run.ts'
import type { Place } from '../../training/stepping.ts'

/** Pictures of one pass. */
const batch = 64

export interface Encoded {
  /** [CLS] after the final norm, `[pictures, width]`. */
  features: Float32Array
  /** Its attention to the patches in the last block, `[pictures, heads, patches]`. */
  attention: Float32Array
}

export interface Encoder {
  side: number
  grid: readonly [rows: number, columns: number]
  /** `pictures` `[count, side, side, 3]`, bytes. */
  run(network: Network, pictures: Uint8Array): Promise<Encoded>
  release(): Promise<void>
}

/** Looks at square pictures of `side` pixels with networks of one spec. */
export async function createEncoder(spec: ModelSpec, side: number, place: Place): Promise<Encoder> {
  const layout = layoutFor(spec, side, side)
  let program: Program | null = null
  return {
    side,
    grid: layout.grid,
    run: async ({ weights }, pictures) => {
      const encoder = new Map([...weights].filter(([name]) => !/^(head|projectionHead)\./.test(name)))
      const { constants } = forwardInputs({ ...spec, classes: null }, encoder, side, side)
      const fed: Record<string, TensorValue> = {}
      const inputs: InputSpecs = { images: { shape: ['batch', 3, side, side] } }
      for (const [name, { shape, data }] of constants) {
        inputs[name] = { shape: [...shape] }
        fed[name] = { dtype: 'float32', shape: [...shape], data }
      }
      program ??= await compile(
        (t) => {
          const { tokens, attention } = forward({ ...spec, classes: null }, layout, t)
          return { features: clsOf(spec, tokens), attention: clsAttention(layout, attention.at(-1)!) }
        },
        inputs,
        new Map(),
        { device: place.device, ...(place.threads === undefined ? {} : { threads: place.threads }) },
      )
      const count = pictures.length / (3 * side * side)
      const features = new Float32Array(count * spec.width)
      const attention = new Float32Array(count * spec.heads * patchCount(layout))
      for (let from = 0; from < count; from += batch) {
        const here = Math.min(batch, count - from)
        const images = normalised(spec, pictures, side, from, here)
        const values = await program.run({ ...fed, images })
        features.set(values['features']!.data, from * spec.width)
        attention.set(values['attention']!.data, from * spec.heads * patchCount(layout))
      }
      return { features, attention }
    },
    release: async () => program?.release(),
  }
}

/** `[count, 3, side, side]` as the network wants it. */
function normalised(
  spec: ModelSpec,
  pictures: Uint8Array,
  side: number,
  from: number,
  count: number,
): TensorValue {
  const { mean, std } = spec.preprocessing
  const area = side * side
  const data = new Float32Array(count * 3 * area)
  for (let i = 0; i < count; i++)
    for (let c = 0; c < 3; c++) {
      const [to, own] = [(i * 3 + c) * area, (from + i) * 3 * area + c]
      for (let p = 0; p < area; p++) data[to + p] = (pictures[own + 3 * p]! / 255 - mean[c]!) / std[c]!
    }
  return { dtype: 'float32', shape: [count, 3, side, side], data }
}

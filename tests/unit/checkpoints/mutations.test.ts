// Whatever is wrong with the tensors of a file: does it open with sound weights, or is it refused in a sentence?
import { describe, expect, it } from 'vitest'
import type { StoredTensor } from '../../../src-main/checkpoints/containers/container.ts'
import { countOf } from '../../../src-main/checkpoints/canonical.ts'
import { checkpointIn } from '../../../src-main/checkpoints/open.ts'
import { formOf, fullName, nestingOf } from '../../../src-main/checkpoints/export/form.ts'
import { keyMaps } from '../../../src-main/checkpoints/families/registry.ts'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { inspectionSchema } from '../../../src-shared/domain/checkpoint.ts'
import { random as randomNumbers } from '../../../src-shared/numerics/random.ts'
import { smallSpec, smallWeights } from './support.ts'

const rotary: Partial<ModelSpec> = {
  heads: 2,
  registers: 2,
  layerScale: true,
  position: { kind: 'rotary', normalise: 'separate' },
}
const specs: Readonly<Record<string, Partial<ModelSpec>>> = {
  dinov3: { ...rotary, maskToken: true, ffn: { kind: 'swiglu', hidden: 48, activation: 'silu' } },
  'timm-dinov3': rotary,
  'huggingface-dinov3': { ...rotary, maskToken: true },
  'huggingface-dinov2': { layerScale: true, registers: 2 },
  dinov2: { layerScale: true, registers: 2, maskToken: true },
  dino: { projectionHead: { layers: 3, hidden: 24, bottleneck: 8, prototypes: 20 } },
  mae: { decoder: { width: 32, depth: 1, heads: 2, ffnHidden: 40, normPixLoss: null } },
  'huggingface-mae': { decoder: { width: 32, depth: 1, heads: 2, ffnHidden: 40, normPixLoss: null } },
  timm: { classes: 5 },
  torchvision: { classes: 5 },
  'google-vit': { classes: 5, heads: 2 },
  ijepa: { cls: false, predictor: { width: 32, depth: 1, heads: 1, ffnHidden: 40 } },
  'huggingface-ijepa': { cls: false },
}

type Shapes = Map<string, readonly number[]>

function shapesOf(id: string): Shapes {
  const map = keyMaps.find((one) => one.id === id)
  if (map === undefined) throw new Error(id)
  const spec = smallSpec('dino', specs[id] ?? {})
  const form = formOf(map, spec, smallWeights(spec), 'f32')
  const { prefix } = nestingOf(map, form)
  return new Map(
    [...form.tensors].map(([name, { shape }]) => [
      name.startsWith('@predictor/') ? `predictor.${name.slice(11)}` : fullName(name, prefix),
      shape,
    ]),
  )
}

function open(shapes: Shapes) {
  const tensor = (shape: readonly number[]): StoredTensor => ({
    kind: 'tensor',
    dtype: 'float32',
    shape,
    read: () => new Float32Array(countOf(shape)).fill(0.5),
    readRaw: () => ({ dtype: 'float32', bytes: new Uint8Array(4 * countOf(shape)) }),
  })
  return checkpointIn({
    format: 'safetensors',
    path: 'model.safetensors',
    files: [],
    metadata: {},
    config: {},
    preprocessor: {},
    root: new Map([...shapes].map(([name, shape]) => [name, tensor(shape)])),
    inert: [],
    notices: [],
    close: () => undefined,
  })
}

const ids = keyMaps.map(({ id }) => id).filter((id) => !/deit/.test(id))

describe.each(ids)('a network with the names of %s', (id) => {
  it('opens as that one', () => {
    const { inspection, weights } = open(shapesOf(id)).load({ heads: 2, decoderHeads: 2 })
    expect(inspection.keys.missing).toEqual([])
    expect(inspection.keys.unexpected).toEqual([])
    expect(inspection.spec.width).toBe(64)
    const beside = Object.keys(specs[id] ?? {}).filter((part) => part === 'decoder' || part === 'predictor')
    for (const part of beside) expect([...weights.keys()].join()).toContain(`${part}.blocks.0`)
  })

  it('opens or is refused in a sentence, whatever is lost, renamed or of another shape', () => {
    const random = randomNumbers(ids.indexOf(id) + 1)
    const whole = shapesOf(id)
    const names = [...whole.keys()]
    const pick = (count: number) => random.integer(count)
    const outcomes = { opened: 0, refused: 0 }
    for (let round = 0; round < 150; round++) {
      const shapes = new Map(whole)
      for (let change = 0; change <= pick(3); change++) {
        const name = names[pick(names.length)] ?? ''
        const shape = whole.get(name) ?? []
        const kind = pick(4)
        if (kind === 0) shapes.delete(name)
        else if (kind === 1)
          shapes.set(
            name,
            shape.map((size) => [size, 1, 0, size + 1, 7][pick(5)] ?? size),
          )
        else if (kind === 2) shapes.set(name, shape.slice(pick(2), shape.length - pick(2)))
        else
          shapes.set(name.replace(/\d+|[a-z]+/, ['0', '999999', '1', '', 'blocks.3'][pick(5)] ?? ''), shape)
      }
      try {
        const { inspection, weights } = open(shapes).load({
          heads: 2,
          decoderHeads: 2,
          ...(pick(2) === 0 ? { allowMissing: true } : {}),
        })
        expect(inspectionSchema.parse(inspection)).toEqual(inspection)
        for (const { shape, data } of weights.values()) expect(data.length).toBe(countOf(shape))
        outcomes.opened++
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        expect(error.message).toMatch(/^[^\n]{20,600}\.$/)
        outcomes.refused++
      }
    }
    expect(outcomes.opened).toBeGreaterThan(5)
    expect(outcomes.refused).toBeGreaterThan(5)
  })
})

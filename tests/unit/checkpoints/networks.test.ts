// Are all networks of a file found, whatever its training code called and wrapped them in?
import { describe, expect, it } from 'vitest'
import { checkpointIn, openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import { countOf } from '../../../src-main/checkpoints/canonical.ts'
import type { Inert, StoredTensor, StoredValue } from '../../../src-main/checkpoints/containers/container.ts'
import type { OutTensor } from '../../../src-main/checkpoints/export/form.ts'
import type { TorchValue } from '../../../src-main/checkpoints/export/torchWriter.ts'
import { dinoTensors, loadFile, loadGolden, tensor, torchFile } from './support.ts'

function networksIn(root: TorchValue): string[] {
  const checkpoint = openCheckpoint(torchFile(root))
  checkpoint.close()
  return checkpoint.networks.map(({ name }) => name)
}

const merged = (...dicts: Map<string, OutTensor>[]) => new Map(dicts.flatMap((dict) => [...dict]))

describe('networks in a checkpoint', () => {
  it('are one, called bare, in a bare state dict', () => {
    expect(networksIn(dinoTensors())).toEqual(['bare'])
  })

  it.each([
    'module.',
    'backbone.',
    '_orig_mod.',
    'encoder.',
    'vit.',
    'dinov2.',
    'model.',
    'net.',
    'module.backbone.',
    'model._orig_mod.net.',
  ])('are found behind the prefix %s, which is taken off and reported', (prefix) => {
    const { weights, inspection } = loadFile(torchFile({ state_dict: dinoTensors(prefix) }))
    expect(weights.has('blocks.1.ffn.out.bias')).toBe(true)
    expect(inspection.sources['prefix']).toContain(prefix)
    expect(inspection.keys.matched).toContain('blocks.1.mlp.fc2.bias')
  })

  it('are told apart where several stand in one state dict, the model before its average', () => {
    const root = {
      'pytorch-lightning_version': '2.1.0',
      state_dict: merged(dinoTensors('model_ema.module.'), dinoTensors('model.')),
    }
    expect(networksIn(root)).toEqual(['model', 'ema'])
    const path = torchFile(root)
    const [model, ema] = ['model', 'ema'].map((network) => loadFile(path, { network }).weights)
    expect(model?.get('cls')?.data).not.toEqual(ema?.get('cls')?.data)
  })

  it('are teacher and student of a Lightning module, heads with their own backbone', () => {
    const head = (prefix: string) =>
      new Map<string, OutTensor>([
        [`${prefix}head.mlp.0.weight`, tensor('a', 32, 64)],
        [`${prefix}head.mlp.0.bias`, tensor('b', 32)],
        [`${prefix}head.mlp.2.weight`, tensor('c', 16, 32)],
        [`${prefix}head.mlp.2.bias`, tensor('d', 16)],
        [`${prefix}head.last_layer.weight_g`, tensor('e', 40, 1)],
        [`${prefix}head.last_layer.weight_v`, tensor('f', 40, 16)],
      ])
    const state_dict = merged(
      dinoTensors('student.backbone.'),
      head('student.'),
      dinoTensors('teacher.backbone.'),
      head('teacher.'),
    )
    expect(networksIn({ state_dict })).toEqual(['teacher', 'student'])
    const { spec } = loadFile(torchFile({ state_dict }))
    expect(spec.projectionHead).toEqual({ layers: 2, hidden: 32, bottleneck: 16, prototypes: 40 })
  })

  it('are not the optimiser’s averages of the same names', () => {
    expect(networksIn({ model: dinoTensors(), optimizer: { exp_avg: dinoTensors() } })).toEqual(['model'])
  })

  it('are numbered where two have one name', () => {
    expect(networksIn({ a: { teacher: dinoTensors() }, b: { teacher: dinoTensors() } })).toEqual([
      'teacher',
      'teacher-2',
    ])
  })

  it('are refused by a name that the file has not, with the names it has', () => {
    const path = torchFile({ teacher: dinoTensors(), student: dinoTensors() })
    expect(() => loadFile(path, { network: 'ema' })).toThrow(/no network called ema/)
    try {
      loadFile(path, { network: 'ema' })
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-argument', hint: 'It has: teacher, student.' })
    }
  })

  it('are counted with the parameters of their heads', () => {
    const checkpoint = openCheckpoint(
      torchFile({
        model: new Map([
          ...dinoTensors(),
          ['head.weight', tensor('h', 5, 64)],
          ['head.bias', tensor('i', 5)],
        ]),
      }),
    )
    checkpoint.close()
    // Tokens and patches 3,840, norm 128, two blocks of 29,344, head 325.
    expect(checkpoint.networks).toEqual([{ name: 'model', tensors: 32, parameters: 62_981 }])
  })

  it('are found in a module that was pickled whole, of which nothing is run', () => {
    const tensors = dinoTensors()
    const stored = (name: string): StoredTensor => {
      const shape = tensors.get(name)?.shape ?? []
      return {
        kind: 'tensor',
        dtype: 'float32',
        shape,
        read: () => new Float32Array(countOf(shape)),
        readRaw: () => ({ dtype: 'float32', bytes: new Uint8Array(4 * countOf(shape)) }),
      }
    }
    /** The record of one module: its own tensors, and a record for each module inside it. */
    const moduleOf = (names: readonly string[], depth: number): Inert => {
      const parts = (name: string) => name.split('.')
      const own = names.filter((name) => parts(name).length === depth + 1)
      const inner = new Set(
        names.filter((name) => !own.includes(name)).map((name) => parts(name)[depth] ?? ''),
      )
      const state = new Map<StoredValue, StoredValue>([
        ['training', false],
        ['_parameters', new Map(own.map((name) => [parts(name)[depth] ?? '', stored(name)]))],
        [
          '_modules',
          new Map(
            [...inner].map((part) => [
              part,
              moduleOf(
                names.filter((name) => parts(name)[depth] === part),
                depth + 1,
              ),
            ]),
          ),
        ],
      ])
      const global = 'vision_transformer.VisionTransformer'
      return { kind: 'inert', global, arguments: [], state, items: [], entries: new Map() }
    }
    const root = new Map<StoredValue, StoredValue>([['model', moduleOf([...tensors.keys()], 0)]])
    const facts = {
      format: 'torch-zip',
      path: 'model.pth',
      files: [],
      metadata: {},
      config: {},
      preprocessor: {},
    }
    const opened = checkpointIn({ ...facts, root, inert: [], notices: [], close: () => undefined })
    expect(opened.networks).toMatchObject([{ name: 'model', tensors: 30 }])
    expect(opened.load({}).inspection.keys.missing).toEqual([])
  })

  it('are not a predictor alone, which has no encoder of its own', () => {
    expect(() => loadGolden('ijepa', 'jepa-latest.pth.tar', { network: 'predictor' })).toThrow(
      /no encoder of its own/,
    )
  })
})

// Are all networks of a file found, whatever its training code called and wrapped them in?
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import type { OutTensor } from '../../../src-main/checkpoints/export/form.ts'
import type { TorchValue } from '../../../src-main/checkpoints/export/torchWriter.ts'
import { dinoTensors, loadFile, tensor, torchFile } from './support.ts'

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
})

// Does the key report tell what is missing, wrong and strange, and does loading refuse what would compute something else?
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../src-main/checkpoints/open.ts'
import type { OutTensor } from '../../../src-main/checkpoints/export/form.ts'
import { torchValue } from '../../tools/files/checkpointFiles.ts'
import { call } from '../../tools/files/pickleAssembler.ts'
import { dinoTensors, golden, headsOf, loadFile, safetensorsFile, tensor, torchFile } from './support.ts'

function without(...names: string[]): Map<string, OutTensor> {
  return new Map([...dinoTensors()].filter(([name]) => !names.includes(name)))
}

function inspect(tensors: Map<string, OutTensor>) {
  const checkpoint = openCheckpoint(safetensorsFile(tensors))
  const inspection = checkpoint.inspect({})
  checkpoint.close()
  return inspection
}

describe('a network with missing weights', () => {
  it.each([
    'blocks.1.mlp.fc2.weight',
    'blocks.0.mlp.fc1.bias',
    'blocks.0.attn.qkv.weight',
    'norm.weight',
    'patch_embed.proj.bias',
    'cls_token',
  ])('is refused by name: %s', (name) => {
    const tensors = without(name)
    expect(inspect(tensors).keys.missing).toEqual([name])
    expect(() => loadFile(safetensorsFile(tensors))).toThrow(
      `lacks one weight that its architecture needs (${name})`,
    )
  })

  it('is filled with zeros, and gains with ones, where that is allowed', () => {
    const path = safetensorsFile(without('blocks.1.mlp.fc2.weight', 'norm.weight'))
    const { weights, inspection } = loadFile(path, { allowMissing: true })
    expect(weights.get('blocks.1.ffn.out.weight')?.data.every((value) => value === 0)).toBe(true)
    expect(weights.get('norm.weight')?.data.every((value) => value === 1)).toBe(true)
    const notice =
      '2 missing weights are filled with zeros, gains of norms with ones: blocks.1.mlp.fc2.weight, norm.weight.'
    expect(inspection.notices).toContain(notice)
    const opened = openCheckpoint(path)
    expect(opened.inspect({ allowMissing: true }).notices).toContain(notice)
    expect(opened.inspect({}).notices).not.toContain(notice)
    opened.close()
  })

  it('names all the weights of a block that is missing whole', () => {
    const tensors = dinoTensors('', 3)
    for (const name of [...tensors.keys()]) if (name.startsWith('blocks.1.')) tensors.delete(name)
    expect(inspect(tensors).keys.missing).toHaveLength(12)
  })

  it('names the parts of q, k and v that are missing, in the file’s own words', () => {
    const checkpoint = openCheckpoint(golden('hf_vit'))
    const { keys } = checkpoint.inspect({})
    checkpoint.close()
    expect(keys.matched).toEqual([])
    expect(keys.renamed).toContainEqual({
      from: 'encoder.layer.0.attention.attention.key.weight',
      to: 'blocks.0.attention.qkv.weight',
    })
  })
})

describe('a weight of the wrong shape', () => {
  const tensors = () => dinoTensors().set('blocks.1.attn.proj.weight', tensor('x', 64, 32))

  it('is reported with both shapes', () => {
    expect(inspect(tensors()).keys.mismatched).toEqual([
      { name: 'blocks.1.attn.proj.weight', expected: [64, 64], found: [64, 32] },
    ])
  })

  it('is refused', () => {
    expect(() => loadFile(safetensorsFile(tensors()))).toThrow(/one weight of the wrong shape/)
  })

  it('is replaced by zeros where missing weights are allowed', () => {
    const { weights } = loadFile(safetensorsFile(tensors()), { allowMissing: true })
    expect(weights.get('blocks.1.attention.projection.weight')).toEqual({
      shape: [64, 64],
      data: new Float32Array(64 * 64),
    })
  })
})

describe('a tensor that no rule knows', () => {
  it('is reported and left alone beside the network', () => {
    const { inspection } = loadFile(safetensorsFile(dinoTensors().set('centre', tensor('c', 1, 8))))
    expect(inspection.keys.unexpected).toEqual(['centre'])
    expect(inspection.notices.join()).toContain('centre')
  })

  it.each(['blocks.0.attn.q_norm.weight', 'norm_pre.weight', 'patch_embed.norm.weight'])(
    'is refused where it would change the result: %s',
    (name) => {
      const tensors = dinoTensors().set(name, tensor('c', 64))
      expect(inspect(tensors).notices.join()).toContain(name)
      expect(() => loadFile(safetensorsFile(tensors))).toThrow(/none of the known families has/)
    },
  )

  it('is a pooler or a head for patches that the family is known to have: reported without a warning', () => {
    const checkpoint = openCheckpoint(
      golden('dinov2_vit_chunked', 'eval/training_1249/teacher_checkpoint.pth'),
    )
    const { keys, notices } = checkpoint.inspect(headsOf('dinov2_vit_chunked'))
    checkpoint.close()
    expect(keys.unexpected).toHaveLength(8)
    expect(keys.unexpected.every((name) => name.startsWith('ibot_head.'))).toBe(true)
    expect(notices).toEqual([])
  })
})

describe('biases that no block has', () => {
  it('are zeros, with a notice', () => {
    const { weights, inspection } = loadFile(
      safetensorsFile(without('blocks.0.mlp.fc1.bias', 'blocks.1.mlp.fc1.bias')),
    )
    expect(weights.get('blocks.1.ffn.in.bias')?.data).toEqual(new Float32Array(96))
    expect(inspection.notices.join()).toContain('blocks.N.ffn.in.bias')
  })
})

describe('what is something else', () => {
  const named = (...names: string[]) =>
    new Map<string, OutTensor>(names.map((name) => [name, tensor(name, 4, 4)]))
  it.each([
    ['a ResNet', named('conv1.weight', 'layer1.0.conv1.weight', 'layer1.0.downsample.0.weight')],
    [
      'a BERT text model',
      named('bert.embeddings.word_embeddings.weight', 'bert.encoder.layer.0.attention.self.query.weight'),
    ],
    ['a GPT text model', named('transformer.wte.weight', 'transformer.h.0.attn.c_attn.weight')],
    ['a Llama-like text model', named('model.embed_tokens.weight', 'model.layers.0.self_attn.q_proj.weight')],
    ['a CLIP model', named('visual.conv1.weight', 'logit_scale', 'text_projection')],
    ['a ConvNeXt', named('downsample_layers.0.0.weight', 'stages.0.0.dwconv.weight')],
    ['a diffusion model’s UNet', named('model.diffusion_model.input_blocks.0.0.weight')],
    ['a YOLO detector', named('model.0.conv.weight', 'model.2.cv1.conv.weight')],
    [
      'a Swin transformer',
      named('patch_embed.proj.weight', 'layers.0.blocks.0.attn.relative_position_bias_table'),
    ],
    ['a BEiT', dinoTensors().set('blocks.0.attn.relative_position_bias_table', tensor('r', 4, 4))],
  ])('is called by its name: %s', (name, tensors) => {
    expect(() => loadFile(safetensorsFile(tensors))).toThrow(`seems to be ${name}`)
  })

  it('is described where nothing is known of it', () => {
    expect(() => loadFile(safetensorsFile(named('weights.a', 'weights.b')))).toThrow(
      /holds 2 tensors \(weights\.a, …\) but no vision transformer/,
    )
  })

  it('is a video model where patches have a third side', () => {
    const tensors = dinoTensors().set('patch_embed.proj.weight', tensor('p', 64, 3, 2, 4, 4))
    expect(() => loadFile(safetensorsFile(tensors))).toThrow(/video model/)
  })

  it('is no checkpoint where it holds no weights', () => {
    expect(() => loadFile(torchFile({ epoch: 3 }))).toThrow(/holds no weights\.$/)
  })

  it('says what it would have run where that is all it holds', () => {
    const path = torchFile({})
    writeFileSync(path, torchValue(call('os', 'system', 'touch x')))
    expect(() => openCheckpoint(path)).toThrow(
      /holds no weights; it calls os\.system, and nothing was run\.$/,
    )
  })
})

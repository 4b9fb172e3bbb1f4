// Do the original code bases' checkpoints open, and do their variants hold the same numbers bit by bit?
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  isMap,
  openContainer,
  type Container,
} from '../../../../src-main/checkpoints/containers/container.ts'
import { walkTensors } from '../../../fuzz/corpus/look.ts'

const fixtures = 'tests/fixtures/goldens/parity'
const goldens = [fixtures, join(process.env['EMERGENCE_GOLDENS'] ?? 'none', 'parity')].filter(existsSync)
const checkpoints = goldens.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(pth|tar|bin|safetensors|npz|index\.json)$/.test(name))
    .map((name) => join(folder, name)),
)

/** Every tensor's bits, by path. */
function bitsOf(path: string): Map<string, string> {
  const container = openContainer(path)
  const bits = new Map<string, string>()
  walkTensors(container.root, (tensor, name) => {
    const numbers = tensor.read()
    const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    bits.set(name, `${tensor.shape.join('x')} ${bytes.toString('base64')}`)
  })
  container.close()
  return bits
}
const dino = (name: string): string => join(fixtures, 'dino_vit', name)
const opened = <T>(path: string, look: (container: Container) => T): T => {
  const container = openContainer(path)
  try {
    return look(container)
  } finally {
    container.close()
  }
}

describe('golden checkpoints', () => {
  it.each(checkpoints)('%s opens, and every tensor is read', (path) => {
    const bits = bitsOf(path)
    expect(bits.size).toBeGreaterThan(5)
    expect(opened(path, ({ inert, notices }) => ({ inert, notices })).inert).toEqual([])
  })

  it.each(['backbone_legacy.pth', 'backbone_views.pth', 'backbone.safetensors'])(
    'backbone.pth and %s hold the same numbers',
    (other) => {
      expect(bitsOf(dino(other))).toEqual(bitsOf(dino('backbone.pth')))
    },
  )
  it.each(['bf16', 'fp16'])('the two files of %s hold the same numbers', (precision) => {
    const numbers = bitsOf(dino(`backbone_${precision}.pth`))
    expect(numbers).toEqual(bitsOf(dino(`backbone_${precision}.safetensors`)))
    expect(numbers).not.toEqual(bitsOf(dino('backbone.pth')))
    expect([...numbers.keys()].sort()).toEqual([...bitsOf(dino('backbone.pth')).keys()].sort())
  })
  it('deflated and stored arrays hold the same numbers', () => {
    const folder = join(fixtures, 'npz_vit')
    expect(bitsOf(join(folder, 'vit_deflated.npz'))).toEqual(bitsOf(join(folder, 'vit.npz')))
  })
  it('a folder of three files holds what the single file holds', () => {
    const whole = bitsOf(join(fixtures, 'hf_vit'))
    expect(bitsOf(join(fixtures, 'hf_vit_sharded'))).toEqual(whole)
    expect(bitsOf(join(fixtures, 'hf_vit_sharded', 'model.safetensors.index.json'))).toEqual(whole)
  })
  it('one part of three says that it is one', () => {
    const part = join(fixtures, 'hf_vit_sharded', 'model-00002-of-00003.safetensors')
    expect(opened(part, ({ notices }) => notices)).toEqual([expect.stringContaining('one of 3 parts')])
  })
  it('config.json and preprocessor_config.json beside the weights are read', () => {
    const look = ({ config, preprocessor }: Container) => [
      config['hidden_size'],
      typeof preprocessor['image_mean'],
    ]
    expect(opened(join(fixtures, 'hf_vit'), look)).toEqual([48, 'object'])
    expect(opened(join(fixtures, 'hf_vit', 'model.safetensors'), look)).toEqual([48, 'object'])
    expect(
      opened(join(fixtures, 'timm_vit', 'pytorch_model.bin'), ({ config }) => Object.keys(config).length),
    ).toBeGreaterThan(0)
  })

  it('a DINO training checkpoint keeps its nesting, its NumPy scalars and its arguments', () => {
    opened(dino('checkpoint.pth'), ({ root, metadata, inert, format }) => {
      expect(format).toBe('torch-zip')
      if (!isMap(root)) throw new Error('no dict')
      expect([...root.keys()]).toEqual(
        expect.arrayContaining(['student', 'teacher', 'optimizer', 'epoch', 'args', 'dino_loss']),
      )
      const optimizer = root.get('optimizer')
      const groups = isMap(optimizer) ? optimizer.get('param_groups') : null
      const group = Array.isArray(groups) ? groups[0] : null
      expect(isMap(group!) && typeof group.get('lr')).toBe('number')
      expect(metadata).toMatchObject({ epoch: '2', 'args.arch': 'vit_tiny', 'args.patch_size': '8' })
      expect(inert).toEqual([])
    })
  })
  it('the bundled model opens', () => {
    const bits = bitsOf('resources/models/deit-tiny/model.fp16.safetensors')
    expect(bits.size).toBe(152)
  })
})

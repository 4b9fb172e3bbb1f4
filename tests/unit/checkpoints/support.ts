// What do the tests of this room share? Goldens with the heads that no file stores, and small networks written to order.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { openCheckpoint, type LoadedNetwork } from '../../../src-main/checkpoints/open.ts'
import type { Family, ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import { canonicalShapes, countOf } from '../../../src-main/checkpoints/canonical.ts'
import { floatTensor, type OutTensor } from '../../../src-main/checkpoints/export/form.ts'
import { writeTorch, type TorchValue } from '../../../src-main/checkpoints/export/torchWriter.ts'
import { writeSafetensors } from '../../../src-main/checkpoints/export/safetensorsWriter.ts'
import type { ModelOverrides } from '../../../src-shared/domain/checkpoint.ts'

const full = process.env['EMERGENCE_GOLDENS']
const goldens = full
  ? join(full, 'parity')
  : fileURLToPath(new URL('../../fixtures/goldens/parity/', import.meta.url))

/** A file of a golden case; the case's own folder where the file is left out. */
export function golden(name: string, file = ''): string {
  return join(goldens, name, file)
}

interface Architecture {
  num_heads?: number
  decoder_num_heads?: number
  encoder?: Architecture
}

/** The heads of a golden, which its files do not store. */
export function headsOf(name: string): ModelOverrides {
  const { arch } = JSON.parse(readFileSync(golden(name, 'case.json'), 'utf8')) as { arch?: Architecture }
  const { num_heads: heads, decoder_num_heads: decoderHeads } = arch?.encoder ?? arch ?? {}
  return {
    ...(heads === undefined ? {} : { heads }),
    ...(decoderHeads === undefined ? {} : { decoderHeads }),
  }
}

/** Loads one network of a golden and keeps its file open until the test is over. */
export function keepGolden(name: string, file = '', overrides: ModelOverrides = {}): LoadedNetwork {
  const checkpoint = openCheckpoint(golden(name, file))
  onTestFinished(() => checkpoint.close())
  return checkpoint.load({ ...headsOf(name), ...overrides })
}

/** Loads one network of a golden. */
export function loadGolden(name: string, file = '', overrides: ModelOverrides = {}): LoadedNetwork {
  return loadFile(golden(name, file), { ...headsOf(name), ...overrides })
}

export function loadFile(path: string, overrides: ModelOverrides = {}): LoadedNetwork {
  const checkpoint = openCheckpoint(path)
  try {
    return checkpoint.load(overrides)
  } finally {
    checkpoint.close()
  }
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-checkpoints-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Saves a tree as torch would, and gives its path. */
export function torchFile(root: TorchValue, name = 'model.pth'): string {
  const path = join(temporaryFolder(), name)
  writeTorch(path, root)
  return path
}

/** Saves tensors as safetensors, and gives their path. */
export function safetensorsFile(tensors: ReadonlyMap<string, OutTensor>, name = 'model.safetensors'): string {
  const path = join(temporaryFolder(), name)
  writeSafetensors(path, tensors)
  return path
}

/** A tensor whose numbers depend on its name and place alone. */
export function tensor(name: string, ...shape: number[]): OutTensor {
  return floatTensor(shape, 'f32', () => numbers(name, countOf(shape)))
}

function numbers(name: string, count: number): Float32Array {
  let seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  return Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 31 - 1
  })
}

/** A small network that most families could have; `changes` make it another. */
export function smallSpec(family: Family, changes: Partial<ModelSpec> = {}): ModelSpec {
  return {
    family,
    width: 64,
    depth: 2,
    heads: 1,
    patch: 4,
    imageSize: { width: 12, height: 12 },
    cls: true,
    registers: 0,
    position: { kind: 'learned', rows: 3, columns: 3, rule: 'dino' },
    layerScale: false,
    ffn: { kind: 'mlp', hidden: 96, activation: 'gelu' },
    qkvBias: true,
    normEps: 1e-6,
    clsNorm: false,
    maskToken: false,
    classes: null,
    projectionHead: null,
    decoder: null,
    predictor: null,
    preprocessing: { mean: [0, 0, 0], std: [1, 1, 1], resize: 12, crop: 12, filter: 'bicubic' },
    ...changes,
  }
}

/** Weights of every canonical name, each with numbers of its own. */
export function smallWeights(spec: ModelSpec, clsRow = spec.cls): Weights {
  const weights: Weights = new Map()
  for (const [name, shape] of canonicalShapes(spec, clsRow))
    weights.set(name, { shape, data: numbers(name, countOf(shape)) })
  return weights
}

/** DINO's state dict of a small network, each name behind `prefix`. */
export function dinoTensors(prefix = '', depth = 2): Map<string, OutTensor> {
  const shapes: Record<string, number[]> = {
    cls_token: [1, 1, 64],
    pos_embed: [1, 10, 64],
    'patch_embed.proj.weight': [64, 3, 4, 4],
    'patch_embed.proj.bias': [64],
    'norm.weight': [64],
    'norm.bias': [64],
  }
  for (let i = 0; i < depth; i++)
    Object.assign(shapes, {
      [`blocks.${i}.norm1.weight`]: [64],
      [`blocks.${i}.norm1.bias`]: [64],
      [`blocks.${i}.attn.qkv.weight`]: [192, 64],
      [`blocks.${i}.attn.qkv.bias`]: [192],
      [`blocks.${i}.attn.proj.weight`]: [64, 64],
      [`blocks.${i}.attn.proj.bias`]: [64],
      [`blocks.${i}.norm2.weight`]: [64],
      [`blocks.${i}.norm2.bias`]: [64],
      [`blocks.${i}.mlp.fc1.weight`]: [96, 64],
      [`blocks.${i}.mlp.fc1.bias`]: [96],
      [`blocks.${i}.mlp.fc2.weight`]: [64, 96],
      [`blocks.${i}.mlp.fc2.bias`]: [64],
    })
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [prefix + name, tensor(prefix + name, ...shape)]),
  )
}

/** Names of the weights in which two networks differ by more than `tolerance` (0: any bit). */
export function differing(a: Weights, b: Weights, tolerance = 0): string[] {
  const names = new Set([...a.keys(), ...b.keys()])
  return [...names].filter((name) => {
    const [left, right] = [a.get(name), b.get(name)]
    if (left === undefined || right === undefined || left.shape.join() !== right.shape.join()) return true
    return left.data.some((value, i) => Math.abs(value - (right.data[i] as number)) > tolerance)
  })
}

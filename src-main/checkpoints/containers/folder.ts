// Which model is in this folder? Hugging Face's names, its cache, and words for folders without one.
import { existsSync, opendirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { besideWeights } from './beside.ts'
import { openFile } from './openFile.ts'
import { openShards } from './shards.ts'
import { shown } from './shown.ts'
import { fileFailure, openSource } from './sourceFile.ts'
import type { Container } from './stored.ts'

/** Hugging Face's names for weights, in the order in which transformers looks for them. */
const weightNames = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
]

/** Names of a model in other frameworks, and what they are. */
const otherFrameworks: readonly (readonly [RegExp, string])[] = [
  [
    /^(saved_model\.pb|keras_metadata\.pb|tf_model\.h5|.*\.ckpt\.(index|meta)|.*\.keras)$/,
    'a TensorFlow or Keras model',
  ],
  [/^flax_model.*\.msgpack$/, 'a Flax model'],
  [/\.onnx$/, 'an ONNX model'],
  [/\.gguf$/, 'a GGUF model'],
  [/\.(mlmodel|mlpackage)$/, 'a Core ML model'],
  [/\.distcp$/, 'a checkpoint in pieces of several processes'],
]
const checkpointNames = /\.(pth|pt|ckpt|bin|safetensors|npz|tar)$/i
/** Entries of a folder that are looked at before it is called one without a model. */
const mostEntries = 5000

/** Opens the model in a folder. Throws Failure. */
export function openFolder(path: string): Container {
  const entries = entriesOf(path)
  const weights = weightNames.find((name) => existsSync(join(path, name)))
  if (weights?.endsWith('.index.json')) return { ...openShards(join(path, weights)), path }
  if (weights) {
    const { config, preprocessor, notices } = besideWeights(path)
    const opened = openFile(join(path, weights))
    return { ...opened, path, config, preprocessor, notices: [...new Set([...opened.notices, ...notices])] }
  }
  const snapshot = snapshotOf(path, entries)
  if (snapshot) return { ...openFolder(snapshot), path }
  throw folderFailure(path, entries)
}

/** The names in a folder, at most `mostEntries` of them. */
function entriesOf(path: string): string[] {
  const names: string[] = []
  try {
    const folder = opendirSync(path)
    try {
      for (let entry = folder.readSync(); entry && names.length < mostEntries; entry = folder.readSync())
        names.push(entry.name)
    } finally {
      folder.closeSync()
    }
  } catch (error) {
    throw fileFailure(path, error)
  }
  return names.sort()
}

/** The newest snapshot in a repository of Hugging Face's cache: what refs/main points at. Null in any other folder. */
function snapshotOf(path: string, entries: readonly string[]): string | null {
  if (!entries.includes('snapshots') || !entries.includes('refs')) return null
  try {
    const file = openSource(join(path, 'refs', 'main'))
    const commit = Buffer.from(file.read(0, Math.min(file.bytes, 100)))
      .toString('latin1')
      .trim()
    file.close()
    const snapshot = join(path, 'snapshots', commit)
    return /^[0-9a-f]{7,64}$/.test(commit) && existsSync(snapshot) ? snapshot : null
  } catch (error) {
    if (error instanceof Failure) return null
    throw error
  }
}

function folderFailure(path: string, entries: readonly string[]): Failure {
  const checkpoints = entries.filter((name) => checkpointNames.test(name))
  if (checkpoints.length > 0)
    return new Failure(
      'not-a-checkpoint',
      `${path} is a folder without the weights of a Hugging Face model, but there ${checkpoints.length === 1 ? 'is a checkpoint' : `are ${checkpoints.length} checkpoints`} in it.`,
      `Give the file itself: ${checkpoints
        .slice(0, 5)
        .map((name) => shown(name, 80))
        .join(', ')}.`,
    )
  for (const [pattern, what] of otherFrameworks)
    if (entries.some((name) => pattern.test(name)))
      return new Failure(
        'not-a-checkpoint',
        `${path} holds ${what}, which Emergence cannot read.`,
        'Give the PyTorch weights of the same model: model.safetensors, pytorch_model.bin or a .pth file.',
      )
  return new Failure(
    'not-a-checkpoint',
    entries.length === 0 ? `${path} is an empty folder.` : `${path} is a folder without a model.`,
    'Give a checkpoint file, or a folder with config.json and model.safetensors as Hugging Face has it.',
  )
}

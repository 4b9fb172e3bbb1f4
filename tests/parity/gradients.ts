// Are our gradients the original's? The loss differentiated by every trained parameter, name by name.
import * as tf from '@tensorflow/tfjs-core'
import type { ForwardInputs } from '../../src-main/networks/vit.ts'
import type { GoldenCase } from '../tools/goldens.ts'
import { readNpz } from '../tools/npy.ts'
import { compare, type Row } from './compare.ts'
import type { Feeds, Runner } from './run.ts'

/**
 * Compares the gradient of `loss` by each parameter that the archive holds. The original's names become
 * canonical ones; `prefix` is what the archive puts before the encoder's.
 */
export async function compareGradients(
  golden: GoldenCase,
  archive: string,
  prefix: string,
  loss: (t: Record<string, tf.Tensor>) => tf.Tensor,
  graph: ForwardInputs,
  feeds: Feeds,
  run: Runner,
): Promise<Row[]> {
  const theirs = new Map(
    [...readNpz(golden.path(archive))].map(([name, array]) => [canonical(name, prefix), array]),
  )
  const names = [...theirs.keys()]
  const missing = names.filter((name) => !graph.constants.has(name))
  if (missing.length > 0) throw new Error(`no weights called ${missing.join(', ')}`)
  const ours = await run(
    (t) => {
      const parameters = names.map((name) => t[name]!)
      const ofLoss = (...values: tf.Tensor[]) => {
        const named = Object.fromEntries(names.map((name, i) => [name, values[i]!]))
        return loss({ ...t, ...named }) as tf.Scalar
      }
      const gradients = tf.grads(ofLoss)(parameters)
      return Object.fromEntries(names.map((name, i) => [name, gradients[i]!]))
    },
    graph,
    feeds,
  )
  return names.map((name) =>
    compare(`gradient of ${name}`, ours[name]!, theirs.get(name)!, golden.facts.tolerance),
  )
}

/** MAE's and I-JEPA's parameter names as canonical ones (docs/rooms.md). */
function canonical(name: string, prefix: string): string {
  return name
    .replace(prefix, '')
    .replace(/^cls_token$/, 'cls')
    .replace(/^mask_token$/, 'decoder.mask')
    .replace(/^patch_embed\.proj/, 'patch')
    .replace(
      /^decoder_(embed|norm|pred|blocks)/,
      (_, part: string) => `decoder.${part === 'pred' ? 'prediction' : part}`,
    )
    .replace(
      /^predictor\.predictor_(\w+)/,
      (_, part: string) => `predictor.${part === 'proj' ? 'projection' : part}`,
    )
    .replace(/^predictor\.mask_token$/, 'predictor.mask')
    .replace('attn.qkv', 'attention.qkv')
    .replace('attn.proj', 'attention.projection')
    .replace('mlp.fc1', 'ffn.in')
    .replace('mlp.fc2', 'ffn.out')
}

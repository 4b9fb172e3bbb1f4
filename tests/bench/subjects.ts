// What do the benches look at? Random checkpoints of a real size, photos that differ, and figures with their spread.
import { writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { fillNormal, fillUniform, random } from '../../src-shared/numerics/random.ts'

interface Tower {
  readonly width: number
  readonly depth: number
}

/**
 * A ViT-S/16 of 224 px with random weights, in timm's names; with `decoder` an autoencoder with a decoder of that size,
 * in MAE's.
 */
export function writeModel(path: string, decoder: Tower | null = null): void {
  const [width, patch] = [384, 16]
  const source = random(1)
  const tensors: [string, number[], Float32Array][] = []
  const add = (key: string, shape: number[], std = 0.02, mean = 0): void => {
    const size = shape.reduce((a, b) => a * b, 1)
    tensors.push([key, shape, fillNormal(source, new Float32Array(size), mean, std)])
  }
  const linear = (name: string, out: number, into: number): void => {
    add(`${name}.weight`, [out, into], 0.05)
    add(`${name}.bias`, [out])
  }
  const norm = (name: string, of: number): void => {
    add(`${name}.weight`, [of], 0.1, 1)
    add(`${name}.bias`, [of])
  }
  const blocks = (prefix: string, tower: Tower): void => {
    for (let i = 0; i < tower.depth; i++) {
      const block = `${prefix}.${i}.`
      norm(`${block}norm1`, tower.width)
      norm(`${block}norm2`, tower.width)
      linear(`${block}attn.qkv`, 3 * tower.width, tower.width)
      linear(`${block}attn.proj`, tower.width, tower.width)
      linear(`${block}mlp.fc1`, 4 * tower.width, tower.width)
      linear(`${block}mlp.fc2`, tower.width, 4 * tower.width)
    }
  }
  add('cls_token', [1, 1, width])
  add('pos_embed', [1, 197, width])
  add('patch_embed.proj.weight', [width, 3, patch, patch], 0.05)
  add('patch_embed.proj.bias', [width])
  blocks('blocks', { width, depth: 12 })
  norm('norm', width)
  if (decoder) {
    linear('decoder_embed', decoder.width, width)
    add('mask_token', [1, 1, decoder.width])
    add('decoder_pos_embed', [1, 197, decoder.width])
    blocks('decoder_blocks', decoder)
    norm('decoder_norm', decoder.width)
    linear('decoder_pred', patch ** 2 * 3, decoder.width)
  }
  let offset = 0
  const head = Object.fromEntries(
    tensors.map(([key, shape, data]) => {
      const from = offset
      offset += data.byteLength
      return [key, { dtype: 'F32', shape, data_offsets: [from, offset] }]
    }),
  )
  const text = Buffer.from(JSON.stringify(head).padEnd(Math.ceil(JSON.stringify(head).length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(path, Buffer.concat([length, text, ...tensors.map(([, , data]) => Buffer.from(data.buffer))]))
}

/** Photos that differ, 224 × 224. */
export async function writePhoto(path: string, seed: number): Promise<void> {
  const small = fillUniform(random(seed), new Float32Array(14 * 14 * 3), 0, 255)
  await sharp(Buffer.from(Uint8Array.from(small)), { raw: { width: 14, height: 14, channels: 3 } })
    .resize(224, 224, { kernel: 'cubic' })
    .jpeg()
    .toFile(path)
}

/** Median, quartiles, how often, and the most. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return 'nothing was measured'
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): string => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(0)
  return `${at(0.5)} (${at(0.25)}–${at(0.75)}, ${sorted.length} times, most ${at(1)})`
}

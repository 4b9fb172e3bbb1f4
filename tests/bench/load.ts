// How long does a large checkpoint take from file to tokens, and how much memory? A ViT-B/16 of 344 MB in safetensors,
// opened, compiled and run once in a process of its own.
//
//   node tests/bench/load.ts [--rounds 3]
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openCheckpoint } from '../../src-main/checkpoints/open.ts'
import { compile } from '../../src-main/compute/compile.ts'
import { randomModel } from '../../src-main/networks/initialise.ts'
import { presets } from '../../src-main/networks/presets.ts'
import { forward, forwardInputs, forwardOutputs } from '../../src-main/networks/vit.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import { median } from './protocol.ts'

/** The original DINO's names for ours. */
const originalNames: readonly (readonly [RegExp, string])[] = [
  [/^patch\./, 'patch_embed.proj.'],
  [/attention\.qkv/, 'attn.qkv'],
  [/attention\.projection/, 'attn.proj'],
  [/ffn\.in/, 'mlp.fc1'],
  [/ffn\.out/, 'mlp.fc2'],
]

function writeCheckpoint(path: string): void {
  const spec = presets['vit-b16']
  const weights = randomModel(spec, 1)
  const named = new Map<string, { shape: number[]; parts: Float32Array[] }>()
  for (const [name, { shape, data }] of weights) {
    const original = originalNames.reduce((text, [ours, theirs]) => text.replace(ours, theirs), name)
    named.set(original, { shape, parts: [data] })
  }
  const take = (name: string) => {
    const entry = named.get(name)
    named.delete(name)
    return entry?.parts[0] as Float32Array
  }
  const positions = [take('position.cls'), take('position.patches')]
  named.set('pos_embed', { shape: [1, 197, spec.width], parts: positions })
  named.set('cls_token', { shape: [1, 1, spec.width], parts: [take('cls')] })
  const patch = [spec.width, 3, spec.patch, spec.patch]
  named.set('patch_embed.proj.weight', { shape: patch, parts: [take('patch_embed.proj.weight')] })
  let at = 0
  const header = Object.fromEntries(
    [...named].map(([name, { shape, parts }]) => {
      const begin = at
      at += parts.reduce((sum, part) => sum + part.byteLength, 0)
      return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }]
    }),
  )
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(path, Buffer.concat([length, text]))
  for (const { parts } of named.values())
    for (const part of parts)
      appendFileSync(path, new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
}

/** The most memory this process ever held, in MB (Linux). */
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024

interface Measured {
  openMs: number
  loadMs: number
  runMs: number
  idleMB: number
  peakMB: number
}

async function measure(path: string, packed: boolean): Promise<Measured> {
  const idleMB = peak()
  const start = performance.now()
  const checkpoint = openCheckpoint(path)
  const opened = performance.now()
  const { spec, weights } = checkpoint.load({})
  checkpoint.close()
  const loaded = performance.now()
  const { constants, inputs } = forwardInputs(spec, weights, 224, 224)
  const layout = layoutFor(spec, 224, 224)
  const program = await compile((t) => forwardOutputs(forward(spec, layout, t)), inputs, constants, {
    device: 'cpu',
    packed,
  })
  const data = new Float32Array(3 * 224 * 224)
  await program.run({ images: { dtype: 'float32', shape: [1, 3, 224, 224], data } }, ['tokens'])
  const runMs = performance.now() - loaded
  return { openMs: opened - start, loadMs: loaded - opened, runMs, idleMB, peakMB: peak() }
}

const { values: settings } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    child: { type: 'string' },
    packed: { type: 'boolean', default: false },
  },
})
if (settings.child !== undefined) console.log(JSON.stringify(await measure(settings.child, settings.packed)))
else {
  const folder = mkdtempSync(join(tmpdir(), 'emergence-bench-'))
  const path = join(folder, 'vit-b16.safetensors')
  writeCheckpoint(path)
  const size = statSync(path).size / 2 ** 20
  for (const packed of [false, true]) {
    const runs = Array.from({ length: Number(settings.rounds) }, () => {
      const args = [import.meta.filename, '--child', path, ...(packed ? ['--packed'] : [])]
      return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured
    })
    const of = (pick: (run: Measured) => number) => median(runs.map(pick)).toFixed(0)
    const above = (run: Measured) => run.peakMB - run.idleMB
    console.log(
      `${size.toFixed(0)} MB${packed ? ', weights packed' : ''}: open ${of((r) => r.openMs)} ms, load ${of((r) => r.loadMs)} ms, ` +
        `compile and first run ${of((r) => r.runMs)} ms; memory above idle ${of(above)} MB, ` +
        `${(median(runs.map(above)) / size).toFixed(2)} times the weights (idle ${of((r) => r.idleMB)} MB)`,
    )
  }
  rmSync(folder, { recursive: true })
}

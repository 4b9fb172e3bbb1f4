// How fast are we, and TensorFlow.js's wasm, at the same forward pass? Reads requests, one JSON object a line.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import * as tf from '@tensorflow/tfjs-core'
import { compile } from '../../src-main/compute/compile.ts'
import type { Constants, Program } from '../../src-main/compute/program.ts'
import { linear } from '../../src-main/compute/ops.ts'
import { forward, forwardInputs, forwardOutputs } from '../../src-main/networks/vit.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import { layoutFor } from '../../src-shared/domain/tokenLayout.ts'
import type { Request, Reply } from './protocol.ts'

const [folder, kind, threads] = process.argv.slice(2) as [string, 'ours' | 'packed' | 'fast' | 'wasm', string]
const spec = JSON.parse(readFileSync(`${folder}/spec.json`, 'utf8')) as ModelSpec
const { width: side } = spec.imageSize

/** The weights that forward.ts wrote, as views of one buffer. */
function readWeights(): Map<string, { shape: number[]; data: Float32Array }> {
  const list = JSON.parse(readFileSync(`${folder}/weights.json`, 'utf8')) as [string, number[]][]
  const bytes = readFileSync(`${folder}/weights.bin`)
  let at = bytes.byteOffset
  return new Map(
    list.map(([name, shape]) => {
      const data = new Float32Array(bytes.buffer, at, tf.util.sizeFromShape(shape))
      at += data.byteLength
      return [name, { shape, data }]
    }),
  )
}

const device = kind === 'wasm' ? 'wasm' : 'cpu'
const precision = kind === 'fast' ? 'fast' : 'exact'
const options = { device, threads: Number(threads), packed: kind === 'packed', precision } as const
const { constants, inputs } = forwardInputs(spec, readWeights(), side, side)
const layout = layoutFor(spec, side, side)
const network = await compile((t) => forwardOutputs(forward(spec, layout, t)), inputs, constants, options)
let product: Program | null = null

async function multiply(): Promise<void> {
  const shape = [1024, 1024]
  const square = { shape, data: new Float32Array(1024 * 1024).fill(0.5) }
  const weights: Constants = new Map([['w', square]])
  product ??= await compile(
    ({ x, w }) => ({ y: linear(x as tf.Tensor, w as tf.Tensor, null) }),
    { x: { shape } },
    weights,
    options,
  )
  await product.run({ x: { dtype: 'float32', shape, data: square.data } })
}

async function answer(request: Request): Promise<Reply> {
  const shape = [request.batch, 3, side, side]
  const data = Float32Array.from({ length: request.batch * 3 * side * side }, (_, index) =>
    Math.sin(index * 0.01),
  )
  const layers = Array.from({ length: spec.depth }, (_, layer) => `attention.${layer}`)
  const wanted = request.attention ? ['tokens', ...layers] : ['tokens']
  const times: number[] = []
  const processor: number[] = []
  let sample: number[] = []
  for (let repeat = 0; repeat <= request.repeats; repeat++) {
    const [start, used] = [performance.now(), process.cpuUsage()]
    if (request.gemm) await multiply()
    else {
      const { tokens } = await network.run({ images: { dtype: 'float32', shape, data } }, wanted)
      sample = Array.from(tokens?.data.slice(0, 1000) ?? [])
    }
    times.push(performance.now() - start)
    const { user, system } = process.cpuUsage(used)
    processor.push((user + system) / 1000)
  }
  return { times: times.slice(1), processor: processor.slice(1), sample }
}

const say = (reply: object) => process.stdout.write(`${JSON.stringify(reply)}\n`)
say({ ready: kind })
for await (const line of createInterface({ input: process.stdin }))
  say(await answer(JSON.parse(line) as Request))

// Are our tokens, attention, layers and logits the original's? One forward pass against every array stored for it.
import { layoutFor, firstPatch, tokenCount } from '../../src-shared/domain/tokenLayout.ts'
import type { ModelOverrides } from '../../src-shared/domain/checkpoint.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { attentionMatrix } from '../../src-shared/numerics/attention.ts'
import type { TensorValue } from '../../src-main/compute/program.ts'
import { openCheckpoint } from '../../src-main/checkpoints/open.ts'
import { projectionHead } from '../../src-main/networks/head.ts'
import { clsOf, finalNorm, forward, forwardInputs, forwardOutputs } from '../../src-main/networks/vit.ts'
import type { GoldenCase } from '../tools/goldens.ts'
import { compare, rowsOf, type Numbers, type Row } from './compare.ts'
import { feed, type Runner } from './run.ts'

export interface Check {
  file: string
  /** `56x56`, `56x56 masked`, … */
  label: string
  measure(run: Runner): Promise<Row[]>
}

export interface Model {
  spec: ModelSpec
  weights: Weights
}

/** Reads one network of a checkpoint, as the application does. */
export function load(golden: GoldenCase, file: string, network?: string): Model {
  const checkpoint = openCheckpoint(golden.path(file))
  try {
    return checkpoint.load({ ...headsOf(golden), ...(network === undefined ? {} : { network }) })
  } finally {
    checkpoint.close()
  }
}

/** The heads that a person would have to give: most files do not say them. Configurations, periods and kernels do. */
function headsOf({ name, facts: { arch } }: GoldenCase): Pick<ModelOverrides, 'heads' | 'decoderHeads'> {
  const encoder = arch?.encoder ?? arch
  if (/^(hf_|dinov3_|npz_)/.test(name) || encoder?.num_heads === undefined) return {}
  const decoderHeads = arch?.decoder_num_heads
  return { heads: encoder.num_heads, ...(decoderHeads === undefined ? {} : { decoderHeads }) }
}

/** Every file at every size, masked ones too. */
export function tokenChecks(golden: GoldenCase, file: string): Check[] {
  const rounded = /_(bf16|fp16)/.exec(file)?.[0] ?? ''
  const sizes = Object.keys(golden.facts.sizes).filter(
    (size) => rounded === '' || golden.has(`cls_${size}${rounded}.npy`),
  )
  const checks = sizes.map((size) => ({
    file,
    label: size,
    measure: (run: Runner) => measureTokens(golden, load(golden, file), size, '', rounded, run),
  }))
  if (rounded !== '') return checks
  const masked = sizes
    .filter((size) => golden.has(`mask_${size}.npy`))
    .map((size) => ({
      file,
      label: `${size} masked`,
      measure: (run: Runner) => measureTokens(golden, load(golden, file), size, 'masked_', '', run),
    }))
  return [...checks, ...masked]
}

/** The student's tokens and the teacher's projection head, where a training checkpoint has both. */
export function headChecks(golden: GoldenCase): Check[] {
  const file = 'checkpoint.pth'
  if (!golden.has('teacher_head_56x56.npy') || !golden.has(file)) return []
  return [
    {
      file,
      label: '56x56 student',
      measure: (run) => measureTokens(golden, load(golden, file, 'student'), '56x56', 'student_', '', run),
    },
    { file, label: '56x56 head', measure: (run) => measureHead(golden, load(golden, file, 'teacher'), run) },
  ]
}

/** One forward pass against every array stored for its size; `before` and `after` surround the arrays' names. */
export async function measureTokens(
  golden: GoldenCase,
  { spec, weights }: Model,
  size: string,
  before: string,
  after: string,
  run: Runner,
): Promise<Row[]> {
  const { width, height } = golden.facts.sizes[size]!
  const layout = layoutFor(spec, width, height)
  const masked = before === 'masked_'
  const images = golden.read(`input_${size}.npy`)
  const feeds = { images: feed(images.shape, images.data) }
  if (masked) {
    const mask = golden.read(`mask_${size}.npy`)
    Object.assign(feeds, { patchMask: feed(mask.shape, mask.data) })
  }
  const result = await run(
    (t) => {
      const all = forward(spec, layout, t)
      all.layers.forEach((layer, i) => (all.layers[i] = finalNorm(spec, layout, t, layer)))
      return forwardOutputs(all)
    },
    forwardInputs(spec, weights, width, height, { masked }),
    feeds,
  )

  const bounds = {
    cls: [0, 1],
    reg: [1, firstPatch(layout)],
    patch: [firstPatch(layout), tokenCount(layout)],
  }
  const part = (tokens: Numbers, name: keyof typeof bounds) => {
    const [from, to] = bounds[name] as [number, number]
    return rowsOf(tokens, from, to)
  }
  const rows: Row[] = []
  const against = (quantity: string, file: string, ours: () => Numbers) => {
    if (golden.has(file)) rows.push(compare(quantity, ours(), golden.read(file), golden.facts.tolerance))
  }
  for (const name of ['cls', 'reg', 'patch'] as const)
    against(name, `${before}${name}_${size}${after}.npy`, () => part(result['tokens']!, name))
  if (before !== '' || after !== '') return rows

  const last = spec.depth - 1
  const attention = Array.from({ length: spec.depth }, (_, i) => result[`attention.${i}`]!)
  const { heads } = spec
  against('attention of the last layer', `attn_last_${size}.npy`, () => attention[last]!)
  against('attention of all layers', `attn_all_${size}.npy`, () => joined(attention))
  against('attention from q and k', `attn_last_${size}.npy`, () =>
    attentionFrom(result[`q.${last}`]!, result[`k.${last}`]!, heads),
  )
  against('tokens before the norm', `prenorm_${size}.npy`, () => result['preNorm']!)
  const layers = Array.from({ length: spec.depth }, (_, i) => result[`layers.${i}`]!)
  against('all layers', `layers_norm_${size}.npy`, () => joined(layers))
  for (const chosen of [
    [1, 3],
    [0, 2],
  ])
    for (const name of ['cls', 'reg', 'patch'] as const)
      against(
        `${name} of layers ${chosen.join(' and ')}`,
        `layers_${chosen.join('_')}_${name}_${size}.npy`,
        () => joined(chosen.map((i) => part(layers[i]!, name))),
      )
  against('logits', `logits_${size}.npy`, () => result['logits']!)
  return rows
}

async function measureHead(golden: GoldenCase, { spec, weights }: Model, run: Runner): Promise<Row[]> {
  const { width, height } = golden.facts.sizes['56x56']!
  const layout = layoutFor(spec, width, height)
  const images = golden.read('input_56x56.npy')
  const graph = forwardInputs(spec, weights, width, height)
  const head = [...weights].filter(([name]) => name.startsWith('projectionHead.'))
  const { prototypes } = await run(
    (t) => ({ prototypes: projectionHead(spec, t, clsOf(spec, forward(spec, layout, t).tokens)) }),
    { ...graph, constants: new Map([...graph.constants, ...head]) },
    { images: feed(images.shape, images.data) },
  )
  return [compare('head', prototypes!, golden.read('teacher_head_56x56.npy'), golden.facts.tolerance)]
}

/** The attention `[heads, tokens, tokens]` of one layer as the window computes it from q and k. */
function attentionFrom(q: TensorValue, k: TensorValue, heads: number): Numbers {
  const [tokens, width] = q.shape.slice(-2) as [number, number]
  const [queries, keys] = [q.data as Float32Array, k.data as Float32Array]
  return joined(
    Array.from({ length: heads }, (_, head) => ({
      shape: [tokens, tokens],
      data: attentionMatrix(queries, keys, { tokens, width, heads }, head),
    })),
  )
}

function joined(parts: readonly Numbers[]): Numbers {
  return { shape: [parts.length, ...parts[0]!.shape], data: parts.flatMap((part) => Array.from(part.data)) }
}

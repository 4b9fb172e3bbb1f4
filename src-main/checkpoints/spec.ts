// What kind of network is this? Its spec, from the shapes of its weights and whatever was stored beside them.
import { Failure } from '../../src-shared/domain/failure.ts'
import {
  interpolationRules,
  type InterpolationRule,
  type ModelSpec,
  type PositionSpec,
} from '../../src-shared/domain/modelSpec.ts'
import { googleVit } from './families/googleVit.ts'
import { evidenceOf, unsupported, type Evidence, type SpecEvidence } from './evidence.ts'
import { gridOf } from './grid.ts'
import { encoderHeads } from './heads.ts'
import { decoderOf, predictorOf, projectionHeadOf } from './parts.ts'
import { preprocessingOf } from './preprocessing.ts'

/** A spec, where its uncertain values come from, and what a person should know of it. */
export interface Described {
  readonly spec: ModelSpec
  readonly sources: Record<string, string>
  readonly notices: string[]
  /** Whether the position table has a row for [CLS]. */
  readonly clsRow: boolean
  /** False where nothing tells the number of heads: 1 stands in the spec, and the network cannot be run. */
  readonly headsKnown: boolean
}

/** Reads the spec of a network. Throws Failure where its shapes are no vision transformer's, or leave a question open. */
export function describe(given: SpecEvidence): Described {
  const evidence = evidenceOf(given)
  const { overrides, map, guess, container, file, settings, shapeOf, sources, notices } = evidence
  const { width, patch } = patchOf(evidence)
  const depth = evidence.depthOf('blocks')
  if (depth === 0) throw unsupported(file, 'has a patch embedding but no transformer blocks')
  sources['family'] = guess.reason

  const periods = shapeOf('rope.periods')?.[0] ?? null
  const kernel = map === googleVit ? headsOfKernels(evidence) : null
  const told = encoderHeads({
    asked: overrides.heads,
    config: container.config,
    settings,
    width,
    depth,
    periods,
    fromShapes: kernel,
  })
  const heads = told ?? { value: 1, source: 'unknown; 1 stands in for it' }
  sources['heads'] = heads.source
  if (told === null)
    notices.push(
      `Nothing tells the number of attention heads, and the width of ${width} is no multiple of 64: give it (--heads) before the network is run.`,
    )
  const layout = layoutOf(evidence, width, patch)
  const normEps = normEpsOf(evidence)
  const ffn = ffnOf(evidence)
  const encoder = {
    family: guess.family,
    width,
    depth,
    heads: heads.value,
    patch,
    ...layout.spec,
    layerScale: shapeOf('blocks.0.scale1') !== null,
    ffn,
    qkvBias: shapeOf('blocks.0.attention.qkv.bias') !== null,
    normEps,
    clsNorm: shapeOf('clsNorm.weight') !== null,
    maskToken: shapeOf('mask') !== null,
  }
  const preprocessing = preprocessingOf(container.preprocessor, container.config, settings, {
    family: guess.family,
    patch,
    imageSize: layout.spec.imageSize,
    fromGoogle: map === googleVit,
  })
  sources['preprocessing'] = preprocessing.source
  if (normEps !== map.normEps && guess.family !== 'timm')
    notices.push(
      `The norms use the epsilon ${normEps} of config.json; the original code uses ${map.normEps}.`,
    )
  const spec: ModelSpec = {
    ...encoder,
    classes: classesOf(evidence, width, encoder.cls),
    projectionHead: projectionHeadOf(evidence, width),
    decoder: decoderOf(evidence, width),
    predictor: predictorOf(evidence, width, heads.value),
    preprocessing: preprocessing.value,
  }
  return { spec, sources, notices, clsRow: layout.clsRow, headsKnown: told !== null }
}

function patchOf({ shapeOf, overrides, file }: Evidence): { width: number; patch: number } {
  const [width = 0, channels = 0, height = 0, side = 0, ...more] = shapeOf('patch.weight') ?? []
  if (more.length > 0)
    throw unsupported(file, 'embeds patches of space and time: it seems to be a video model')
  if (width < 1 || side < 1)
    throw unsupported(file, 'has a patch embedding that is no convolution of square patches')
  if (channels !== 3)
    throw unsupported(file, `takes pictures of ${channels} channels; three (red, green, blue) are expected`)
  if (height !== side)
    throw unsupported(file, `cuts patches of ${height} x ${side} px; square ones are expected`)
  if (overrides.patch !== undefined && overrides.patch !== side)
    throw new Failure(
      'bad-argument',
      `--patch ${overrides.patch} contradicts ${file}, whose patch kernel is ${side} x ${side} px.`,
      'Leave --patch out.',
    )
  return { width, patch: side }
}

function layoutOf(evidence: Evidence, width: number, patch: number) {
  const { map, overrides, shapeOf, sources, view, notices, file } = evidence
  const stored = shapeOf('registers')
  const registers = stored === null ? 0 : (stored.at(-2) ?? 1)
  const asked = overrides.interpolation
  if (map.position === 'rotary') {
    if (asked !== undefined)
      notices.push('Rotary positions have no table: --interpolation changes nothing here.')
    const side = gridOf.withoutTable(evidence, patch)
    const position: PositionSpec = { kind: 'rotary', normalise: 'separate' }
    sources['position'] = 'rotary, coordinates normalised separately; the file does not say it'
    return { clsRow: false, spec: { cls: true, registers, position, imageSize: side } }
  }
  const table = shapeOf('position.patches')
  if (table === null) throw unsupported(file, 'has neither a position table nor rotary periods')
  const hasCls = shapeOf('cls') !== null
  const grid = gridOf.table(evidence, { patch, rows: table[0] ?? 0, hasCls, registers })
  const { rows, columns } = grid
  const rule: InterpolationRule = asked ?? storedRule(evidence) ?? map.interpolation(view)
  const isFixed = map.position === 'sincos' && asked === undefined
  const position: PositionSpec = isFixed
    ? { kind: 'sincos', rows, columns }
    : { kind: 'learned', rows, columns, rule }
  sources['position'] = isFixed
    ? 'the family’s fixed sine-cosine table'
    : asked !== undefined
      ? 'the rule asked for'
      : `the rule of ${map.label}`
  if (width !== table[1])
    throw unsupported(file, `has a position table of width ${table[1]} for tokens of width ${width}`)
  return {
    clsRow: grid.clsRow,
    spec: {
      cls: grid.cls,
      registers,
      position,
      imageSize: { width: columns * patch, height: rows * patch },
    },
  }
}

function storedRule({ settings }: Evidence): InterpolationRule | null {
  const stored = settings.get('position_interpolation')
  return interpolationRules.find((rule) => rule === stored) ?? null
}

function normEpsOf({ container, settings, map, sources }: Evidence): number {
  const isEpsilon = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1
  const configured = container.config['layer_norm_eps']
  sources['normEps'] = isEpsilon(configured) ? 'config.json' : `the habit of ${map.label}`
  if (isEpsilon(configured)) return configured
  const stored = settings.get('norm_eps')
  if (!isEpsilon(stored)) return map.normEps
  sources['normEps'] = 'the stored setting norm_eps'
  return stored
}

function ffnOf({ shapeOf, container, file, sources }: Evidence): ModelSpec['ffn'] {
  const [rows = 0] = shapeOf('blocks.0.ffn.in.weight') ?? []
  const outgoing = shapeOf('blocks.0.ffn.out.weight')
  const hidden = outgoing?.[1] ?? rows
  const kind = rows === 2 * hidden ? 'swiglu' : 'mlp'
  if (hidden < 1 || (kind === 'mlp' && rows !== hidden))
    throw unsupported(
      file,
      `has an FFN that takes in ${rows} and gives out ${hidden} values: no MLP, no SwiGLU`,
    )
  const named = container.config['hidden_act']
  if (kind === 'swiglu') return { kind, hidden, activation: 'silu' }
  const activation = activationOf(named)
  if (activation === null)
    throw unsupported(file, `uses the activation ${String(named).slice(0, 40)}, which no family here has`)
  if (typeof named === 'string') sources['ffn.activation'] = 'config.json'
  return { kind, hidden, activation }
}

function activationOf(name: unknown): ModelSpec['ffn']['activation'] | null {
  if (typeof name !== 'string' || name === 'gelu') return 'gelu'
  if (['gelu_new', 'gelu_pytorch_tanh', 'gelu_fast', 'gelu_tanh'].includes(name)) return 'gelu-tanh'
  if (name === 'silu' || name === 'swish') return 'silu'
  return name === 'relu' ? 'relu' : null
}

function classesOf(evidence: Evidence, width: number, cls: boolean): number | null {
  const { shapeOf, matched, notices, container } = evidence
  const [classes, inputs] = shapeOf('head.weight') ?? []
  if (classes === undefined || shapeOf('head.bias') === null) return null
  const before = [...matched.rest.keys(), ...(matched.pieces.get('norm.weight')?.wanted ?? [])]
  const between = before.find((name) => /^(fc_norm|pre_logits|attn_pool)\b/.test(name))
  const pooled = container.config['global_pool'] === 'avg' || !cls
  if (inputs === width && between === undefined && !pooled) return classes
  notices.push(
    between === undefined
      ? 'The classification head does not read the [CLS] token alone, so it is left out.'
      : `The classification head reads ${between.split('.')[0] ?? between} first, so it is left out.`,
  )
  return null
}

/** Heads of Google's query kernels `[width, heads, head width]`. */
function headsOfKernels({ matched }: Evidence): number | null {
  const source = matched.pieces.get('blocks.0.attention.qkv.weight')?.sources[0]
  return source?.tensor.shape[1] ?? null
}

// What is a network, in numbers? One spec for every family; the spec makes the difference, not the code.
import { z } from 'zod'

export const families = ['dino', 'dinov2', 'dinov3', 'mae', 'ibot', 'ijepa', 'timm'] as const
export const familySchema = z.enum(families)
/** Whose mathematics and conventions a network follows; Hugging Face copies keep the family they copy. */
export type Family = z.infer<typeof familySchema>

export const interpolationRules = [
  'dino',
  'dinov2',
  'dinov2-antialias',
  'size',
  'timm',
  'huggingface',
] as const
export const interpolationRuleSchema = z.enum(interpolationRules)
/**
 * How a learned position table is resampled to another grid.
 * `dino`, `dinov2`: bicubic (a = −0.75), scale factor (n + 0.1) / native, as the original repositories.
 * `dinov2-antialias`: target size given, separable antialiased bicubic (a = −0.5); DINOv2 with registers.
 * `size`: target size given, bicubic (a = −0.75), no antialias; MAE's util.pos_embed.
 * `timm`: target size given, antialiased bicubic; timm's resample_abs_pos_embed.
 * `huggingface`: target size given, bicubic (a = −0.75), no antialias; transformers' interpolate_pos_encoding.
 */
export type InterpolationRule = z.infer<typeof interpolationRuleSchema>

export const positionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('learned'),
    /** Rows and columns of the stored table, class token excluded. */
    rows: z.int().positive(),
    columns: z.int().positive(),
    rule: interpolationRuleSchema,
  }),
  /** Fixed 2-D sine-cosine table, recomputed for any grid (I-JEPA). */
  z.object({ kind: z.literal('sincos'), rows: z.int().positive(), columns: z.int().positive() }),
  /** Rotary positions on the queries and keys of the patches; periods are the weight `rope.periods`. */
  z.object({ kind: z.literal('rotary'), normalise: z.enum(['separate', 'min', 'max']) }),
])
export type PositionSpec = z.infer<typeof positionSchema>

export const ffnSchema = z.object({
  /** `swiglu`: silu(gate) · value, gate and value joined in one weight, gate first. */
  kind: z.enum(['mlp', 'swiglu']),
  hidden: z.int().positive(),
  activation: z.enum(['gelu', 'gelu-tanh', 'silu', 'relu']),
})

export const preprocessingSchema = z.object({
  mean: z.tuple([z.number(), z.number(), z.number()]),
  std: z.tuple([z.number(), z.number(), z.number()]),
  /** Shorter side after resizing, before the centre crop, in pixels. */
  resize: z.int().positive(),
  /** Side of the centre crop, in pixels. */
  crop: z.int().positive(),
  filter: z.enum(['bicubic', 'bilinear', 'lanczos']),
})
/** What the training code did to a picture before the network saw it. */
export type Preprocessing = z.infer<typeof preprocessingSchema>

export const imagenetMean = [0.485, 0.456, 0.406] as const
export const imagenetStd = [0.229, 0.224, 0.225] as const

/** MAE's decoder: embeds the visible tokens, fills in mask tokens, predicts pixels of every patch. */
export const decoderSchema = z.object({
  width: z.int().positive(),
  depth: z.int().nonnegative(),
  heads: z.int().positive(),
  ffnHidden: z.int().positive(),
  /** True: the targets are pixels normalised by their own patch's mean and variance; null: not known. */
  normPixLoss: z.boolean().nullable(),
})

/** I-JEPA's predictor: from context tokens and target positions to target tokens. */
export const predictorSchema = z.object({
  width: z.int().positive(),
  depth: z.int().nonnegative(),
  heads: z.int().positive(),
  ffnHidden: z.int().positive(),
})

/** DINO's or iBOT's projection head; `prototypes` is K. */
export const projectionHeadSchema = z.object({
  layers: z.int().positive(),
  hidden: z.int().positive(),
  bottleneck: z.int().positive(),
  prototypes: z.int().positive(),
})

export const modelSpecSchema = z.object({
  family: familySchema,
  width: z.int().positive(),
  depth: z.int().positive(),
  heads: z.int().positive(),
  /** Side of a square patch, in pixels. */
  patch: z.int().positive(),
  /** The size the position table was made for, in pixels. */
  imageSize: z.object({ width: z.int().positive(), height: z.int().positive() }),
  cls: z.boolean(),
  registers: z.int().nonnegative(),
  position: positionSchema,
  layerScale: z.boolean(),
  ffn: ffnSchema,
  qkvBias: z.boolean(),
  normEps: z.number().positive(),
  /** True where the class and register tokens have a final norm of their own (a DINOv3 option). */
  clsNorm: z.boolean(),
  maskToken: z.boolean(),
  /** Outputs of the classification head, which reads the normalised [CLS]; null without a head. */
  classes: z.int().positive().nullable(),
  projectionHead: projectionHeadSchema.nullable(),
  decoder: decoderSchema.nullable(),
  predictor: predictorSchema.nullable(),
  preprocessing: preprocessingSchema,
})
/** Everything that tells one vision transformer from another. */
export type ModelSpec = z.infer<typeof modelSpecSchema>
export type DecoderSpec = z.infer<typeof decoderSchema>
export type PredictorSpec = z.infer<typeof predictorSchema>

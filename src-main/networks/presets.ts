// Which networks does everybody know by name? Specs of plain vision transformers, and of MAE around them.
import { imagenetMean, imagenetStd, type ModelSpec } from '../../src-shared/domain/modelSpec.ts'

/** What tells one plain ViT from another; widths in channels, sizes in pixels. */
export interface PlainSize {
  readonly width: number
  readonly depth: number
  readonly heads: number
  readonly patch: number
  readonly imageSize: number
}

/** A plain ViT as DINO trains it: [CLS], learned positions, MLP four times as wide, GELU, no LayerScale. */
export function plainSpec({ width, depth, heads, patch, imageSize }: PlainSize): ModelSpec {
  const side = Math.floor(imageSize / patch)
  return {
    family: 'dino',
    width,
    depth,
    heads,
    patch,
    imageSize: { width: imageSize, height: imageSize },
    cls: true,
    registers: 0,
    position: { kind: 'learned', rows: side, columns: side, rule: 'dino' },
    layerScale: false,
    ffn: { kind: 'mlp', hidden: 4 * width, activation: 'gelu' },
    qkvBias: true,
    normEps: 1e-6,
    clsNorm: false,
    maskToken: false,
    classes: null,
    projectionHead: null,
    decoder: null,
    predictor: null,
    preprocessing: {
      mean: [...imagenetMean],
      std: [...imagenetStd],
      resize: Math.round((imageSize * 256) / 224),
      crop: imageSize,
      filter: 'bicubic',
    },
  }
}

/** The usual sizes at 224 px: ViT-Ti/16 (Touvron et al. 2021), ViT-S/16, ViT-S/8, ViT-B/16, ViT-L/16 (Dosovitskiy et al. 2021). */
export const presets = {
  'vit-ti16': plainSpec({ width: 192, depth: 12, heads: 3, patch: 16, imageSize: 224 }),
  'vit-s16': plainSpec({ width: 384, depth: 12, heads: 6, patch: 16, imageSize: 224 }),
  'vit-s8': plainSpec({ width: 384, depth: 12, heads: 6, patch: 8, imageSize: 224 }),
  'vit-b16': plainSpec({ width: 768, depth: 12, heads: 12, patch: 16, imageSize: 224 }),
  'vit-l16': plainSpec({ width: 1024, depth: 24, heads: 16, patch: 16, imageSize: 224 }),
} as const satisfies Record<string, ModelSpec>

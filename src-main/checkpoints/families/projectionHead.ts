// What do DINO, iBOT, DINOv2 and DINOv3 call the layers of their projection head?
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { as, layer, only, type KeyRule } from './keyMap.ts'
import { weightNorm } from './conversions.ts'

/** More linear layers than any published head has (three). */
const mostLayers = 8

/**
 * Rules for a `DINOHead` at `stored`: linear layers at the even places of `mlp` (GELUs between them), or a single one
 * at `mlp` itself, and a last layer that is weight-normalised (DINO, iBOT, DINOv2) or plain (DINOv3).
 */
export function projectionHead(stored: string, last: 'weight-normalised' | 'plain'): KeyRule[] {
  return [
    ...only(hasSingleLayer, layer('projectionHead.0', `${stored}.mlp`)),
    ...Array.from({ length: mostLayers }, (_, i) =>
      only((spec) => !hasSingleLayer(spec), layer(`projectionHead.${i}`, `${stored}.mlp.${2 * i}`)),
    ).flat(),
    last === 'plain'
      ? as('projectionHead.last.weight', `${stored}.last_layer.weight`)
      : {
          stored: [`${stored}.last_layer.weight_g`, `${stored}.last_layer.weight_v`],
          canonical: ['projectionHead.last.weight'],
          conversion: weightNorm,
        },
  ]
}

function hasSingleLayer(spec: ModelSpec): boolean {
  return spec.projectionHead?.layers === 1
}

// What stands beside the encoder? MAE's decoder, I-JEPA's predictor and DINO's projection head, from their shapes.
import type { DecoderSpec, ModelSpec, PredictorSpec } from '../../src-shared/domain/modelSpec.ts'
import { decoderHeads } from './heads.ts'
import type { Evidence } from './evidence.ts'

/**
 * MAE's decoder; null where there is none. Also null, with a notice, where its heads are not known: a reconstruction
 * with the wrong number of heads would look like one.
 */
export function decoderOf(evidence: Evidence, width: number): DecoderSpec | null {
  const { shapeOf, depthOf, container, settings, overrides, notices, sources } = evidence
  const [own, inputs] = shapeOf('decoder.embed.weight') ?? []
  if (own === undefined || inputs !== width) return null
  const depth = depthOf('decoder.blocks')
  const asked = overrides.decoderHeads
  const heads = decoderHeads({ asked, config: container.config, settings, width: own })
  if (heads === null) {
    sources['decoder.heads'] = 'unknown'
    notices.push(
      `The decoder is left out: the file does not say how many heads it has (its width is ${own}). Give --decoder-heads.`,
    )
    return null
  }
  sources['decoder.heads'] = heads.source
  return {
    width: own,
    depth,
    heads: heads.value,
    ffnHidden: shapeOf('decoder.blocks.0.ffn.in.weight')?.[0] ?? 4 * own,
    normPixLoss: normPixLossOf(evidence),
  }
}

/** MAE's `norm_pix_loss`: its stored arguments, else config.json, else null. */
function normPixLossOf({ settings, container, sources }: Evidence): boolean | null {
  const stored = settings.get('norm_pix_loss')
  const configured = container.config['norm_pix_loss']
  const [value, source] =
    typeof stored === 'boolean'
      ? [stored, 'the stored arguments']
      : typeof configured === 'boolean'
        ? [configured, 'config.json']
        : [null, 'not stored']
  sources['decoder.normPixLoss'] = source
  return value
}

/** I-JEPA's predictor, which has as many heads as its encoder (src/helper.py, init_model); null where there is none. */
export function predictorOf(evidence: Evidence, width: number, encoderHeads: number): PredictorSpec | null {
  const { shapeOf, depthOf, notices, sources } = evidence
  const [own, inputs] = shapeOf('predictor.embed.weight') ?? []
  if (own === undefined || inputs !== width) return null
  if (own % encoderHeads !== 0) {
    notices.push(`The predictor is left out: ${encoderHeads} heads do not divide its width of ${own}.`)
    return null
  }
  sources['predictor.heads'] = 'as many as the encoder has'
  return {
    width: own,
    depth: depthOf('predictor.blocks'),
    heads: encoderHeads,
    ffnHidden: shapeOf('predictor.blocks.0.ffn.in.weight')?.[0] ?? 4 * own,
  }
}

/** A projection head whose layers follow on one another; null, with a notice, for any other. */
export function projectionHeadOf(
  { shapeOf, depthOf, notices }: Evidence,
  width: number,
): ModelSpec['projectionHead'] {
  const layers = depthOf('projectionHead')
  const last = shapeOf('projectionHead.last.weight')
  if (layers === 0 || last === null) return null
  const shapes = Array.from({ length: layers }, (_, i) => shapeOf(`projectionHead.${i}.weight`) ?? [])
  const [prototypes = 0, bottleneck = 0] = last
  const hidden = layers === 1 ? bottleneck : (shapes[0]?.[0] ?? 0)
  const isChain = shapes.every(
    (shape, i) =>
      shape.length === 2 &&
      shape[0] === (i === layers - 1 ? bottleneck : hidden) &&
      shape[1] === (i === 0 ? width : hidden) &&
      shapeOf(`projectionHead.${i}.bias`) !== null,
  )
  if (isChain && prototypes > 0) return { layers, hidden, bottleneck, prototypes }
  notices.push('The projection head is left out: it is not a chain of linear layers with GELUs between them.')
  return null
}

// What does the Model view say about what is seen? Sentences that follow the chosen part, and things to try.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { strings } from '../../state/strings.ts'
import type { Subject } from '../view.ts'
import { headsUnknown } from './describe.ts'
import { parametersIn } from './keys.ts'
import type { ModelViewModel } from './model.svelte.ts'
import { pieceOf, type Place } from './places.ts'

const e = strings.explain.model

export interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

/** Which sentence belongs to a part, and the paper it comes from. `share` is the part's share of its block. */
export function aboutPart(
  spec: ModelSpec,
  part: Place | null,
  share: number,
  headsKnown = true,
): { what: string; paper: string } {
  const piece = part === null ? null : pieceOf(part)
  const section = part?.split('.')[0]
  if (section === 'decoder' && spec.decoder) return { what: e.decoder(spec.decoder.depth), paper: e.maePaper }
  if (section === 'predictor' && spec.predictor)
    return { what: e.predictor(spec.predictor.depth), paper: e.ijepaPaper }
  if ((piece === 'attention' || piece === 'projection') && headsKnown)
    return { what: e.attention(spec.heads, share), paper: e.paper }
  if (piece === 'ffn') return { what: e.ffn(spec.ffn.hidden, spec.width, share), paper: e.paper }
  if (piece === 'norm1' || piece === 'norm2' || section === 'norm')
    return { what: e.norm(spec.width), paper: e.normPaper }
  if (section === 'patch') return { what: e.patch(spec.patch, spec.width), paper: e.paper }
  if (section === 'tokens') return { what: e.tokens, paper: e.paper }
  if (section === 'position') {
    const { position } = spec
    const what =
      position.kind === 'learned'
        ? e.position(position.rows, position.columns)
        : position.kind === 'sincos'
          ? e.sincos
          : e.rotaryPosition
    return { what, paper: e.paper }
  }
  if (section === 'head' && spec.classes !== null) return { what: e.head(spec.classes), paper: e.paper }
  if (section === 'projectionHead' && spec.projectionHead)
    return { what: e.projectionHead(spec.projectionHead.prototypes), paper: e.dinoPaper }
  return { what: e.whole(spec.patch, spec.width, spec.depth), paper: e.paper }
}

/** What the chosen part is, in a sentence or two, for the presenter mode; empty before the file was read. */
export function aboutModel(model: ModelViewModel): string {
  return model.inspection ? chosenPart(model, model.inspection.spec).what : ''
}

function chosenPart(model: ModelViewModel, spec: ModelSpec): { what: string; paper: string } {
  const { settings, rows, inspection } = model
  const { part } = settings
  const inBlock = part === null ? null : (/^((?:\w+\.)?blocks\.(?:\d+|\*))\./.exec(part)?.[1] ?? null)
  const share =
    part !== null && inBlock !== null
      ? parametersIn(rows, part) / Math.max(1, parametersIn(rows, inBlock))
      : 1
  return aboutPart(spec, part, share, !inspection || !headsUnknown(inspection))
}

export function explainModel(
  model: ModelViewModel,
  spec: ModelSpec,
  open: (view: string, subject: Subject) => void,
): Explanation {
  const { settings, row, block } = model
  const { part } = settings
  const { what, paper } = chosenPart(model, spec)
  const models = row ? [row.id] : []
  const tries: { text: string; run(): void }[] = []
  if (model.stats.size === 0)
    tries.push({
      text: e.tryWeights,
      run: () => {
        model.change({ show: 'diagram' })
        model.reading?.readWeights()
      },
    })
  else if (part !== 'blocks.0')
    tries.push({ text: e.tryFirst, run: () => model.change({ part: 'blocks.0', show: 'diagram' }) })
  const here = block?.section === 'blocks' ? block.index : null
  tries.push({
    text: here === null || here === spec.depth - 1 ? e.tryInspect : e.tryThis(here),
    run: () => open('inspect', { models, layer: here ?? spec.depth - 1 }),
  })
  return { what: [what], how: e.how, trap: model.stats.size > 0 ? e.trapWeights : e.trap, tries, paper }
}

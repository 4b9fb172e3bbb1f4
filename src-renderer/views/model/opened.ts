// What is inside a block, a decoder, a predictor? Their own boxes and arrows, in a frame below the row of blocks.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { strings } from '../../state/strings.ts'
import type { DiagramBox, DiagramLine, DiagramNote, Opened } from './drawing.ts'
import type { Place } from './places.ts'

const d = strings.model.diagram

interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
}
/** One step of the flow: something to choose, a plus, or words. */
type Step =
  | {
      readonly kind: 'box'
      readonly place: Place
      readonly title: string
      readonly text: string
      readonly wide: number
    }
  | { readonly kind: 'scale'; readonly place: Place }
  | { readonly kind: 'sum' }
  | { readonly kind: 'words'; readonly text: string; readonly wide: number }

/** Steps from left to right on one line: arrows take what the boxes leave, boxes shrink where arrows would vanish. */
function flow(steps: readonly Step[], frame: Frame, y: number, k: number) {
  const least = 12 * k
  const most = 56 * k
  const wideOf = (step: Step): number =>
    k * (step.kind === 'box' || step.kind === 'words' ? step.wide : step.kind === 'sum' ? 18 : 22)
  const inner = frame.width - 36 * k
  const all = steps.reduce((sum, step) => sum + wideOf(step), 0)
  const shrink = Math.min(1, (inner - steps.length * least) / all)
  const arrow = Math.min(most, (inner - all * shrink) / steps.length)
  // What even the longest arrows leave stands at both sides.
  let x = frame.x + 18 * k + Math.max(0, inner - all * shrink - steps.length * arrow) / 2
  const boxes: DiagramBox[] = []
  const lines: DiagramLine[] = []
  const notes: DiagramNote[] = []
  const sums: [number, number][] = []
  const centres: number[] = []
  steps.forEach((step, index) => {
    const wide = wideOf(step) * (step.kind === 'sum' || step.kind === 'scale' ? 1 : shrink)
    centres.push(x + wide / 2)
    if (step.kind === 'box') {
      const tall = (step.text ? 44 : 36) * k
      boxes.push({
        place: step.place,
        title: step.title,
        text: step.text,
        x,
        y: y - tall / 2,
        width: wide,
        height: tall,
        kind: 'box',
      })
    } else if (step.kind === 'scale')
      boxes.push({
        place: step.place,
        title: 'γ',
        text: '',
        x,
        y: y - wide / 2,
        width: wide,
        height: wide,
        kind: 'round',
      })
    else if (step.kind === 'sum') sums.push([x + wide / 2, y])
    else notes.push({ text: step.text, x, y: y + 4 * k, anchor: 'start' })
    const end = x + wide
    lines.push({
      points: [
        [end + (step.kind === 'words' ? 4 : 2), y],
        [end + arrow - 3, y],
      ],
    })
    x = index < steps.length - 1 ? end + arrow : end
  })
  return { boxes, lines, notes, sums, centres, arrow }
}

/** One block, or every block where `index` is null: norm, attention, sum, norm, feed-forward, sum. */
export function blockDiagram(
  spec: ModelSpec,
  index: number | null,
  frame: Frame,
  from: Opened['from'],
  rowBottom: number,
  k: number,
  headsKnown: boolean,
): Opened {
  const base = index === null ? 'blocks.*' : `blocks.${index}`
  const height = 138 * k
  const y = frame.y + 66 * k
  const norm = (piece: string): Step => ({
    kind: 'box',
    place: `${base}.${piece}`,
    title: d.norm,
    text: '',
    wide: 76,
  })
  const scale = (piece: string): Step[] =>
    spec.layerScale ? [{ kind: 'scale', place: `${base}.${piece}` }] : []
  const steps: Step[] = [
    { kind: 'words', text: d.tokensIn, wide: 36 },
    norm('norm1'),
    {
      kind: 'box',
      place: `${base}.attention`,
      title: d.attention,
      text: d.attentionText(spec.width, headsKnown ? spec.heads : null),
      wide: 146,
    },
    { kind: 'box', place: `${base}.projection`, title: d.projection, text: '', wide: 70 },
    ...scale('scale1'),
    { kind: 'sum' },
    norm('norm2'),
    {
      kind: 'box',
      place: `${base}.ffn`,
      title: d.feedForward,
      text: d.feedForwardText(spec.ffn.kind, spec.ffn.hidden, spec.ffn.activation),
      wide: 118,
    },
    ...scale('scale2'),
    { kind: 'sum' },
  ]
  const { boxes, lines, notes, sums, centres, arrow } = flow(steps, frame, y, k)
  // The residual leaves the line in the arrow before each norm and comes back at the sum.
  const low = y + 40 * k
  const branch = [centres[0]! + (36 / 2) * k + arrow * 0.5, sums[0]![0] + 9 * k + arrow * 0.5]
  const residuals = sums.map(([at], n): DiagramLine => ({
    points: [
      [branch[n]!, y],
      [branch[n]!, low],
      [at, low],
      [at, y + 11 * k],
    ],
  }))
  return {
    place: index === null ? 'blocks' : `blocks.${index}`,
    boxes,
    lines: [...lines, ...residuals],
    notes: [
      ...notes,
      {
        text: index === null ? d.eachBlock(spec.depth) : strings.model.block(index),
        x: frame.x + 18 * k,
        y: frame.y + 22 * k,
        anchor: 'start',
        tone: 'title',
      },
      ...(spec.position.kind === 'rotary'
        ? [{ text: d.rotary, x: centres[2]!, y: y - 32 * k, anchor: 'middle' as const }]
        : []),
      ...sums.map(([at], n) => ({
        text: d.residual,
        x: (branch[n]! + at) / 2,
        y: low + 14 * k,
        anchor: 'middle' as const,
      })),
    ],
    sums,
    frame: { ...frame, height },
    from,
    rowBottom,
    height,
  }
}

/** MAE's decoder or I-JEPA's predictor: embedding, mask tokens and positions, blocks, norm, prediction. */
export function followerDiagram(
  spec: ModelSpec,
  follower: 'decoder' | 'predictor',
  frame: Frame,
  from: Opened['from'],
  rowBottom: number,
  k: number,
): Opened {
  const one = spec[follower]!
  const height = 122 * k
  const y = frame.y + 72 * k
  const isDecoder = follower === 'decoder'
  const box = (place: string, title: string, text: string, wide: number): Step => ({
    kind: 'box',
    place: `${follower}.${place}`,
    title,
    text,
    wide,
  })
  const { boxes, lines, notes, sums } = flow(
    [
      { kind: 'words', text: isDecoder ? d.kept : d.context, wide: 76 },
      box('embed', d.embed, d.change(spec.width, one.width), 92),
      box('tokens', d.maskTokens, d.positions, 92),
      box('blocks', d.followerBlocks(one.depth), d.followerHeads(one.heads), 92),
      box('norm', d.norm, '', 76),
      box(
        'prediction',
        d.prediction,
        isDecoder ? d.pixels(one.width, spec.patch) : d.back(one.width, spec.width),
        108,
      ),
    ],
    frame,
    y,
    k,
  )
  return {
    place: follower,
    boxes,
    lines: lines.slice(0, -1),
    notes: [
      ...notes,
      {
        text: isDecoder ? d.decoderTitle : d.predictorTitle,
        x: frame.x + 18 * k,
        y: frame.y + 22 * k,
        anchor: 'start',
        tone: 'title',
      },
    ],
    sums,
    frame: { ...frame, height },
    from,
    rowBottom,
    height,
  }
}

// How is the architecture drawn? Boxes and arrows at places, from the spec alone, for any width.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { strings } from '../../state/strings.ts'
import type { DiagramBox, DiagramLine, DiagramNote, Opened } from './drawing.ts'
import { blockDiagram, followerDiagram } from './opened.ts'
import { blockOf, type Place } from './places.ts'

const d = strings.model.diagram

export interface Diagram {
  readonly width: number
  readonly height: number
  /** The input, cut into patches; null where there is no room for it. */
  readonly picture: {
    readonly x: number
    readonly y: number
    readonly side: number
    readonly cells: number
  } | null
  /** Bars for the sequence of tokens: [CLS] and registers first. */
  readonly tokens: readonly {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly kind: 'cls' | 'register' | 'patch'
  }[]
  readonly boxes: readonly DiagramBox[]
  readonly lines: readonly DiagramLine[]
  readonly notes: readonly DiagramNote[]
  readonly opened: Opened
}

/** Sizes at normal type; all grow with the type in the presenter mode. */
const size = {
  margin: 18,
  top: 34,
  tall: 76,
  picture: 76,
  patch: 112,
  tokens: 34,
  norm: 74,
  end: 122,
  gap: 20,
}

interface End {
  readonly place: Place
  readonly title: string
  readonly text: string
}

/** What follows the encoder, as the spec says it. */
function endsOf(spec: ModelSpec): End[] {
  const ends: End[] = []
  if (spec.classes !== null) ends.push({ place: 'head', title: d.head, text: d.classes(spec.classes) })
  if (spec.projectionHead)
    ends.push({
      place: 'projectionHead',
      title: d.projectionHead,
      text: d.prototypes(spec.projectionHead.prototypes),
    })
  for (const follower of ['decoder', 'predictor'] as const) {
    const one = spec[follower]
    if (one) ends.push({ place: follower, title: d[follower], text: d.followerText(one.depth, one.width) })
  }
  return ends
}

/**
 * The network from left to right in `width` CSS pixels, with a block (or the decoder or predictor that `chosen` lies
 * in) opened below. `tokens` is how many there are at the size the network was made for; `k` is the size of type;
 * `headsKnown` false leaves the number of heads out.
 */
export function diagramOf(
  spec: ModelSpec,
  tokens: number,
  width: number,
  chosen: Place | null,
  k = 1,
  headsKnown = true,
): Diagram {
  const boxes: DiagramBox[] = []
  const lines: DiagramLine[] = []
  const notes: DiagramNote[] = []
  const of = (base: number): number => Math.round(base * k)
  const ends = endsOf(spec)
  const endWidth = ends.length > 0 ? of(size.end) : of(40)
  const tokenNotes = spec.cls || spec.registers > 0
  const tokensWidth = of(size.tokens) + (tokenNotes ? of(spec.registers > 0 ? 56 : 34) : 0)
  const fixed = of(size.patch + size.norm) + tokensWidth + endWidth + 2 * of(size.margin)

  const roomWith = (gap: number, picture: number): number =>
    width - fixed - (picture > 0 ? 5 : 4) * gap - picture
  // Where the row is tight first the gaps shrink, then the picture; it goes where blocks would be mere lines.
  const options = [
    [of(size.gap), of(size.picture), 21],
    [of(16), of(size.picture), 18],
    [of(14), of(60), 5],
    [of(12), 0, 0],
  ] as const
  const [least, side] = options.find(([g, p, each]) => roomWith(g, p) >= spec.depth * each * k) ?? options[3]
  // Where there is more room than the widest blocks need, the arrows take it, and what is left stands at both sides.
  const spare = Math.max(0, roomWith(least, side) - spec.depth * of(34))
  const gap = least + Math.min(of(28), spare / 5)
  const step = Math.max(3, Math.min(of(34), roomWith(gap, side) / spec.depth))

  const top = of(size.top)
  const tall = of(size.tall)
  const middle = top + tall / 2
  const arrow = (from: number, to: number, y = middle): void =>
    void lines.push({
      points: [
        [from + 3, y],
        [to - 3, y],
      ],
    })
  const put = (place: Place, title: string, text: string, x: number, wide: number): number => {
    boxes.push({ place, title, text, x, y: middle - of(22), width: wide, height: of(44), kind: 'box' })
    return x + wide
  }
  const next = (x: number): number => {
    arrow(x, x + gap)
    return x + gap
  }

  let x = of(size.margin) + Math.max(0, roomWith(gap, side) - spec.depth * step) / 2
  let picture: Diagram['picture'] = null
  if (side > 0) {
    const cells = Math.max(1, Math.round(spec.imageSize.width / spec.patch))
    picture = { x, y: middle - side / 2, side, cells: Math.min(cells, 8) }
    notes.push({
      text: d.picture(spec.imageSize.width, spec.imageSize.height),
      x: x + side / 2,
      y: middle + side / 2 + of(15),
      anchor: 'middle',
    })
    x = next(x + side)
  }
  x = put('patch', d.patch, d.patchText(spec.patch, spec.width), x, of(size.patch))
  x = next(x)

  const bars = tokenBars(spec, x, top, tall, of(size.tokens))
  // One box for them all, so that they can be chosen; the bars are drawn over it.
  boxes.push({
    place: 'tokens',
    title: '',
    text: '',
    x: x - 3,
    y: top - 3,
    width: of(size.tokens) + 6,
    height: tall + 6,
    kind: 'round',
  })
  const placed = spec.position.kind !== 'rotary'
  notes.push({
    text: placed ? d.tokensPlaced(tokens) : d.tokens(tokens),
    x: x + of(size.tokens) / 2,
    y: top - of(12),
    anchor: 'middle',
  })
  if (spec.cls)
    notes.push({ text: d.cls, x: x + of(size.tokens) + 6, y: top + of(7), anchor: 'start', tone: 'accent' })
  if (spec.registers > 0)
    notes.push({
      text: d.registers(spec.registers),
      x: x + of(size.tokens) + 6,
      y: top + of(spec.cls ? 21 : 8),
      anchor: 'start',
    })
  x += of(size.tokens)
  const blocksFrom = x + (tokensWidth - of(size.tokens)) + gap
  arrow(x, blocksFrom)
  x = blocksFrom

  for (let index = 0; index < spec.depth; index++) {
    const gutter = step > 14 ? 5 : step > 8 ? 3 : 1
    boxes.push({
      place: `blocks.${index}`,
      title: showsNumber(index, spec.depth, step, k) ? String(index) : '',
      text: '',
      x: x + index * step,
      y: top,
      width: step - gutter,
      height: tall,
      kind: 'block',
    })
  }
  const row = { from: x, to: x + spec.depth * step }
  notes.push({
    text: d.blocks(spec.depth, spec.width),
    x: (row.from + row.to) / 2,
    y: top - of(12),
    anchor: 'middle',
  })
  x = next(row.to - 2)
  x = put('norm', d.norm, d.eps(spec.normEps), x, of(size.norm))

  if (ends.length === 0) {
    arrow(x, x + gap)
    notes.push({ text: d.tokensOut, x: x + gap + 4, y: middle + 4, anchor: 'start' })
  } else {
    const each = Math.min(of(44), (tall + of(14) - (ends.length - 1) * 6) / ends.length)
    ends.forEach((end, index) => {
      const y = middle + (index - (ends.length - 1) / 2) * (each + 6)
      lines.push({
        points:
          ends.length === 1
            ? [
                [x + 3, y],
                [x + gap - 3, y],
              ]
            : [
                [x + 3, middle],
                [x + gap / 2, middle],
                [x + gap / 2, y],
                [x + gap - 3, y],
              ],
      })
      boxes.push({
        ...end,
        x: x + gap,
        y: y - each / 2,
        width: endWidth,
        height: each,
        kind: 'box',
        text: each >= of(38) ? end.text : '',
      })
    })
  }

  const openedTop = top + tall + of(46)
  const follower = chosen?.startsWith('decoder')
    ? 'decoder'
    : chosen?.startsWith('predictor')
      ? 'predictor'
      : null
  const block = chosen === null ? null : blockOf(chosen)
  const end = boxes.find(({ place }) => place === follower)
  const inside = { x: of(size.margin) + 12, y: openedTop, width: width - 2 * (of(size.margin) + 12) }
  const opened =
    follower && spec[follower] && end
      ? followerDiagram(spec, follower, inside, [end.x, end.x + end.width, end.y + end.height], top + tall, k)
      : blockDiagram(
          spec,
          block?.section === 'blocks' ? block.index : null,
          inside,
          block?.section === 'blocks'
            ? [row.from + block.index * step, row.from + block.index * step + step - 2, top + tall]
            : [row.from, row.to - 2, top + tall],
          top + tall,
          k,
          headsKnown,
        )
  return {
    width,
    height: openedTop + opened.height + of(16),
    picture,
    tokens: bars,
    boxes: [...boxes, ...opened.boxes],
    lines: [...lines, ...opened.lines],
    notes: [...notes, ...opened.notes],
    opened,
  }
}

/** Numbers stand on as many blocks as have room for them, at even steps, the first always. */
function showsNumber(index: number, depth: number, step: number, k: number): boolean {
  const digits = String(depth - 1).length
  const room = (digits * 7 + 4) * k
  if (step >= room) return true
  const every = [2, 4, 5, 10, 20].find((n) => n * step >= room + 4 * k) ?? 40
  return index % every === 0 && step >= 6
}

/** At most nine bars: [CLS], up to three registers, patches. */
function tokenBars(spec: ModelSpec, x: number, top: number, tall: number, width: number): Diagram['tokens'] {
  const kinds = [
    ...(spec.cls ? (['cls'] as const) : []),
    ...Array.from({ length: Math.min(3, spec.registers) }, () => 'register' as const),
  ]
  const count = 9
  const step = tall / count
  return Array.from({ length: count }, (_, i) => ({
    x,
    y: top + i * step,
    width,
    height: step * 0.74,
    kind: kinds[i] ?? ('patch' as const),
  }))
}

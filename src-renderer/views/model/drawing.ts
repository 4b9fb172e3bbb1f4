// What is the diagram drawn with? Boxes that can be chosen, lines, words, and the frame of what is opened.
import type { Place } from './places.ts'

/** Something that can be chosen, drawn as a box; `place` says which tensors it stands for. */
export interface DiagramBox {
  readonly place: Place
  readonly title: string
  /** A second, smaller line; empty without one. */
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly kind: 'box' | 'block' | 'round'
}
/** A line through points, with an arrow's head at its end unless `plain`. */
export interface DiagramLine {
  readonly points: readonly (readonly [number, number])[]
  readonly plain?: boolean
}
export interface DiagramNote {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly anchor: 'start' | 'middle' | 'end'
  readonly tone?: 'accent' | 'title'
}
export interface Opened {
  /** What the frame shows: `blocks`, `blocks.7`, `decoder`, `predictor`. */
  readonly place: Place
  readonly boxes: readonly DiagramBox[]
  readonly lines: readonly DiagramLine[]
  readonly notes: readonly DiagramNote[]
  /** Circles with a plus: where the residual is added. */
  readonly sums: readonly (readonly [number, number])[]
  /** The frame, and above it the wedge to what was opened. */
  readonly frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  readonly from: readonly [left: number, right: number, bottom: number]
  /** Where the row of boxes ends: the wedge opens below it. */
  readonly rowBottom: number
  readonly height: number
}

// A small scene with known colours, for tests of figures.
import { colourMap } from '../../../../src-shared/colour/maps.ts'
import type { Scene } from '../../../../src-renderer/canvas/scene.ts'
import { sceneFigure, type Ground } from '../../../../src-renderer/canvas/sceneFigure.ts'

/** 4 × 2 patches of which one, in row 0 and column 3, holds everything. */
export const scene: Scene = {
  picture: null,
  size: { width: 640, height: 320 },
  area: { x: 0, y: 0, width: 640, height: 320 },
  grid: [2, 4],
  values: Float32Array.from([0, 0, 0, 0.5, 0, 0, 0, 0]),
  max: 0.5,
  overlay: 'heat',
  opacity: 1,
  smooth: false,
  ramp: colourMap('ember', 'dark'),
  theme: 'dark',
  edges: [{ x0: 3, y0: 0, x1: 3, y1: 1 }],
  query: { row: 1, column: 0 },
  rings: [6],
  weight: 1,
}

/** A plain grey ground. */
export const ground: Ground = {
  pixels: new Uint8ClampedArray(64 * 32 * 4).fill(100).map((value, i) => (i % 4 === 3 ? 255 : value)),
  width: 64,
  height: 32,
}

export const settings = { model: 'a "model" <x> & more', layer: 3, command: "emergence attention 'it’s'" }

export const figure = sceneFigure(
  scene,
  ground,
  {
    caption: 'dino · cat − 1',
    title: 'The title – “quoted”',
    scale: 'weight',
    format: (value) => value.toFixed(2),
  },
  settings,
)

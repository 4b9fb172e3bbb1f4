// How does a part colouring become a picture file's pixels? Alone, and over the dimmed photo; groups too.
import { classLook } from '../../src-shared/colour/classes.ts'
import { overlayColours, type Photo } from '../../src-shared/colour/overlay.ts'
import { paintParts } from '../../src-shared/colour/parts.ts'
import type { PaintedParts } from '../../src-shared/analysis/parts.ts'

type Painted = Pick<PaintedParts, 'foreground' | 'colours'>
type Grid = readonly [rows: number, columns: number]

/** Colours alone at the size of the photo, `[height, width, 4]`: each patch one colour, the background clear. */
export function partsAlone(
  { width, height }: Pick<Photo, 'width' | 'height'>,
  { foreground, colours }: Painted,
  [rows, columns]: Grid,
): Uint8Array {
  const painted = paintParts(colours)
  const rgba = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height) * columns
    for (let x = 0; x < width; x++) {
      const patch = row + Math.floor(((x + 0.5) * columns) / width)
      if (foreground[patch] === 0) continue
      const at = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel++) rgba[at + channel] = painted[patch * 3 + channel]!
      rgba[at + 3] = 255
    }
  }
  return rgba
}

/** Colours over the photo, `[height, width, 3]`; where there is background the photo stands far back. */
export function partsOverPhoto(photo: Photo, { foreground, colours }: Painted, grid: Grid): Uint8Array {
  return overlayColours(photo, paintParts(colours), grid, 'dark', foreground)
}

/** Groups of patches in the class colours over the photo, `[height, width, 3]`; −1 is in none. */
export function groupsOverPhoto(photo: Photo, labels: Int32Array, grid: Grid): Uint8Array {
  const colours = new Uint8Array(labels.length * 3)
  labels.forEach((label, i) => colours.set(classLook(Math.max(0, label), 'dark').colour, i * 3))
  return overlayColours(
    photo,
    colours,
    grid,
    'dark',
    Uint8Array.from(labels, (label) => Number(label >= 0)),
  )
}

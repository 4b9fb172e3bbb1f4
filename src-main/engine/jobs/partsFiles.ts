// Which files belong to a part colouring? A basis that is read, and of each picture two PNGs and two arrays.
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { groupsOverPhoto, partsAlone, partsOverPhoto } from '../../analysis/paintParts.ts'
import { partsBasisSchema } from '../../../src-shared/analysis/parts.ts'
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import type { Picture } from '../../datasets/pictures.ts'
import type { Outputs } from '../outputs.ts'
import type { PartsOut } from '../task.ts'

/** A picture whose tokens were computed. */
export interface SeenPicture {
  name: string
  picture: Picture
  /** The same for the same pixels. */
  id: string
  grid: [rows: number, columns: number]
}

/** Names of the files of one picture. */
export const partsFiles = (name: string): [png: string, overlay: string, npy: string, mask: string] => [
  `${name}.parts.png`,
  `${name}.parts-overlay.png`,
  `${name}.parts.npy`,
  `${name}.foreground.npy`,
]

export const clusterFiles = (name: string): [overlay: string, npy: string] => [
  `${name}.clusters-overlay.png`,
  `${name}.clusters.npy`,
]

/** A name for a picture by its pixels and its size. */
export function identify({ width, height, rgb }: Picture): string {
  return createHash('sha256').update(`${width} ${height} `).update(rgb).digest('hex').slice(0, 32)
}

/** Whether all pixels are alike, give or take what a JPEG file leaves of one colour. */
export function isOneColour({ rgb }: Pick<Picture, 'rgb'>): boolean {
  const tolerance = 2
  return rgb.every((value, at) => Math.abs(value - rgb[at % 3]!) <= tolerance)
}

/** A saved basis with more bytes than this is none; one that remembers all it may has less than a tenth. */
const largest = 64 << 20

/** A basis from a file. Throws Failure `unreadable-file` or `bad-data`. */
export async function readBasis(path: string): Promise<PartsBasis> {
  const refused = (why: string): Failure =>
    new Failure('bad-data', `${path} is no basis of part colours: ${why}.`, 'Write one with --save-basis.')
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? 'it may not be read')
    throw new Failure('unreadable-file', `${path} could not be read: ${why}.`)
  })
  if (!facts.isFile()) throw refused('it is a folder')
  if (facts.size > largest) throw refused(`it has ${facts.size} bytes`)
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw refused('it is not JSON')
  }
  const basis = partsBasisSchema.safeParse(json)
  if (basis.success) return basis.data
  const [issue] = basis.error.issues
  throw refused(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'unknown'}`)
}

interface Writing {
  outputs: Outputs
  model: string
  layer: number
}

/** Writes the groups of one picture's patches, −1 where a patch is in none. Throws Failure `disk`. */
export async function writeClusters(
  { name, picture, grid }: SeenPicture,
  labels: Int32Array,
  { outputs, model, layer }: Writing,
): Promise<{ overlay: string; npy: string }> {
  const { encodePng } = await import('../../datasets/pictures.ts')
  const [overlayFile, npyFile] = clusterFiles(name)
  const { width, height } = picture
  const about = { Software: 'Emergence', Model: model, Layer: String(layer) }
  const data = groupsOverPhoto(picture, labels, grid)
  const [overlay, npy] = await Promise.all([
    encodePng({ width, height, channels: 3, data }, about).then((bytes) => outputs.write(overlayFile, bytes)),
    outputs.write(npyFile, writeNpy({ shape: grid, data: Float32Array.from(labels) })),
  ])
  return { overlay, npy }
}

/** Writes the files of one picture, and says what was written. Throws Failure `disk`. */
export async function writeParts(
  { name, picture, grid }: SeenPicture,
  painted: PartsOut['painted'][number],
  { outputs, model, layer }: Writing,
): Promise<Result<'parts'>['items'][number]> {
  const { encodePng } = await import('../../datasets/pictures.ts')
  const { width, height } = picture
  const about = { Software: 'Emergence', Model: model, Layer: String(layer) }
  const [pngFile, overlayFile, npyFile, maskFile] = partsFiles(name)
  const alone = partsAlone(picture, painted, grid)
  const over = partsOverPhoto(picture, painted, grid)
  const [png, overlay, npy, mask] = await Promise.all([
    encodePng({ width, height, channels: 4, data: alone }, about).then((bytes) =>
      outputs.write(pngFile, bytes),
    ),
    encodePng({ width, height, channels: 3, data: over }, about).then((bytes) =>
      outputs.write(overlayFile, bytes),
    ),
    outputs.write(npyFile, writeNpy({ shape: [...grid, 3], data: painted.components })),
    outputs.write(maskFile, writeNpy({ shape: grid, data: painted.foreground })),
  ])
  const inside = painted.foreground.reduce((sum, bit) => sum + bit, 0)
  return { name, foreground: inside / painted.foreground.length, png, overlay, npy, mask }
}

// Do part colours stay put: from frame to frame of a video, and from one checkpoint of a run to the next?
//
//   npm run bench -- steady --pictures FOLDER [--model FILE] [--size 448x256] [--frames 12] [--checkpoints A B …]
//
// Videos are made of photos, so that it is known which patch of the next frame shows what a patch of this one did: pans of
// one patch and of 4 px a frame, and a zoom of 2 % a frame. Each is coloured three ways: in one basis found on four of its frames, by a
// basis of each frame's own, and by each frame's own turned onto the common one (Procrustes). Without --checkpoints two
// copies of the model with noise in every weight stand in for two states of a run. Printed is the mean change of red, green
// and blue, of 255, over patches that are foreground before and after.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { startEngine } from '../../src-main/cli/engine.ts'
import { createCliLab } from '../../src-main/cli/lab.ts'
import { looksLikePicture, naturalOrder } from '../../src-main/datasets/listPictures.ts'
import { alignParts, rememberColours, turnToBasis } from '../../src-shared/analysis/alignParts.ts'
import { fitParts, paintByBasis, type PartsBasis } from '../../src-shared/analysis/parts.ts'
import { colourChange } from '../../src-shared/analysis/steady.ts'
import { fillNormal, random } from '../../src-shared/numerics/random.ts'

const root = resolve(import.meta.dirname, '../..')
const { values: settings, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pictures: { type: 'string' },
    model: { type: 'string', default: join(root, 'resources/models/deit-tiny/model.fp16.safetensors') },
    size: { type: 'string', default: '448x256' },
    frames: { type: 'string', default: '12' },
    most: { type: 'string', default: '10' },
    checkpoints: { type: 'boolean', default: false },
  },
})
if (settings.pictures === undefined) throw new RangeError('--pictures FOLDER is missing')
// npm runs scripts in the package's folder; paths are meant from where the person stands.
const given = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)
const folder = given(settings.pictures)
const photos = readdirSync(folder).filter(looksLikePicture).sort(naturalOrder).slice(0, Number(settings.most))
const [wide = 448, high = 256] = settings.size.split('x').map(Number)

interface Frame {
  id: string
  tokens: Float32Array
  grid: [number, number]
}
interface Rgb {
  width: number
  height: number
  rgb: Uint8Array
}

const engine = startEngine()
const client = createCliLab(engine)
let width = 0
let patch = 16

async function tokensOf(model: string, frame: Rgb, id: string): Promise<Frame> {
  const {
    tokens,
    layout,
    width: channels,
    input,
  } = await client.frameTokens({
    settings: { device: 'cpu', precision: 'exact' },
    model: { name: model, overrides: {} },
    frame,
    fit: 'resize',
    size: { width: frame.width, height: frame.height },
    layer: null,
    attentionLayer: -1,
  })
  width = channels
  patch = input.width / layout.grid[1]
  return { id, tokens, grid: layout.grid }
}

/** The part of a picture scaled by `scale` whose corner is at `left`, `top`, as a frame. */
async function window(path: string, scale: number, left: number, top: number): Promise<Rgb> {
  const facts = await sharp(path).autoOrient().metadata()
  const [full, tall] = [facts.autoOrient.width, facts.autoOrient.height]
  const scaled = { width: Math.round(full * scale), height: Math.round(tall * scale) }
  const rgb = await sharp(path)
    .autoOrient()
    .resize(scaled.width, scaled.height, { kernel: 'cubic' })
    .extract({ left: Math.round(left), top: Math.round(top), width: wide, height: high })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer()
  return { width: wide, height: high, rgb: new Uint8Array(rgb) }
}

interface Clip {
  frames: Rgb[]
  /** From the place of a pixel of one frame to its place in the next. */
  move(x: number, y: number): [number, number]
}

const count = Number(settings.frames)

/** Moves to the right by so many pixels a frame. */
async function pan(path: string, by: number): Promise<Clip> {
  const facts = await sharp(path).autoOrient().metadata()
  const scale = Math.max(
    (wide + by * count) / facts.autoOrient.width,
    (high + patch) / facts.autoOrient.height,
  )
  const top = (facts.autoOrient.height * scale - high) / 2
  const frames: Rgb[] = []
  for (let i = 0; i < count; i++) frames.push(await window(path, scale, i * by, top))
  return { frames, move: (x, y) => [x - by, y] }
}

const zoomStep = 1.02
async function zoom(path: string): Promise<Clip> {
  const facts = await sharp(path).autoOrient().metadata()
  const [full, tall] = [facts.autoOrient.width, facts.autoOrient.height]
  const least = Math.max((wide + 1) / full, (high + 1) / tall)
  const frames: Rgb[] = []
  for (let i = 0; i < count; i++) {
    const scale = least * zoomStep ** i
    frames.push(await window(path, scale, (full * scale - wide) / 2, (tall * scale - high) / 2))
  }
  const [cx, cy] = [wide / 2, high / 2]
  return { frames, move: (x, y) => [cx + (x - cx) * zoomStep, cy + (y - cy) * zoomStep] }
}

/** Which patch of the next frame shows the middle of each patch of this one; −1 outside. */
function correspondence([rows, columns]: [number, number], move: Clip['move']): Int32Array {
  return Int32Array.from({ length: rows * columns }, (_, i) => {
    const [x, y] = move(((i % columns) + 0.5) * patch, (Math.floor(i / columns) + 0.5) * patch)
    const [column, row] = [Math.floor(x / patch), Math.floor(y / patch)]
    return row >= 0 && column >= 0 && row < rows && column < columns ? row * columns + column : -1
  })
}

const mean = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}
const middle = (values: readonly number[]): string => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(1)
  return `${at(0.5)} (${at(0)}–${at(1)})`
}
const paint = (basis: PartsBasis, frame: Frame) => paintByBasis(basis, frame.tokens, width)
const row = (...cells: string[]): void => console.log(`| ${cells.join(' | ')} |`)

async function videos(): Promise<void> {
  const kinds = ['one basis', 'own basis each', 'own, turned'] as const
  console.log(
    `\nConsecutive frames: ${count} of ${wide} × ${high} px from each of ${photos.length} photos; median (range) of photos.\n`,
  )
  row('', ...kinds)
  row(...['', ...kinds].map(() => '---'))
  for (const [name, make] of [
    ['pan of a patch a frame', (photo: string) => pan(photo, patch)],
    ['pan of 4 px a frame', (photo: string) => pan(photo, 4)],
    ['zoom of 2 % a frame', zoom],
  ] as const) {
    const found: Record<'place' | 'content', number[][]> = { place: [[], [], []], content: [[], [], []] }
    for (const photo of photos) {
      const clip = await make(join(folder, photo))
      const frames: Frame[] = []
      for (const [i, frame] of clip.frames.entries())
        frames.push(await tokensOf(given(settings.model), frame, `${i}`))
      const spread = [0, 1, 2, 3].map((i) => frames[Math.floor(((i + 0.5) * count) / 4)]!)
      const common = fitParts(spread, width, { foreground: 'auto' })
      const painted = [
        frames.map((frame) => paint(common, frame)),
        frames.map((frame) => paint(fitParts([frame], width, { foreground: 'auto' }), frame)),
        frames.map((frame) => paint(turnToBasis(common, frame.tokens), frame)),
      ]
      const moved = correspondence(frames[0]!.grid, clip.move)
      painted.forEach((own, kind) => {
        const pairs = own.slice(1).map((after, i) => [own[i]!, after] as const)
        found.place[kind]!.push(mean(pairs.map(([before, after]) => colourChange(before, after))))
        found.content[kind]!.push(mean(pairs.map(([before, after]) => colourChange(before, after, moved))))
      })
    }
    row(`${name}, at the same place`, ...found.place.map(middle))
    // Motion of less than half a patch leaves every patch where it was.
    if (JSON.stringify(found.content) !== JSON.stringify(found.place))
      row(`${name}, following what moves`, ...found.content.map(middle))
  }
}

/** A copy of a safetensors file of half floats with noise of `share` of each tensor's root mean square in every weight. */
function noisy(path: string, share: number, seed: number): string {
  const to = mkdtempSync(join(tmpdir(), 'emergence-noisy-'))
  const bytes = readFileSync(path)
  const head = Number(bytes.readBigUInt64LE(0))
  const tensors = JSON.parse(bytes.toString('utf8', 8, 8 + head)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >
  for (const [name, { dtype, data_offsets: offsets }] of Object.entries(tensors)) {
    if (name === '__metadata__' || dtype !== 'F16') continue
    const from = bytes.subarray(8 + head + offsets[0], 8 + head + offsets[1])
    const values = new Float16Array(from.length / 2)
    new Uint8Array(values.buffer).set(from)
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
    const noise = fillNormal(random(seed).split(name), new Float32Array(values.length), 0, share * size)
    const moved = Float16Array.from(values, (value, i) => value + noise[i]!)
    from.set(new Uint8Array(moved.buffer))
  }
  mkdirSync(to, { recursive: true })
  writeFileSync(join(to, basename(path)), bytes)
  const card = join(dirname(path), 'model.json')
  copyFileSync(card, join(to, 'model.json'))
  return join(to, basename(path))
}

async function checkpoints(): Promise<void> {
  const made: string[] = []
  const pairs: { name: string; first: string; second: string }[] = []
  const model = given(settings.model)
  if (settings.checkpoints)
    positionals.slice(1).forEach((path, i) => {
      const [first, second] = [positionals[i]!, path]
      pairs.push({
        name: `${basename(first)} → ${basename(second)}`,
        first: given(first),
        second: given(second),
      })
    })
  else
    for (const share of [0.1, 0.2]) {
      const [one, two] = [noisy(model, share, 1), noisy(model, share, 2)]
      made.push(dirname(one), dirname(two))
      pairs.push({ name: `${basename(model)} with noise ${share}, two copies`, first: one, second: two })
    }
  console.log(
    `\nThe same ${photos.length} photos at ${wide} × ${high} px under two checkpoints, coloured together.\n`,
  )
  const kinds = ['basis as it is', 'a new basis', 'turned', 'turned by the other half']
  row('', ...kinds)
  row(...['', ...kinds].map(() => '---'))
  for (const { name, first, second } of pairs) {
    const seen = async (path: string): Promise<Frame[]> => {
      const frames: Frame[] = []
      for (const photo of photos) {
        const rgb = await sharp(join(folder, photo))
          .autoOrient()
          .resize(wide, high, { fit: 'cover' })
          .flatten({ background: '#fff' })
          .toColourspace('srgb')
          .raw()
          .toBuffer()
        frames.push(await tokensOf(path, { width: wide, height: high, rgb: new Uint8Array(rgb) }, photo))
      }
      return frames
    }
    const [before, after] = [await seen(first), await seen(second)]
    const basis = rememberColours(fitParts(before, width, { foreground: 'auto' }), before)
    const half = (odd: number): Frame[] => after.filter((_, i) => i % 2 === odd)
    const byOthers = [alignParts(basis, half(1)).basis, alignParts(basis, half(0)).basis]
    const by: readonly ((i: number) => PartsBasis)[] = [
      () => basis,
      (() => {
        const fresh = fitParts(after, width, { foreground: 'auto' })
        return () => fresh
      })(),
      (() => {
        const turned = alignParts(basis, after).basis
        return () => turned
      })(),
      (i) => byOthers[i % 2]!,
    ]
    const change = by.map((choose) =>
      before.map((frame, i) => colourChange(paint(basis, frame), paint(choose(i), after[i]!))),
    )
    row(name, ...change.map(middle))
  }
  for (const path of made) rmSync(path, { recursive: true })
}

try {
  // The patch of the model, which pans move by.
  await tokensOf(
    given(settings.model),
    { width: wide, height: high, rgb: new Uint8Array(wide * high * 3) },
    '',
  )
  if (!settings.checkpoints) await videos()
  await checkpoints()
} finally {
  await engine.stop()
}

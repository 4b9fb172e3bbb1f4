// How is a figure written as PDF? One page; pictures deflated with their transparency, lines and words as themselves.
//
// PDF 1.4 (Adobe, PDF Reference, third edition): §3.4 file structure, §4.8 images, §5.5 the standard fonts, §10.2.1
// document information. Words use Helvetica in WinAnsi encoding, which every reader has; letters it lacks become "?".
import type { Figure, FigureImage, FigureItem } from './figure.ts'
import { deflate, joined } from './png.ts'

const n = (value: number): string => String(Math.round(value * 1000) / 1000)

/** Letters of WinAnsi that Latin-1 does not have at the same place. */
const winAnsi: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '•': 0x95,
  '–': 0x96,
  '—': 0x97,
}

/** A string for Helvetica, in hexadecimal so that nothing needs escaping. The true minus becomes a hyphen. */
export function pdfText(text: string): string {
  let hex = ''
  for (const letter of text.replaceAll('−', '-')) {
    const code = letter.codePointAt(0)!
    const byte = winAnsi[letter] ?? (code < 0x80 || (code >= 0xa0 && code <= 0xff) ? code : 0x3f)
    hex += byte.toString(16).padStart(2, '0')
  }
  return `<${hex}>`
}

/** A string of the document's information: UTF-16, any letter. */
function infoText(text: string): string {
  let hex = 'feff'
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(4, '0')
  return `<${hex}>`
}

function colour(hex: string): string {
  return [1, 3, 5].map((at) => n(parseInt(hex.slice(at, at + 2), 16) / 255)).join(' ')
}

/** Drawing commands of one item; y runs upwards in PDF. `name` is an image's name on the page. */
function commands(item: FigureItem, height: number, name: string): string {
  switch (item.kind) {
    case 'image':
      return `q ${n(item.width)} 0 0 ${n(item.height)} ${n(item.x)} ${n(height - item.y - item.height)} cm /${name} Do Q`
    case 'text':
      return `BT ${colour(item.colour)} rg /${item.bold ? 'B' : 'R'} ${n(item.size)} Tf ${n(item.x)} ${n(height - item.y)} Td ${pdfText(item.text)} Tj ET`
    case 'lines':
      return `q ${pen(item)} ${item.lines.map(([x0, y0, x1, y1]) => `${n(x0)} ${n(height - y0)} m ${n(x1)} ${n(height - y1)} l`).join(' ')} S Q`
    case 'box':
      return `q ${pen(item)} ${n(item.x)} ${n(height - item.y - item.height)} ${n(item.width)} ${n(item.height)} re S Q`
    case 'ring':
      return `q ${pen(item)} ${circle(item.x, height - item.y, item.radius)} S Q`
  }
}

function pen(item: { colour: string; opacity: number; weight: number }): string {
  return `/${item.opacity < 1 ? 'Half' : 'Full'} gs 2 J ${colour(item.colour)} RG ${n(item.weight)} w`
}

/** A circle as four Bézier curves. */
function circle(x: number, y: number, r: number): string {
  const k = r * 0.5523
  const curve = (...points: number[]): string => `${points.map(n).join(' ')} c`
  return [
    `${n(x + r)} ${n(y)} m`,
    curve(x + r, y + k, x + k, y + r, x, y + r),
    curve(x - k, y + r, x - r, y + k, x - r, y),
    curve(x - r, y - k, x - k, y - r, x, y - r),
    curve(x + k, y - r, x + r, y - k, x + r, y),
  ].join(' ')
}

interface Stream {
  readonly head: string
  readonly body: Uint8Array<ArrayBuffer>
}

async function imageStreams(item: FigureImage, maskNumber: number): Promise<[Stream, Stream]> {
  const count = item.columns * item.rows
  const rgb = new Uint8Array(count * 3)
  const alpha = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    rgb[3 * i] = item.pixels[4 * i]!
    rgb[3 * i + 1] = item.pixels[4 * i + 1]!
    rgb[3 * i + 2] = item.pixels[4 * i + 2]!
    alpha[i] = item.pixels[4 * i + 3]!
  }
  const size = `/Type /XObject /Subtype /Image /Width ${item.columns} /Height ${item.rows} /BitsPerComponent 8 /Filter /FlateDecode`
  return [
    {
      head: `${size} /ColorSpace /DeviceRGB /Interpolate ${item.smooth} /SMask ${maskNumber} 0 R`,
      body: await deflate(rgb),
    },
    { head: `${size} /ColorSpace /DeviceGray /Interpolate ${item.smooth}`, body: await deflate(alpha) },
  ]
}

/** The figure as a PDF file of one page. */
export async function writePdf(figure: Figure): Promise<Uint8Array<ArrayBuffer>> {
  const images = figure.items.filter((item): item is FigureImage => item.kind === 'image')
  const names = new Map(images.map((image, index) => [image, `I${index}`]))
  // Objects: 1 catalog, 2 pages, 3 page, 4 content, 5 regular, 6 bold, 7 information, then two for every image.
  const imageNumber = (index: number): number => 8 + 2 * index
  const drawing = [
    `${colour(figure.ground)} rg 0 0 ${n(figure.width)} ${n(figure.height)} re f`,
    ...figure.items.map((item) =>
      commands(item, figure.height, item.kind === 'image' ? names.get(item)! : ''),
    ),
  ].join('\n')
  const xObjects = images.map((_, index) => `/I${index} ${imageNumber(index)} 0 R`).join(' ')
  const font = (base: string): string =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${base} /Encoding /WinAnsiEncoding >>`
  const objects: (string | Stream)[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${n(figure.width)} ${n(figure.height)}] /Contents 4 0 R /Resources << /Font << /R 5 0 R /B 6 0 R >> /XObject << ${xObjects} >> /ExtGState << /Full << /CA 1 >> /Half << /CA 0.65 >> >> >> >>`,
    { head: '/Filter /FlateDecode', body: await deflate(new TextEncoder().encode(drawing)) },
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title ${infoText(figure.title)} /Creator ${infoText('Emergence')} /Subject ${infoText(JSON.stringify(figure.settings))} >>`,
  ]
  for (const [index, image] of images.entries())
    objects.push(...(await imageStreams(image, imageNumber(index) + 1)))

  const encoder = new TextEncoder()
  // The second line holds bytes above 127, so that nobody takes the file for text.
  const parts: Uint8Array[] = [
    encoder.encode('%PDF-1.4\n'),
    Uint8Array.of(0x25, 0xe2, 0xe3, 0xcf, 0xd3, 0x0a),
  ]
  let length = parts.reduce((sum, part) => sum + part.length, 0)
  const offsets: number[] = []
  const add = (part: Uint8Array): void => {
    parts.push(part)
    length += part.length
  }
  objects.forEach((object, index) => {
    offsets.push(length)
    if (typeof object === 'string') return add(encoder.encode(`${index + 1} 0 obj\n${object}\nendobj\n`))
    add(encoder.encode(`${index + 1} 0 obj\n<< ${object.head} /Length ${object.body.length} >>\nstream\n`))
    add(object.body)
    add(encoder.encode('\nendstream\nendobj\n'))
  })
  const start = length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(
    encoder.encode(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 7 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  )
  return joined(parts)
}

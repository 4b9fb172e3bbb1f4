// How does a map leave the lab? As one page of HTML that turns, zooms and names its points, with nothing to load.
import { viewerScript } from './mapPageViewer.ts'

export interface MapPage {
  title: string
  dims: 2 | 3
  /** `[rows, dims]`, all of them numbers. */
  positions: Float32Array
  /** A word for each row that colours it. */
  labels: { name: string; values: readonly string[] } | null
  /** What each row is called. */
  names: readonly string[] | null
  /** Data URLs of small pictures, `[rows]`; null: none. */
  pictures?: readonly (string | null)[] | null
  /** Colours of the labels in their order, by turns, 0 to 255. */
  palette: readonly (readonly [number, number, number])[]
  background?: readonly [number, number, number]
}

/** Rows beyond this have no number of their own in a pixel. */
const mostRows = 2 ** 24 - 2

/** The page's HTML. Labels are in the order of their first letters, numbers in theirs. Throws RangeError for what does not fit together. */
export function mapPage({
  title,
  dims,
  positions,
  labels,
  names,
  pictures = null,
  palette,
  background = [16, 18, 22],
}: MapPage): string {
  const rows = positions.length / dims
  for (const list of [labels?.values, names, pictures])
    if (list && list.length !== rows) throw new RangeError(`${list.length} words for ${rows} points`)
  if (rows > mostRows) throw new RangeError(`${rows} points are more than a page can tell apart`)
  const classes = labels ? [...new Set(labels.values)].sort(byNumberThenName) : null
  const place = new Map(classes?.map((name, i) => [name, i]))
  const data = {
    rows,
    dims,
    positions: base64(new Uint8Array(positions.buffer, positions.byteOffset, positions.byteLength)),
    labelName: labels?.name ?? '',
    classes,
    classOf: labels
      ? base64(new Uint8Array(Uint16Array.from(labels.values, (name) => place.get(name)!).buffer))
      : '',
    names,
    pictures,
    palette,
    background,
  }
  // No text of the data may end the script it stands in.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
html, body { margin: 0; height: 100%; overflow: hidden; background: rgb(${background.join(' ')}); color: #e6e8ea; font: 13px/1.4 system-ui, sans-serif }
canvas { position: fixed; inset: 0; width: 100%; height: 100%; touch-action: none; outline-offset: -2px }
header { position: fixed; left: 16px; top: 12px; pointer-events: none }
h1 { font-size: 14px; font-weight: 600; margin: 0 }
#say { opacity: .65 }
#legend { position: fixed; left: 12px; bottom: 12px; display: flex; flex-wrap: wrap; gap: 4px; max-width: calc(100% - 24px); max-height: 30%; overflow: auto }
#legend button { font: inherit; color: inherit; background: #0008; border: 1px solid #fff2; border-radius: 4px; padding: 2px 8px; cursor: pointer }
#legend button[aria-pressed=false] { opacity: .4 }
#legend i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px }
#tip { position: fixed; pointer-events: none; background: #000c; border: 1px solid #fff3; border-radius: 4px; padding: 6px 10px; max-width: 320px; overflow-wrap: anywhere }
#tip img { display: block; max-width: 160px; max-height: 160px; margin-bottom: 4px }
</style>
</head>
<body>
<canvas tabindex="0" aria-label="${escaped(title)}"></canvas>
<header><h1>${escaped(title)}</h1><div id="say">${dims === 3 ? 'Drag to turn, shift and drag to move' : 'Drag to move'}, scroll to zoom, point to read.</div></header>
<div id="legend"></div>
<div id="tip" hidden></div>
<script>
const data = ${json}
${viewerScript}</script>
</body>
</html>
`
}

function byNumberThenName(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return a < b ? -1 : a > b ? 1 : 0
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: Uint8Array): string {
  const pieces: string[] = []
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0]
    text += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | (b >> 4)]!
    text += at + 1 < bytes.length ? alphabet[((b & 15) << 2) | (c >> 6)]! : '='
    text += at + 2 < bytes.length ? alphabet[c & 63]! : '='
    if (text.length > 1 << 16) {
      pieces.push(text)
      text = ''
    }
  }
  return pieces.join('') + text
}

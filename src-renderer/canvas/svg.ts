// How is a figure written as SVG? Pictures embedded as PNG, lines and words as themselves, settings as metadata.
import type { Figure, FigureItem } from './figure.ts'
import { encodePng } from './png.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** At most three digits after the point. */
const n = (value: number): string => String(Math.round(value * 1000) / 1000)

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

async function element(item: FigureItem): Promise<string> {
  switch (item.kind) {
    case 'image': {
      const png = base64(await encodePng(item.pixels, item.columns, item.rows))
      const sharp = item.smooth ? '' : ' style="image-rendering:pixelated"'
      return `<image x="${n(item.x)}" y="${n(item.y)}" width="${n(item.width)}" height="${n(item.height)}" preserveAspectRatio="none"${sharp} href="data:image/png;base64,${png}"/>`
    }
    case 'text':
      return `<text x="${n(item.x)}" y="${n(item.y)}" font-size="${n(item.size)}"${item.bold ? ' font-weight="600"' : ''} fill="${item.colour}">${escape(item.text)}</text>`
    case 'lines':
      return `<path d="${item.lines.map(([x0, y0, x1, y1]) => `M${n(x0)} ${n(y0)}L${n(x1)} ${n(y1)}`).join('')}" ${stroke(item)} stroke-linecap="square"/>`
    case 'box':
      return `<rect x="${n(item.x)}" y="${n(item.y)}" width="${n(item.width)}" height="${n(item.height)}" ${stroke(item)}/>`
    case 'ring':
      return `<circle cx="${n(item.x)}" cy="${n(item.y)}" r="${n(item.radius)}" ${stroke(item)}/>`
  }
}

function stroke(item: { colour: string; opacity: number; weight: number }): string {
  const clear = item.opacity < 1 ? ` stroke-opacity="${n(item.opacity)}"` : ''
  return `fill="none" stroke="${item.colour}"${clear} stroke-width="${n(item.weight)}"`
}

/** The figure as an SVG file. */
export async function writeSvg(figure: Figure): Promise<string> {
  const items = await Promise.all(figure.items.map(element))
  const size = `${n(figure.width)} ${n(figure.height)}`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${n(figure.width)}pt" height="${n(figure.height)}pt" font-family="Inter, Helvetica, Arial, sans-serif" role="img">`,
    `<title>${escape(figure.title)}</title>`,
    `<metadata>${escape(JSON.stringify(figure.settings))}</metadata>`,
    `<rect width="100%" height="100%" fill="${figure.ground}"/>`,
    ...items,
    '</svg>',
    '',
  ].join('\n')
}

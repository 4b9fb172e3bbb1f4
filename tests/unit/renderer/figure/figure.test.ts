// Do figures hold what the stage shows: as PNG, SVG and PDF that others can read, with what made them inside?
import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pdfText, writePdf } from '../../../../src-renderer/canvas/pdf.ts'
import { encodePng } from '../../../../src-renderer/canvas/png.ts'
import { sceneFigure } from '../../../../src-renderer/canvas/sceneFigure.ts'
import { writeSvg } from '../../../../src-renderer/canvas/svg.ts'
import { figure, ground, scene, settings } from './support.ts'

const strongest = [0xf8, 0xf9, 0xca]

describe('the figure of a scene', () => {
  it('has picture, map, bar and words inside its page', () => {
    for (const item of figure.items) {
      if (item.kind === 'image' || item.kind === 'box') {
        expect(item.x).toBeGreaterThanOrEqual(0)
        expect(item.x + item.width).toBeLessThanOrEqual(figure.width)
        expect(item.y + item.height).toBeLessThanOrEqual(figure.height)
      }
      if (item.kind === 'text') expect(item.y).toBeLessThan(figure.height)
    }
    const words = figure.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
    expect(words).toEqual(['weight', '0.50', '0.25', '0', 'dino · cat − 1'])
  })
  it('lays the map over the part that the network saw', () => {
    const part = { x: 160, y: 0, width: 320, height: 320 }
    const { items } = sceneFigure(
      { ...scene, area: part },
      ground,
      { caption: '', title: '', scale: '', format: String },
      {},
    )
    const [picture, map] = items.filter((item) => item.kind === 'image')
    expect(map!.x - picture!.x).toBeCloseTo(picture!.width / 4)
    expect(map!.width).toBeCloseTo(picture!.width / 2)
  })
  it('has neither map nor bar where the overlay is off', () => {
    const { items } = sceneFigure(
      { ...scene, overlay: 'off' },
      ground,
      { caption: 'c', title: '', scale: 's', format: String },
      {},
    )
    expect(items.filter((item) => item.kind === 'image')).toHaveLength(1)
    expect(items.filter((item) => item.kind === 'text')).toHaveLength(1)
  })
})

describe('as PNG', () => {
  it('pixels and words come back as they were', async () => {
    const pixels = Uint8ClampedArray.from({ length: 5 * 3 * 4 }, (_, i) => (i * 37) % 256)
    const bytes = await encodePng(pixels, 5, 3, { Title: 'Ölbild', Emergence: JSON.stringify(settings) })
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([5, 3, 4])
    expect([...data]).toEqual([...pixels])
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain('Ölbild')
    expect(text).toContain(JSON.stringify(settings))
  })
})

describe('as SVG', () => {
  it('is drawn by another program with the map where it belongs', async () => {
    const svg = await writeSvg(figure)
    const { data, info } = await sharp(Buffer.from(svg))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number): number[] => {
      const from =
        (Math.round((y / figure.height) * info.height) * info.width +
          Math.round((x / figure.width) * info.width)) *
        3
      return [...data.subarray(from, from + 3)]
    }
    // Patches are 160 points wide; the strongest colour in the last of the first row, the ground shows elsewhere.
    expect(at(12 + 3.5 * 160, 12 + 80).every((value, i) => Math.abs(value - strongest[i]!) < 6)).toBe(true)
    expect(at(12 + 2.5 * 160, 12 + 80)).toEqual([100, 100, 100])
    expect(at(2, 2)).toEqual([12, 13, 14])
  })
  it('escapes what is no mark-up, and keeps the settings', async () => {
    const svg = await writeSvg(figure)
    expect(svg).toContain('<title>The title – “quoted”</title>')
    const kept = /<metadata>(.*)<\/metadata>/.exec(svg)![1]!
    const plain = kept
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
    expect(JSON.parse(plain)).toEqual(settings)
    expect(svg.match(/<[^>]*<x>/)).toBeNull()
  })
})

describe('as PDF', () => {
  const file = writePdf(figure)
  const latin = async (): Promise<string> => Buffer.from(await file).toString('latin1')

  it('has its cross references where its objects stand', async () => {
    const text = await latin()
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1])
    expect(text.slice(start, start + 4)).toBe('xref')
    const [, count] = /^xref\n0 (\d+)\n/.exec(text.slice(start))!
    const entries = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]))
    expect(entries).toHaveLength(Number(count) - 1)
    entries.forEach((at, i) => expect(text.slice(at, at + 12)).toContain(`${i + 1} 0 obj`))
  })
  it('holds streams of the length they say, which inflate', async () => {
    const text = await latin()
    const streams = [...text.matchAll(/\/Length (\d+) >>\nstream\n/g)]
    // The drawing, and a picture with its transparency for ground, map and bar.
    expect(streams).toHaveLength(1 + 2 * 3)
    for (const match of streams) {
      const from = match.index + match[0].length
      const length = Number(match[1])
      expect(text.slice(from + length, from + length + 10)).toBe('\nendstream')
      expect(inflateSync(Buffer.from(text.slice(from, from + length), 'latin1')).length).toBeGreaterThan(0)
    }
  })
  it('draws the words, and keeps title and settings in its information', async () => {
    const text = await latin()
    const [, length] = /\/Filter \/FlateDecode \/Length (\d+) >>\nstream\n/.exec(text)!
    const from = text.indexOf('stream\n') + 7
    const drawing = inflateSync(Buffer.from(text.slice(from, from + Number(length)), 'latin1')).toString(
      'latin1',
    )
    expect(drawing).toContain(pdfText('dino · cat − 1'))
    const hex = /\/Subject <feff([0-9a-f]+)>/.exec(text)![1]!
    const words = Buffer.from(hex, 'hex').swap16().toString('utf16le')
    expect(JSON.parse(words)).toEqual(settings)
  })
  it('spells what Helvetica has, and marks what it lacks', () => {
    expect(pdfText('A−1')).toBe('<412d31>')
    expect(pdfText('é·“”')).toBe('<e9b79394>')
    expect(pdfText('→')).toBe('<3f>')
  })
})

// Does an overlay show strong values, leave weak ones to the photo, and outline what is kept?
import { describe, expect, it } from 'vitest'
import { legend, shortFigure, withLegend } from '../../../src-shared/colour/legend.ts'
import { colourMap } from '../../../src-shared/colour/maps.ts'
import { outline, overlay, overlayColours, ownLimit, smoothstep } from '../../../src-shared/colour/overlay.ts'
import { stepBack } from '../../../src-shared/colour/photo.ts'

const photoOf = (width: number, height: number, colour = [200, 100, 50]) => ({
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!),
})
const pixel = (rgb: Uint8Array, i: number) => [...rgb.subarray(i * 3, i * 3 + 3)]
const ember = colourMap('ember')

describe('stepBack', () => {
  it('darkens or washes out as the CSS filters do', () => {
    const grey = Uint8Array.of(100, 100, 100)
    expect([...stepBack(grey, 'dark')]).toEqual([72, 72, 72])
    // 100 → contrast .5 → 113.75 → brightness 1.5 → 170.6
    expect([...stepBack(grey, 'light')]).toEqual([171, 171, 171])
    const [red, green] = stepBack(Uint8Array.of(255, 0, 0), 'dark')
    // saturate .65: red keeps .213 + .787 · .65, green gets .213 · .35.
    expect(red).toBe(Math.round(255 * (0.213 + 0.787 * 0.65) * 0.72))
    expect(green).toBe(Math.round(255 * 0.213 * 0.35 * 0.72))
  })

  it('leaves the photo itself alone', () => {
    const { rgb } = photoOf(1, 1)
    stepBack(rgb, 'dark', 'off')
    expect([...rgb]).toEqual([200, 100, 50])
  })
})

describe('overlay', () => {
  const photo = photoOf(3, 1)
  const dimmed = pixel(stepBack(photo.rgb, 'dark'), 0)

  it('shows the strongest value in the last colour and the weakest as the dimmed photo', () => {
    const rgb = overlay(photo, Float32Array.of(0.04, 0.0004, 0), { map: ember, opacity: 1 })
    expect(pixel(rgb, 0)).toEqual([...ember.table.subarray(255 * 3)])
    expect(pixel(rgb, 1)).toEqual(dimmed)
    expect(pixel(rgb, 2)).toEqual(dimmed)
  })

  it('mixes by opacity times smoothstep of the share of the limit', () => {
    const rgb = overlay(photo, Float32Array.of(0.5, 0.26, 0), { map: ember, opacity: 0.5, limit: 1 })
    const strong = [...ember.table.subarray(128 * 3, 129 * 3)]
    expect(pixel(rgb, 0)).toEqual(
      strong.map((value, i) => Math.round(dimmed[i]! + 0.5 * (value - dimmed[i]!))),
    )
    const weak = [...ember.table.subarray(66 * 3, 67 * 3)]
    expect(smoothstep(0.02, 0.5, 0.26)).toBeCloseTo(0.5, 12)
    expect(pixel(rgb, 1)).toEqual(
      weak.map((value, i) => Math.round(dimmed[i]! + 0.25 * (value - dimmed[i]!))),
    )
  })

  it('shows nothing outside a mask, nothing at opacity 0, and both signs of tide', () => {
    const values = Float32Array.of(1, 1, -1)
    const masked = overlay(photo, values, { map: ember, mask: Uint8Array.of(0, 1, 0) })
    expect(pixel(masked, 0)).toEqual(dimmed)
    expect(pixel(masked, 1)).not.toEqual(dimmed)
    expect(overlay(photo, values, { map: ember, opacity: 0 })).toEqual(stepBack(photo.rgb, 'dark'))
    const tide = colourMap('tide')
    const signed = overlay(photo, values, { map: tide, opacity: 1 })
    expect(pixel(signed, 0)).toEqual([...tide.table.subarray(255 * 3)])
    expect(pixel(signed, 2)).toEqual([...tide.table.subarray(0, 3)])
  })

  it('takes its limit from the largest magnitude, 1 of nothing', () => {
    expect(ownLimit([0.1, -0.5])).toBe(0.5)
    expect(ownLimit([0, 0])).toBe(1)
    expect(() => overlay(photo, Float32Array.of(1), { map: ember })).toThrow(RangeError)
  })
})

describe('outline', () => {
  it('draws white inside black around the region only', () => {
    const picture = photoOf(40, 40)
    outline(picture, Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), [4, 4])
    const along = Array.from({ length: 40 }, (_, x) => picture.rgb[(15 * 40 + x) * 3]!)
    // The patch covers x from 0 to 9; its right border lies at 10, its left one at the picture's edge.
    expect(along.slice(0, 13)).toEqual([255, 0, 200, 200, 200, 200, 200, 200, 0, 255, 255, 0, 200])
    expect(new Set(along.slice(13))).toEqual(new Set([200]))
    expect(picture.rgb[(35 * 40 + 35) * 3]).toBe(200)
  })

  it('draws no line between two patches of one region', () => {
    const picture = photoOf(40, 20)
    outline(picture, Uint8Array.of(1, 1), [1, 2])
    expect(pixel(picture.rgb, 10 * 40 + 20)).toEqual([200, 100, 50])
  })
})

describe('overlayColours', () => {
  it('paints patches inside the mask and sets the rest far back', () => {
    const photo = photoOf(4, 2)
    const rgb = overlayColours(
      photo,
      Uint8Array.of(0, 255, 0, 255, 0, 0),
      [1, 2],
      'dark',
      Uint8Array.of(1, 0),
      1,
    )
    expect(pixel(rgb, 1)).toEqual([0, 255, 0])
    expect(pixel(rgb, 2)).toEqual(pixel(stepBack(photo.rgb, 'dark', 'off'), 0))
  })
})

describe('legend', () => {
  it('runs from high at the top to low at the bottom', () => {
    const strip = legend(ember, 0.0184, 100)
    const column = (y: number) => pixel(strip.rgb, y * strip.width + 8)
    expect(column(6)).toEqual([...ember.table.subarray(255 * 3)])
    expect(column(93)).toEqual([...ember.table.subarray(0, 3)])
    expect(strip.rgb).toHaveLength(strip.width * 100 * 3)
  })

  it('writes figures that differ, and stands to the right of the picture', () => {
    expect(legend(ember, 0.02, 60).rgb).not.toEqual(legend(ember, 0.03, 60).rgb)
    const wide = withLegend(photoOf(10, 60), ember, 0.02)
    expect(wide.width).toBe(10 + legend(ember, 0.02, 60).width)
    expect(pixel(wide.rgb, 59 * wide.width)).toEqual([200, 100, 50])
  })

  it('keeps figures short', () => {
    expect([0, 0.01842, 1, 123456, 0.0000123, -2.5].map(shortFigure)).toEqual([
      '0',
      '0.0184',
      '1',
      '1.2e5',
      '1.2e-5',
      '-2.5',
    ])
  })
})

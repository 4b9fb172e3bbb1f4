// Are the maps those of the look, smooth to the eye, and scaled as said?
import { describe, expect, it } from 'vitest'
import { classLook } from '../../../src-shared/colour/classes.ts'
import { colourMap, mapNames, paintValues, rampTable, stepOf } from '../../../src-shared/colour/maps.ts'
import { difference, oklabToRgb, parseHex, rgbToOklab, type Rgb } from '../../../src-shared/colour/oklab.ts'
import { paintParts } from '../../../src-shared/colour/parts.ts'

const colourAt = (table: Uint8Array, step: number) =>
  [...table.subarray(step * 3, step * 3 + 3)] as unknown as Rgb
const themes = ['dark', 'light'] as const

describe('OKLab', () => {
  it('puts white at lightness 1, black at 0, greys without hue', () => {
    const [white, a, b] = rgbToOklab([255, 255, 255])
    expect(white).toBeCloseTo(1, 4)
    expect(Math.hypot(a, b)).toBeLessThan(1e-4)
    expect(rgbToOklab([0, 0, 0])).toEqual([0, 0, 0])
    expect(difference([0, 0, 0], [255, 255, 255])).toBeCloseTo(1, 4)
  })

  it("knows red as its author's figures have it", () => {
    const [lightness, a, b] = rgbToOklab([255, 0, 0])
    expect([lightness, a, b].map((value) => Number(value.toFixed(3)))).toEqual([0.628, 0.225, 0.126])
  })

  it('comes back to every colour it left', () => {
    for (const colour of [parseHex('#1a2b3c'), parseHex('f2ac00'), [255, 0, 255], [1, 254, 3]] as Rgb[])
      expect(oklabToRgb(rgbToOklab(colour)).map(Math.round)).toEqual([...colour])
    expect(() => parseHex('#12')).toThrow(RangeError)
  })
})

describe('colour maps', () => {
  it("begin and end with the look's colours in both themes", () => {
    expect(colourAt(colourMap('ember', 'dark').table, 0)).toEqual([...parseHex('08080f')])
    expect(colourAt(colourMap('ember', 'dark').table, 255)).toEqual([...parseHex('f8f9ca')])
    expect(colourAt(colourMap('ember', 'light').table, 255)).toEqual([...parseHex('240942')])
    expect(colourAt(colourMap('tide', 'light').table, 0)).toEqual([...parseHex('015080')])
  })

  it('of tide have the surround in the middle', () => {
    expect(difference(colourAt(colourMap('tide', 'dark').table, 128), parseHex('171614'))).toBeLessThan(0.02)
    expect(difference(colourAt(colourMap('tide', 'light').table, 127), parseHex('f9f6f4'))).toBeLessThan(0.02)
  })

  it('rise in lightness throughout on dark and fall on light, in even steps', () => {
    for (const name of mapNames.filter((name) => name !== 'tide'))
      for (const theme of themes) {
        const { table } = colourMap(name, theme)
        const lightness = Array.from(
          { length: 64 },
          (_, i) => rgbToOklab(colourAt(table, Math.round((i / 63) * 255)))[0],
        )
        const sign = theme === 'dark' ? 1 : -1
        for (let i = 1; i < 64; i++) expect(sign * (lightness[i]! - lightness[i - 1]!)).toBeGreaterThan(0)
      }
    const { table } = colourMap('ember', 'dark')
    const steps = Array.from({ length: 63 }, (_, i) =>
      difference(colourAt(table, i * 4), colourAt(table, i * 4 + 4)),
    )
    const mean = steps.reduce((a, b) => a + b) / 63
    const spread = Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / 63) / mean
    expect(spread).toBeLessThan(0.15)
  })

  it('interpolate in OKLab: between black and white lies the grey of half the lightness', () => {
    const table = rampTable(['000000', 'ffffff'])
    expect(rgbToOklab(colourAt(table, 128))[0]).toBeCloseTo(0.5, 2)
    expect(colourAt(table, 128)[0]).toBe(colourAt(table, 128)[1])
  })

  it('scale plain values from 0 and signed ones around 0, clamping the rest', () => {
    const ember = colourMap('ember')
    expect([0, 1, 2, 9, -1].map((value) => stepOf(ember, value, 2))).toEqual([0, 128, 255, 255, 0])
    const tide = colourMap('tide')
    expect([-2, 0, 2].map((value) => stepOf(tide, value, 2))).toEqual([0, 128, 255])
    expect(stepOf(ember, 1, 0)).toBe(0)
    expect(stepOf(ember, NaN, 1)).toBe(0)
    expect([...paintValues(ember, [2, 0], 2)]).toEqual([...parseHex('f8f9ca'), ...parseHex('08080f')])
  })
})

describe('classes and parts', () => {
  it('give twelve classes colours of their own and the rest one grey', () => {
    for (const theme of themes) {
      const looks = Array.from({ length: 12 }, (_, i) => classLook(i, theme))
      for (let i = 0; i < 12; i++)
        for (let j = 0; j < i; j++)
          expect(difference(looks[i]!.colour, looks[j]!.colour)).toBeGreaterThan(
            theme === 'dark' ? 0.13 : 0.11,
          )
      expect(looks.map((look) => look.hollow)).toEqual(Array.from({ length: 12 }, (_, i) => i >= 6))
      expect(classLook(12, theme).colour).toEqual(classLook(99, theme).colour)
    }
    expect(classLook(7, 'dark').mark).toBe('■')
  })

  it('paint components as red, green and blue, clamped', () => {
    expect([...paintParts([0, 0.5, 1, -1, 2, 0.2])]).toEqual([0, 128, 255, 0, 255, 51])
  })

  it('paint components in OKLab so that the first one is the lightness', () => {
    const rgb = paintParts([0.1, 0.9, 0.2, 0.5, 0.1, 0.5, 0.9, 0.5, 0.9], 'oklab')
    const lightness = [0, 1, 2].map((i) => rgbToOklab(colourAt(rgb, i))[0])
    expect(lightness[0]).toBeLessThan(lightness[1]!)
    expect(lightness[1]).toBeLessThan(lightness[2]!)
  })
})

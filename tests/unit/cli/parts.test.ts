// Does `emergence parts` keep its word? The real command as a process, on bundled pictures and the bundled model.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { partsBasisSchema } from '../../../src-shared/analysis/parts.ts'
import { decode, encodePng } from '../../../src-main/datasets/pictures.ts'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { emergence, goldens, json, npy, pictures } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-parts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const out = (name: string) => join(root, name)
const cat = join(pictures, 'cat-chelsea.jpg')
const raccoon = join(pictures, 'raccoon.jpg')
const size = ['--size', '160']
const parts = async (...words: string[]) =>
  (await json(['parts', 'deit-tiny', ...words, ...size])) as unknown as Result<'parts'>

let both: Result<'parts'>
const basis = out('kept.json')
beforeAll(async () => {
  both = await parts(cat, raccoon, '--output', out('both'), '--save-basis', basis)
})

describe('parts', () => {
  test('gives colours, components and the foreground of every picture, and the basis', () => {
    expect(readdirSync(out('both')).sort()).toEqual([
      'basis.json',
      ...['cat-chelsea', 'raccoon'].flatMap((name) =>
        ['foreground.npy', 'parts-overlay.png', 'parts.npy', 'parts.png'].map((end) => `${name}.${end}`),
      ),
    ])
    expect(both).toMatchObject({ layer: 5, basis, basisUse: null, device: 'cpu' })
    expect(both.explainedVariance).toHaveLength(5)
    expect([...both.explainedVariance].sort((a, b) => b - a)).toEqual(both.explainedVariance)
    expect(both.explainedVariance.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1)
    for (const item of both.items) {
      const components = npy(item.npy)
      const foreground = npy(item.mask).data as Uint8Array
      expect(components.shape).toEqual([...npy(item.mask).shape, 3])
      const inside = foreground.filter((bit) => bit === 1).length
      expect(item.foreground).toBeCloseTo(inside / foreground.length, 12)
      expect(inside).toBeGreaterThan(0)
      expect(inside).toBeLessThan(foreground.length)
      ;(components.data as Float32Array).forEach((value, at) => {
        if (foreground[Math.floor(at / 3)] === 0) expect(value).toBe(0)
        else expect(value >= 0 && value <= 1).toBe(true)
      })
    }
    const written = JSON.parse(readFileSync(basis, 'utf8')) as unknown
    expect(partsBasisSchema.parse(written)).toMatchObject({ width: 192, layer: 5 })
  })

  test('paints the foreground alone, and leaves the background of the photo dim', async () => {
    const [item] = both.items
    const [rows = 0, columns = 0] = npy(item!.mask).shape
    const foreground = npy(item!.mask).data as Uint8Array
    const alone = await decode(item!.png)
    const over = await decode(item!.overlay)
    expect([alone.width, alone.height]).toEqual([columns * 16, rows * 16])
    foreground.forEach((bit, patch) => {
      const at = ((Math.floor(patch / columns) * 16 + 8) * alone.width + (patch % columns) * 16 + 8) * 3
      const [bare, dim] = [alone.rgb, over.rgb].map((rgb) => [...rgb.subarray(at, at + 3)])
      // What is clear is shown over white.
      if (bit === 0) expect(bare).toEqual([255, 255, 255])
      if (bit === 0) expect(Math.max(...dim!)).toBeLessThan(100)
      else expect(Math.max(...bare!.map((value, c) => Math.abs(0.9 * value - dim![c]!)))).toBeLessThan(12)
    })
  })

  test('gives the same bytes again', async () => {
    await parts(cat, raccoon, '--output', out('again'))
    for (const name of readdirSync(out('again')))
      expect(readFileSync(join(out('again'), name)).equals(readFileSync(join(out('both'), name))), name).toBe(
        true,
      )
  })

  test('groups the foreground by k-means, the same groups again', async () => {
    const groups = async (name: string) => {
      const report = await parts(cat, raccoon, '--clusters', '4', '--output', out(name))
      const numbers = report.items.map(({ clusters }) => npy(clusters!.npy).data as Float32Array)
      return { report, numbers }
    }
    const { report, numbers } = await groups('groups')
    expect(report.clusters!.sizes).toHaveLength(4)
    expect([...report.clusters!.sizes].sort((a, b) => b - a)).toEqual(report.clusters!.sizes)
    report.items.forEach(({ mask }, i) => {
      const foreground = npy(mask).data as Uint8Array
      expect([...numbers[i]!].map((group) => Number(group >= 0))).toEqual([...foreground])
    })
    const counted = report.clusters!.sizes.map((_, k) =>
      numbers.reduce((sum, one) => sum + one.filter((group) => group === k).length, 0),
    )
    expect(counted).toEqual(report.clusters!.sizes)
    expect((await decode(report.items[0]!.clusters!.overlay)).width).toBe(160)
    await groups('groups2')
    for (const name of readdirSync(out('groups')))
      expect(
        readFileSync(join(out('groups2'), name)).equals(readFileSync(join(out('groups'), name))),
        name,
      ).toBe(true)
  })

  test('colours one picture alone', async () => {
    const one = await parts(cat, '--output', out('alone'))
    expect(one.items).toHaveLength(1)
    expect(one.items[0]!.foreground).toBeGreaterThan(0)
    expect(one.explainedVariance).toHaveLength(5)
  })

  test('of a kept basis gives a picture the colours it had among others', async () => {
    const one = await parts(cat, '--output', out('one'), '--basis', basis)
    expect(one).toMatchObject({ basis, basisUse: 'same', threshold: both.threshold })
    expect(npy(one.items[0]!.npy)).toEqual(npy(both.items[0]!.npy))
    expect(readdirSync(out('one'))).not.toContain('basis.json')
  })

  test('of a kept basis and other tokens of the same pictures gives nearly the colours they had', async () => {
    const words = ['parts', 'deit-tiny', cat, raccoon, ...size, '--layer', '6', '--basis', basis, '--json']
    const { stdout, stderr } = await emergence([...words, '--output', out('turned')])
    const turned = JSON.parse(stdout) as Result<'parts'>
    expect(turned.basisUse).toBe('aligned')
    expect(stderr).toMatch(/made of layer 5, and layer 6 .*\n.*was turned, so that colours stay put/)
    const fresh = await parts(cat, raccoon, '--layer', '6', '--output', out('fresh'))
    const change = (other: Result<'parts'>): number => {
      let sum = 0
      let count = 0
      both.items.forEach((item, i) => {
        const [then, now] = [item, other.items[i]!].map(({ npy: path }) => npy(path).data as Float32Array)
        const foreground = npy(item.mask).data as Uint8Array
        then!.forEach((value, at) => {
          if (foreground[Math.floor(at / 3)] === 0) return
          sum += Math.abs(value - now![at]!)
          count++
        })
      })
      return sum / count
    }
    expect(change(turned)).toBeLessThan(0.12)
    expect(change(turned)).toBeLessThan(change(fresh))
  })

  test('says when a basis meets pictures it does not know', async () => {
    const stranger = join(pictures, 'bear-night.jpg')
    const words = ['parts', 'deit-tiny', stranger, ...size, '--basis', basis, '--output', out('stranger')]
    const { exitCode, stderr, stdout } = await emergence(words)
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/None of these pictures/)])
    expect(stdout).toMatch(/^bear-night +[\d.]+ % foreground/)
  })

  test('takes a threshold, its other side, or everything', async () => {
    const options = [
      ['--foreground', '0.3'],
      ['--foreground', '0.3', '--flip'],
      ['--foreground', 'off'],
    ]
    const [above, flipped, all] = await Promise.all(
      options.map((words, i) => parts(cat, ...words, '--output', out(`threshold${i}`))),
    )
    expect([above?.threshold, flipped?.threshold, all?.threshold]).toEqual([0.3, 0.3, null])
    expect(all?.items[0]?.foreground).toBe(1)
    // The same patches lie above 0.3 of one direction, or of the other.
    expect(above!.items[0]!.foreground + flipped!.items[0]!.foreground).toBeGreaterThan(1)
  })

  test('of a tensor colours each picture of the batch', async () => {
    const tensor = join(goldens, 'mae', 'input_56x56_b2.npy')
    const words = ['parts', join(goldens, 'mae', 'checkpoint-0.pth'), '--heads', '3', '--tensor', tensor]
    const report = await json([...words, '--foreground', 'off', '--output', out('tensor')])
    expect((report as unknown as Result<'parts'>).items.map(({ name }) => name)).toEqual([
      'tensor-0',
      'tensor-1',
    ])
  })
})

describe('what cannot be coloured is refused in a sentence', () => {
  const dino = [join(goldens, 'dino_vit', 'backbone.pth'), '--heads', '3']
  const grey = out('grey.png')
  beforeAll(async () => {
    const data = new Uint8Array(64 * 64 * 3).fill(120)
    writeFileSync(grey, await encodePng({ width: 64, height: 64, channels: 3, data }))
    writeFileSync(out('list.json'), '[1, 2]')
    writeFileSync(out('words.json'), 'red, green, blue')
  })
  const cases: [string, string[], string, RegExp][] = [
    ['a basis of another width', [...dino, cat, '--basis', basis], 'bad-argument', /width 192.* 48/],
    [
      'a basis that is not there',
      [...dino, cat, '--basis', out('no.json')],
      'unreadable-file',
      /no such file/,
    ],
    ['a basis that is none', [...dino, cat, '--basis', out('list.json')], 'bad-data', /no basis/],
    ['a basis that is no JSON', [...dino, cat, '--basis', out('words.json')], 'bad-data', /not JSON/],
    ['a picture of one colour', [...dino, grey], 'bad-picture', /one colour/],
    ['fewer patches than components', [...dino, cat, '--size', '16x8'], 'bad-picture', /at least 4 patches/],
    ['a threshold above all', [...dino, cat, '--foreground', '1'], 'bad-argument', /foreground/],
    ['a layer that is not there', [...dino, cat, '--layer', '3'], 'bad-argument', /Layer 3 .* 3 layers/],
  ]
  test.concurrent.each(cases)('%s', async (_, words, code, sentence) => {
    const { exitCode, stdout } = await emergence(['parts', ...words, '--output', out('refused'), '--json'])
    expect(exitCode).toBe(1)
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } }
    expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) })
  })

  test('and nothing is written', () => {
    expect(readdirSync(root)).not.toContain('refused')
  })

  test('a basis together with a foreground of one’s own', async () => {
    const { exitCode, stderr } = await emergence(['pca', ...dino, cat, '--basis', basis, '--flip'])
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/leave out --foreground and --flip/)])
  })
})

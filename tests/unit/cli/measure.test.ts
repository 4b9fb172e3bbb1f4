// Do embed, evaluate and data make keep their words? The real command on a small network and drawn animals.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { emergence, goldens, json, npy } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-measure-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const [model, ...heads] = [join(goldens, 'dino_vit', 'backbone.pth'), '--heads', '3']

test('embed writes a row of numbers for each picture', async () => {
  const output = join(root, 'embedded')
  const report = await json(['embed', model, 'critters:5', ...heads, '--size', '16', '--output', output])
  expect(report).toMatchObject({ rows: 5, columns: 48, computed: 5, skipped: [], output, device: 'cpu' })
  expect(npy(join(output, 'embeddings.npy')).shape).toEqual([5, 48])
})

test('evaluate writes a table for people, with the baselines below the network', async () => {
  const words = ['evaluate', model, 'critters:30', ...heads, '--size', '16', '--baseline', 'pixels']
  const { stdout, exitCode } = await emergence(words)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /accuracy +standardError +top5\nthis network.*\nchance.*\npixels.*\n10 pictures tested, 20 known/,
  )
  const wrong = await emergence([...words, '--baseline', 'oracle'])
  expect(wrong.exitCode).toBe(2)
  expect(wrong.stderr).toMatch(/Baselines are pixels, untrained/)
})

test('data make critters writes class folders, and masks where they are asked for', async () => {
  const output = join(root, 'critters')
  const words = ['data', 'make', 'critters', '--count', '11', '--size', '24', '--masks', '--output', output]
  expect(await json(words)).toMatchObject({ rows: 11, output })
  expect(readdirSync(join(output, 'cat'))).toEqual(['000000.png', '000010.png'])
  expect(existsSync(join(output, 'masks', 'crab', '000009.png'))).toBe(true)
})

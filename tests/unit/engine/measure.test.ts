// Do embed and evaluate give vectors and scores of a data set, computing only what is new? One engine, a small network.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEngine } from '../../../src-main/cli/engine.ts'
import { createCliLab } from '../../../src-main/cli/lab.ts'
import { dataWords } from '../../../src-shared/domain/dataWords.ts'
import type { Request } from '../../../src-shared/protocol/calls.ts'
import { goldens, npy, pictures } from '../cli/run.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-measure-'))
const engine = startEngine()
afterAll(() => {
  engine.stop()
  rmSync(root, { recursive: true, force: true })
})
const lab = createCliLab(engine)
const cats = join(root, 'photos', 'cats')
beforeAll(() => {
  mkdirSync(cats, { recursive: true })
  for (const name of ['cat-chelsea', 'coffee-cup'])
    writeFileSync(join(cats, `${name}.jpg`), readFileSync(join(pictures, `${name}.jpg`)))
  writeFileSync(join(cats, 'broken.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2]))
})
const settings = { device: 'cpu', precision: 'exact' } as const
const model = { name: join(goldens, 'dino_vit', 'backbone.pth'), overrides: { heads: 3 } }
const question = (data: string) => ({
  settings,
  model,
  data: dataWords(data),
  token: null,
  layer: -1,
  size: null,
  fit: 'model' as const,
})

describe('embed', () => {
  const folder = join(root, 'embedded')
  const embed = (data: string, more: Partial<Request<'embed'>> = {}) =>
    lab.embed({ ...question(data), format: 'npy', output: { folder, force: true }, ...more })
  const rowsOf = () => npy(join(folder, 'embeddings.npy')).data as Float32Array

  test('gives [CLS] as features does, with what each row is, and lists what it left out', async () => {
    const report = await embed(join(root, 'photos'))
    expect(report).toMatchObject({ rows: 2, computed: 2, output: folder })
    expect(report.skipped.map(({ name }) => name)).toEqual(['cats/broken.jpg'])
    const features = await lab.features({
      ...{ settings, model, token: 'cls', layer: -1, norm: true },
      input: {
        kind: 'pictures',
        sources: [{ kind: 'path', path: join(cats, 'coffee-cup.jpg') }],
        fit: 'model',
      },
      output: { folder: join(root, 'features'), force: false },
    })
    expect(rowsOf().slice(report.columns)).toEqual(npy(features.items[0]!.npy).data)
    expect(readFileSync(join(folder, 'items.csv'), 'utf8')).toBe(
      'row,id,class\n0,cats/cat-chelsea.jpg,cats\n1,cats/coffee-cup.jpg,cats\n',
    )
  })

  test('computes again only what changed, and writes Parquet and CSV with the same numbers', async () => {
    const refused = embed('critters:6', { output: { folder, force: false } })
    await expect(refused).rejects.toMatchObject({ code: 'output-exists' })
    expect(await embed('critters:6', { format: 'parquet' })).toMatchObject({ rows: 6, computed: 6 })
    const six = rowsOf()
    expect(await embed('critters:8', { format: 'csv' })).toMatchObject({ rows: 8, computed: 2 })
    expect(rowsOf().slice(0, six.length)).toEqual(six)

    const width = six.length / 6
    const parquet = readFileSync(join(folder, 'embeddings.parquet'))
    const file = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.length) as ArrayBuffer
    const rows = await parquetReadObjects({ file })
    expect(rows).toHaveLength(6)
    expect(rows[1]).toMatchObject({ row: 1, id: '1', class: 'dog' })
    expect(Float32Array.from(rows[1]!['embedding'] as number[])).toEqual(six.slice(width, 2 * width))
    const lines = readFileSync(join(folder, 'embeddings.csv'), 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(9)
    const cells = lines[3]!.split(',')
    expect(cells.slice(0, 3)).toEqual(['2', '2', 'bird'])
    expect(Float32Array.from(cells.slice(3), Number)).toEqual(six.slice(2 * width, 3 * width))
    expect(await embed('critters:8', { format: 'tsv' })).toMatchObject({ computed: 0 })
    expect(readFileSync(join(folder, 'metadata.tsv'), 'utf8')).toMatch(/^row\tid\tclass\n0\t0\tcat\n/)
    const tsv = readFileSync(join(folder, 'embeddings.tsv'), 'utf8').split('\n')
    expect(Float32Array.from(tsv[2]!.split('\t'), Number)).toEqual(six.slice(2 * width, 3 * width))
    expect(await embed('critters:8', { layer: 0 })).toMatchObject({ computed: 8 })
  })

  test('goes on after a cancel with what is not yet there', async () => {
    const own = { size: 16, output: { folder: join(root, 'cancelled'), force: false } }
    const controller = new AbortController()
    const cancelled = lab.embed(
      { ...question('critters:50'), format: 'npy', ...own },
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === 'progress' && event.what === 'embedding' && event.done >= 16) controller.abort()
        },
      },
    )
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    const { rows, computed } = await embed('critters:50', own)
    expect(rows).toBe(50)
    expect(computed).toBeLessThanOrEqual(34)
  })

  test('of patches names each after its picture and place', async () => {
    const report = await embed('critters:2', { token: 'patches', size: 16 })
    expect(report).toMatchObject({ rows: 8 })
    expect(readFileSync(join(folder, 'items.csv'), 'utf8').split('\n')[3]).toBe('2,"0:1,0",cat')
  })
})

describe('evaluate', () => {
  const evaluate = (data: string, more: Partial<Request<'evaluate'>> = {}) =>
    lab.evaluate({
      ...question(data),
      ...{ protocol: 'knn', k: 20, temperature: 0.07, baselines: [], split: null, holdOut: 0.2, most: null },
      size: 32,
      ...more,
    })

  test('scores by neighbours beside chance, pixels and an untrained network, the same every time', async () => {
    const asked = () => evaluate('critters:40', { baselines: ['pixels', 'untrained'] })
    const report = await asked()
    expect(report.items).toEqual({ train: 30, test: 10 })
    expect(Object.keys(report.baselines)).toEqual(['chance', 'pixels', 'untrained'])
    for (const scores of [report.scores, ...Object.values(report.baselines)]) {
      expect(scores['accuracy']).toBeGreaterThanOrEqual(0)
      expect(scores['accuracy']).toBeLessThanOrEqual(1)
    }
    expect(report.baselines['chance']).toEqual({ accuracy: 0.1 })
    const again = await asked()
    expect([again.scores, again.baselines]).toEqual([report.scores, report.baselines])
  })

  test.each([
    ['linear', ['accuracy', 'standardError', 'penalty'], ['chance']],
    ['cluster', ['nmi', 'ari', 'purity', 'clusters', 'cosine'], ['chance']],
    ['retrieval', ['meanAveragePrecision', 'precisionAtK', 'first'], ['chance']],
    ['segment', ['mass', 'jaccard'], ['fixed']],
    ['parts', ['accuracy', 'balanced', 'patches'], ['commonest']],
  ] as const)('by %s', async (protocol, scores, beside) => {
    const report = await evaluate('critters:40', { protocol })
    expect(Object.keys(report.scores)).toEqual(scores)
    expect(Object.keys(report.baselines)).toEqual(beside)
    for (const value of Object.values(report.scores)) expect(value).toBeGreaterThanOrEqual(-1)
  })

  test.each([
    [join(root, 'photos'), {}, /has one class, and --protocol knn needs some/],
    [join(root, 'photos'), { protocol: 'segment' }, /has no masks/],
    ['critters:1', {}, /has 1 picture: .* are too few/],
    ['critters:20', { split: 'test' }, /has no split "test"/],
    ['critters:20', { size: 4 }, /smaller than one patch/],
  ] as const)('says what is wrong with %s and %j', async (data, more, said) => {
    await expect(evaluate(data, more)).rejects.toThrow(said)
  })
})

// Does the process that makes maps answer as it should: every row a place, every bad input a sentence, cancel at once?
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { keepProjection } from '../../../src-main/processes/projection.ts'
import { defaultMapSettings, mapMethods } from '../../../src-shared/domain/map.ts'
import { readNpy } from '../../../src-shared/numerics/npy.ts'
import type { Item, Request } from '../../../src-shared/protocol/calls.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { clusters, nearestOf, purity } from './points.ts'

const root = mkdtempSync(join(tmpdir(), 'projection-'))
const projection = keepProjection()
afterAll(() => {
  projection.stop()
  rmSync(root, { recursive: true })
})
const client = createClient(projection)

const width = 8
const values = (data: Float32Array, columns = width) =>
  ({ kind: 'values', rows: data.length / columns, columns, data }) as const
function asking(
  embeddings: Request<'project'>['embeddings'],
  settings: Partial<Request<'project'>['settings']> = {},
  more: Partial<Request<'project'>> = {},
): Request<'project'> {
  return {
    embeddings,
    settings: { ...defaultMapSettings, epochs: 40, ...settings },
    start: null,
    into: null,
    frames: false,
    trustworthiness: false,
    output: null,
    ...more,
  }
}

describe.each(mapMethods)('%s', (method) => {
  test.each([
    ['one row', 1],
    ['two rows', 2],
    ['three rows', 3],
    ['fewer rows than neighbours', 6],
  ])('of %s gives every row a place', async (_, rows) => {
    const { positions, rows: given } = await client.project(asking(values(clusters(rows, width)), { method }))
    expect(given).toBe(rows)
    expect(positions).toHaveLength(3 * rows)
    expect(positions.every(Number.isFinite)).toBe(true)
  })

  test('of identical rows gives every row a place', async () => {
    const same = Float32Array.from({ length: 40 * width }, (_, at) => (at % width) + 1)
    const { positions } = await client.project(asking(values(same), { method }, { trustworthiness: true }))
    expect(positions).toHaveLength(120)
    expect(positions.every(Number.isFinite)).toBe(true)
  })

  test('of rows of zeros gives every row a place', async () => {
    const data = clusters(30, width)
    data.fill(0, 0, 3 * width)
    const { positions } = await client.project(asking(values(data), { method }))
    expect(positions.every(Number.isFinite)).toBe(true)
  })

  test('sets rows aside that hold no numbers, names them, and maps the rest as if they were not there', async () => {
    const whole = clusters(60, width)
    const broken = new Float32Array(62 * width)
    broken.set(whole.subarray(0, 10 * width))
    broken.fill(1, 10 * width, 11 * width)
    broken[10 * width + 3] = NaN
    broken.set(whole.subarray(10 * width, 20 * width), 11 * width)
    broken[21 * width] = -Infinity
    broken.set(whole.subarray(20 * width), 22 * width)
    const { setAside, positions } = await client.project(asking(values(broken), { method }))
    expect(setAside).toEqual([
      { row: 10, why: 'NaN in column 3' },
      { row: 21, why: 'infinity in column 0' },
    ])
    const { positions: without } = await client.project(asking(values(whole), { method }))
    expect(positions.subarray(30, 33).every(Number.isNaN)).toBe(true)
    expect(positions.slice(0, 30)).toEqual(without.slice(0, 30))
    expect(positions.slice(33, 63)).toEqual(without.slice(30, 60))
    expect(positions.slice(66)).toEqual(without.slice(60))
  })

  test('has the same bytes twice, and on another number of threads', async () => {
    const request = asking(values(clusters(700, width)), { method, dims: 2, seed: 5, epochs: 30 })
    const { hashes } = await client.project(request)
    expect((await client.project(request)).hashes).toEqual(hashes)
    expect((await client.project({ ...request, threads: 3 })).hashes).toEqual(hashes)
  })

  test('places new rows into a map without moving it, near to their like', async () => {
    const all = clusters(240, width, 4, 0.2)
    const folder = join(root, method)
    const old = all.subarray(0, 200 * width)
    const { positions: map } = await client.project(
      asking(
        values(old),
        { method, dims: 2, epochs: 250, metric: 'euclidean' },
        { output: { folder, force: false, page: false } },
      ),
    )
    const before = readFileSync(join(folder, 'map.npy'))
    const { positions: placed, settings } = await client.project(
      asking(values(all.subarray(200 * width)), {}, { into: { kind: 'path', path: folder } }),
    )
    expect(settings).toMatchObject({ method, dims: 2 })
    expect(readFileSync(join(folder, 'map.npy')).equals(before)).toBe(true)
    let near = 0
    for (let row = 0; row < 40; row++) {
      const together = new Float32Array(402)
      together.set(placed.subarray(2 * row, 2 * row + 2))
      together.set(map, 2)
      for (const other of nearestOf(together, 2, 0, 5, 'euclidean')) if ((other - 1) % 4 === row % 4) near++
    }
    expect(near / 200).toBeGreaterThan(0.95)
  })
})

test('what has three columns or fewer is its own map', async () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6)
  expect(Array.from((await client.project(asking(values(data, 3)))).positions)).toEqual([1, 2, 3, 4, 5, 6])
  expect(Array.from((await client.project(asking(values(data, 2)))).positions)).toEqual([
    1, 2, 0, 3, 4, 0, 5, 6, 0,
  ])
})

test('rows that are all broken are refused with the first of them', async () => {
  await expect(client.project(asking(values(new Float32Array(16).fill(NaN))))).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringMatching(/Every one of the 2 rows.*NaN in column 0/) as string,
  })
})

test('frames come while a map is made, the last one being the map', async () => {
  const items: Item<'project'>[] = []
  const { positions } = await client.project(
    asking(values(clusters(300, width)), { dims: 2 }, { frames: true }),
    { onItem: (item) => void items.push(item) },
  )
  expect(items[0]).toMatchObject({ kind: 'neighbours', search: { exact: true } })
  const frames = items.flatMap((item) => (item.kind === 'frame' ? [item] : []))
  expect(frames[0]).toMatchObject({ epoch: 0, of: 40 })
  expect(frames.at(-1)).toMatchObject({ epoch: 40, of: 40 })
  expect(frames.at(-1)!.positions).toEqual(positions)
  for (let i = 1; i < frames.length; i++) expect(frames[i]!.epoch).toBeGreaterThan(frames[i - 1]!.epoch)
})

test('a map starts from a former one, and rows without a place begin among their neighbours', async () => {
  const data = clusters(200, width)
  const { positions } = await client.project(asking(values(data), { epochs: 200 }))
  const start = positions.slice()
  start.fill(NaN, 0, 3)
  const warm = await client.project(
    asking(values(data), { epochs: 0 }, { start: { positions: start, epoch: 0 } }),
  )
  expect(warm.positions.slice(3)).toEqual(positions.slice(3))
  const away = Math.hypot(...[0, 1, 2].map((t) => warm.positions[t]! - positions[t]!))
  expect(away).toBeLessThan(3)
})

test('a map that is cancelled ends, and the next one is made', async () => {
  const controller = new AbortController()
  const many = asking(values(clusters(4000, width)), { epochs: 100_000 }, { frames: true })
  const cancelled = client.project(many, {
    signal: controller.signal,
    onItem: (item) => {
      if (item.kind === 'frame' && item.epoch > 0) controller.abort()
    },
  })
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  const { positions } = await client.project(asking(values(clusters(50, width))))
  expect(positions.every(Number.isFinite)).toBe(true)
  // It obeyed: nobody had to kill it.
  expect(projection.starts()).toBe(1)
})

test('a map that waits for another is cancelled at once, and the other goes on', async () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const endless = asking(values(clusters(1500, width)), { epochs: 100_000 }, { frames: true })
  let frames = 0
  const working = client.project(endless, {
    signal: first.signal,
    onItem: (item) => {
      if (item.kind === 'frame' && frames++ === 1) second.abort()
      // So many frames after the other was cancelled: it was not waited for, and nothing was ended for it.
      if (frames === 8) first.abort()
    },
  })
  const waiting = client.project(asking(values(clusters(50, width))), { signal: second.signal })
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
  expect(first.signal.aborted).toBe(false)
  await expect(working).rejects.toMatchObject({ code: 'cancelled' })
  expect(frames).toBeGreaterThanOrEqual(8)
  expect(projection.starts()).toBe(1)
})

describe('the folder of a map', () => {
  const folder = join(root, 'written')
  const csv = join(root, 'items.csv')
  const data = clusters(40, width)
  writeFileSync(
    csv,
    [
      `file,label,${Array.from({ length: width }, (_, t) => `x${t}`).join(',')}`,
      ...Array.from({ length: 40 }, (_, row) =>
        [
          `"p,${row}.png"`,
          `c${row % 4}`,
          ...(row === 7 ? ['nan', ...data.subarray(57, 64)] : data.subarray(row * 8, row * 8 + 8)),
        ].join(','),
      ),
    ].join('\n'),
  )
  const request = asking({ kind: 'path', path: csv }, {}, { output: { folder, force: false, page: true } })

  test('holds places, embeddings, what is known of the rows, and how it was made', async () => {
    const { output, hashes, positions } = await client.project(request)
    expect(output).toBe(folder)
    const map = readNpy(readFileSync(join(folder, 'map.npy')))
    expect(map.shape).toEqual([39, 3])
    expect(map.data.slice(0, 21)).toEqual(positions.slice(0, 21))
    expect(map.data.slice(21)).toEqual(positions.slice(24))
    expect(readNpy(readFileSync(join(folder, 'embeddings.npy'))).shape).toEqual([39, width])
    const items = readFileSync(join(folder, 'items.csv'), 'utf8').split('\n')
    expect(items[0]).toBe('row,file,label')
    expect(items[8]).toBe('8,"p,8.png",c0')
    expect(JSON.parse(readFileSync(join(folder, 'map.json'), 'utf8'))).toMatchObject({
      rows: 39,
      setAside: [{ row: 7, why: 'NaN in column 0' }],
      settings: { method: 'umap', seed: 0 },
      hashes,
    })
    expect(readFileSync(join(folder, 'map.html'), 'utf8')).toContain('UMAP of 39 items')
  })
  test('is not replaced unasked', async () => {
    await expect(client.project(request)).rejects.toMatchObject({ code: 'output-exists' })
    await client.project({ ...request, output: { folder, force: true, page: true } })
  })
  test('takes no rows of another width, and none where it is not whole', async () => {
    const into = { kind: 'path', path: folder } as const
    await expect(client.project(asking(values(clusters(5, 9), 9), {}, { into }))).rejects.toMatchObject({
      code: 'bad-data',
    })
    const map = readFileSync(join(folder, 'map.npy'))
    map[map.length - 1]! ^= 1
    writeFileSync(join(folder, 'map.npy'), map)
    await expect(client.project(asking(values(clusters(5, width)), {}, { into }))).rejects.toMatchObject({
      code: 'damaged-file',
    })
    await expect(
      client.project(asking(values(data), {}, { into: { kind: 'path', path: root } })),
    ).rejects.toMatchObject({ code: 'unreadable-file' })
  })
})

describe('questions about neighbours', () => {
  const data = clusters(80, width, 4, 0.2)
  data.copyWithin(9 * width, 4 * width, 5 * width)
  const embeddings = values(data)

  test('are answered for rows and for vectors', async () => {
    const near = await client.nearest({
      embeddings,
      queries: { kind: 'rows', rows: Int32Array.of(4, 30) },
      k: 3,
      metric: 'euclidean',
    })
    expect(near.indices[0]).toBe(9)
    expect(Array.from(near.indices.subarray(3))).toEqual(nearestOf(data, width, 30, 3, 'euclidean'))
    const queries = { kind: 'vectors', data: data.slice(30 * width, 31 * width) } as const
    const { indices } = await client.nearest({ embeddings, queries, k: 1, metric: 'cosine' })
    expect(Array.from(indices)).toEqual([30])
    await expect(
      client.nearest({
        embeddings,
        queries: { kind: 'rows', rows: Int32Array.of(80) },
        k: 1,
        metric: 'cosine',
      }),
    ).rejects.toMatchObject({ code: 'bad-argument' })
  })
  test('find what is there twice', async () => {
    const { groups, distances } = await client.nearDuplicates({
      embeddings,
      metric: 'cosine',
      distance: 1e-6,
    })
    expect(groups.map((group) => Array.from(group))).toEqual([[4, 9]])
    expect(distances[0]).toBe(0)
  })
  test('find a label that its neighbours do not have', async () => {
    const labels = Int32Array.from({ length: 80 }, (_, row) => row % 4)
    labels[9] = 0
    labels[21] = 2
    const { disagreement, suggested, agreement } = await client.labelDisagreement({
      embeddings,
      labels,
      k: 10,
      metric: 'euclidean',
    })
    expect(suggested[21]).toBe(1)
    expect(disagreement[21]).toBe(1)
    expect(agreement).toBeGreaterThan(0.9)
  })
  test('compare two embeddings of the same items', async () => {
    const same = await client.compareNeighbourhoods({
      first: embeddings,
      second: embeddings,
      k: 5,
      metric: 'cosine',
    })
    expect(same.mean).toBe(1)
    const other = values(clusters(80, width, 80, 1, 9))
    const strange = await client.compareNeighbourhoods({
      first: embeddings,
      second: other,
      k: 5,
      metric: 'cosine',
    })
    expect(strange.mean).toBeLessThan(0.3)
    expect(strange.chance).toBeCloseTo(5 / 79)
  })
})

test('clusters stay together on a map', async () => {
  const data = clusters(400, width)
  const { positions } = await client.project(asking(values(data), { epochs: 150 }))
  expect(purity(positions, 3, 4)).toBeGreaterThan(0.98)
})

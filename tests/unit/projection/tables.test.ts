// Can embeddings made elsewhere be read, and is everything else refused in a sentence?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, describe, expect, test } from 'vitest'
import { readTable } from '../../../src-main/projection/tables/read.ts'
import { writeNpy } from '../../../src-shared/numerics/npy.ts'

const root = mkdtempSync(join(tmpdir(), 'tables-'))
afterAll(() => rmSync(root, { recursive: true }))
let made = 0
/** A file of its own folder, so that nothing lies beside it. */
function file(name: string, content: string | Uint8Array): string {
  const folder = join(root, String(made++))
  mkdirSync(folder)
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const rowsOf = ({ data, columns }: { data: Float32Array; columns: number }): number[][] =>
  Array.from({ length: data.length / columns }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  )

describe('a .npy file', () => {
  const wanted = [
    [1, 2, 3],
    [4, 5, 6],
  ]
  const npy = (descr: string, fortran: boolean, bytes: Uint8Array, shape = '(2, 3)'): Uint8Array => {
    const head = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`
    const padded = head.padEnd(Math.ceil((11 + head.length) / 64) * 64 - 11) + '\n'
    return Uint8Array.from([
      ...[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8],
      ...new TextEncoder().encode(padded),
      ...bytes,
    ])
  }
  test('of float32 is a table', async () => {
    const path = file('a.npy', writeNpy({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }))
    expect(rowsOf(await readTable(path))).toEqual(wanted)
  })
  test('of float64 in Fortran order is the same table', async () => {
    const bytes = new Uint8Array(Float64Array.of(1, 4, 2, 5, 3, 6).buffer)
    expect(rowsOf(await readTable(file('a.npy', npy('<f8', true, bytes))))).toEqual(wanted)
  })
  test('of big-endian integers too', async () => {
    const bytes = Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6)
    expect(rowsOf(await readTable(file('a.npy', npy('>i2', false, bytes))))).toEqual(wanted)
  })
  test.each([
    ['of no bytes', new Uint8Array(), /the file is empty/],
    ['of one axis', writeNpy({ shape: [6], data: new Float32Array(6) }), /its shape is \[6\]/],
    ['without rows', writeNpy({ shape: [0, 3], data: new Float32Array() }), /holds no numbers/],
    [
      'that ends too early',
      writeNpy({ shape: [2, 3], data: new Float32Array(6) }).subarray(0, 140),
      /needs 24 bytes/,
    ],
    ['of other bytes', new TextEncoder().encode('hello, world'), /does not begin/],
  ])('%s is refused', async (_, bytes, why) => {
    await expect(readTable(file('a.npy', bytes))).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(why) as string,
    })
  })
  test('of more numbers than memory holds is refused with the sizes, before they are read', async () => {
    const rows = 40_000_000
    const columns = 4096
    const head = npy('|u1', false, new Uint8Array(), `(${rows}, ${columns})`)
    const path = file('a.npy', head)
    const { truncateSync } = await import('node:fs')
    truncateSync(path, head.length + rows * columns)
    await expect(readTable(path)).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/40,000,000 rows of 4096 numbers need about 655.4 GB/) as string,
    })
  })
})

describe('a text file', () => {
  test('with names has numbers and words', async () => {
    const path = file('a.csv', 'name,x,y,label\r\n"a, b",1,2.5,cat\r\n"say ""hi""",-3e2,,dog\r\n')
    const table = await readTable(path)
    expect(rowsOf(table)).toEqual([
      [1, 2.5],
      [-300, NaN],
    ])
    expect(table.names).toEqual(['x', 'y'])
    expect(table.words).toEqual([
      { name: 'name', values: ['a, b', 'say "hi"'] },
      { name: 'label', values: ['cat', 'dog'] },
    ])
  })
  test('as pandas writes it has its index and column numbers left out', async () => {
    const table = await readTable(file('a.csv', ',0,1,2\n0,7,8,9\n1,4,5,6\n'))
    expect(rowsOf(table)).toEqual([
      [7, 8, 9],
      [4, 5, 6],
    ])
  })
  test('whose coordinates are counted has all other columns as words', async () => {
    const table = await readTable(file('a.csv', 'file,column,e0,e1,e2\na,5,7,8,9\nb,6,4,5,6\n'))
    expect(rowsOf(table)).toEqual([
      [7, 8, 9],
      [4, 5, 6],
    ])
    expect(table.words[1]).toEqual({ name: 'column', values: ['5', '6'] })
  })
  test('of TensorBoard comes with its metadata', async () => {
    const path = file('vectors.tsv', '1\t2\n3\t4\n')
    writeFileSync(join(path, '..', 'metadata.tsv'), 'ape\nbee\n')
    const table = await readTable(path)
    expect(rowsOf(table)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(table.words).toEqual([{ name: 'label', values: ['ape', 'bee'] }])
  })
  test('whose lines are of different lengths is refused with the line', async () => {
    const path = file('a.csv', '1,2,3\n4,5,6\n7,8\n')
    await expect(readTable(path)).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(/line 3 has 2 fields, and the lines before have 3/) as string,
    })
  })
  test.each([
    ['of words alone', 'a,b\nc,d\n', /no column of numbers/],
    ['of names alone', 'a,b\n', /names and no rows/],
    ['of no bytes', '', /empty/],
  ])('%s is refused', async (_, text, why) => {
    await expect(readTable(file('a.csv', text))).rejects.toMatchObject({
      code: 'bad-data',
      message: expect.stringMatching(why) as string,
    })
  })
})

describe('a Parquet file', () => {
  test('of columns side by side is a table', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'file', data: ['a.png', 'b.png'], type: 'STRING' },
        { name: 'x', data: Float64Array.of(1, 3), type: 'DOUBLE' },
        { name: 'y', data: Float32Array.of(2, 4), type: 'FLOAT' },
      ],
    })
    const table = await readTable(file('a.parquet', new Uint8Array(bytes)))
    expect(rowsOf(table)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(table.words).toEqual([{ name: 'file', values: ['a.png', 'b.png'] }])
  })
  test('with a column of lists has its numbers there, and others about the rows', async () => {
    const { asParquet } = await import('../../../src-main/engine/tables/write.ts')
    const bytes = await asParquet({
      rows: 2,
      columns: 3,
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
      about: [
        { name: 'label', values: ['cat', 'dog'] },
        { name: 'patch', values: [3, 9] },
      ],
    })
    const table = await readTable(file('a.parquet', bytes))
    expect(rowsOf(table)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(table.words).toEqual([
      { name: 'label', values: ['cat', 'dog'] },
      { name: 'patch', values: ['3', '9'] },
    ])
  })
  test('that is none is refused', async () => {
    await expect(readTable(file('a.parquet', 'PAR1 and no more'))).rejects.toMatchObject({ code: 'bad-data' })
  })
})

test('a file that is not there, or of a kind that nobody knows, is refused', async () => {
  await expect(readTable(join(root, 'none.npy'))).rejects.toMatchObject({ code: 'unreadable-file' })
  await expect(readTable(file('a.xlsx', 'x'))).rejects.toMatchObject({ code: 'bad-data' })
})

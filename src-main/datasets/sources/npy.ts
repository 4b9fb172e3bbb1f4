// How is one .npy file a data set? [pictures, height, width(, 3)] or [pictures, 3, height, width], bytes or floats from 0 to 1.
import { open, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { NpyError, readNpy, readNpyHead } from '../../../src-shared/numerics/npy.ts'
import type { NpyHead } from '../../../src-shared/numerics/npy.ts'
import type { PictureSet } from '../pictureSet.ts'
import type { RecordLayout } from '../reader.ts'
import { numberedClasses, recordSet } from './records.ts'

/** Longest head of a .npy file that is looked at, in bytes. */
const headBytes = 4096

/**
 * The pictures of an `.npy`, read from disk as they are asked for; labels from `NAME.labels.npy` or `labels.npy` beside
 * it. null where the name ends otherwise. Throws Failure `bad-data`.
 */
export async function openNpyPictures(path: string, isFolder: boolean): Promise<PictureSet | null> {
  if (isFolder || !path.toLowerCase().endsWith('.npy')) return null
  const name = basename(path)
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('unreadable-file', `${path} could not be read (${error.code}).`)
  })
  try {
    const { size } = await file.stat()
    if (size === 0) throw new Failure('bad-data', `${name} is empty (0 bytes).`, 'Save the array again.')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, headBytes)), 0)
    const head = readNpyHead(buffer.subarray(0, bytesRead))
    if (head.fortran && head.shape.length > 1)
      throw new Failure(
        'bad-data',
        `${name} is in Fortran order; pictures are read one by one and need C order.`,
        'Save it with numpy.ascontiguousarray.',
      )
    const { layout, items } = layoutOf(name, head)
    if (size - head.start < items * layout.stride)
      throw new Failure(
        'bad-data',
        `${name} is cut off: [${head.shape.join(', ')}] needs ${items * layout.stride} bytes of numbers, and ${size - head.start} are there.`,
      )
    const labels = await labelsBeside(path, items)
    return recordSet({
      name,
      items,
      store: { kind: 'files', files: [{ path, offset: head.start, items }] },
      layout,
      labels,
      classes: labels ? numberedClasses(labels) : null,
      splits: [],
    })
  } catch (error) {
    if (!(error instanceof NpyError)) throw error
    throw new Failure('bad-data', `${name} is no array that can be used: ${error.message}.`)
  } finally {
    await file.close()
  }
}

function layoutOf(name: string, { shape, dtype, descr }: NpyHead): { layout: RecordLayout; items: number } {
  const said = `[${shape.join(', ')}] of ${dtype}`
  const [items = 0, a = 0, b = 0, c = 0] = shape
  const planes = shape.length === 4 && a === 3 && c !== 3
  const fits = shape.length === 3 || (shape.length === 4 && (planes || c === 3 || c === 1))
  if (
    !fits ||
    items === 0 ||
    a === 0 ||
    b === 0 ||
    (dtype !== 'uint8' && dtype !== 'float32') ||
    descr.startsWith('>')
  )
    throw new Failure(
      'bad-data',
      `${name} is ${said}; pictures are [pictures, height, width, 3], [pictures, 3, height, width] or [pictures, height, width], of uint8, or of float32 from 0 to 1.`,
    )
  const channels = shape.length === 3 || c === 1 ? 1 : 3
  const [height, width] = planes ? [b, c] : [a, b]
  const numbers = dtype === 'uint8' ? 'bytes' : 'unit'
  const stride = width * height * channels * (numbers === 'bytes' ? 1 : 4)
  return {
    items,
    layout: { width, height, channels, order: planes ? 'planes' : 'pixels', numbers, stride, skip: 0 },
  }
}

async function labelsBeside(path: string, items: number): Promise<Int32Array | null> {
  for (const name of [basename(path).replace(/\.npy$/i, '.labels.npy'), 'labels.npy']) {
    const bytes = await readFile(join(dirname(path), name)).catch(() => null)
    if (!bytes || name === basename(path)) continue
    const { data, shape } = readNpy(bytes)
    if (shape.length !== 1 || shape[0] !== items)
      throw new Failure('bad-data', `${name} is [${shape.join(', ')}], and there are ${items} pictures.`)
    const labels = Int32Array.from(data as ArrayLike<number | bigint>, Number)
    if (labels.some((label) => label < 0))
      throw new Failure('bad-data', `${name} holds a negative class.`, 'Classes count from 0.')
    return labels
  }
  return null
}

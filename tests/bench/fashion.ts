// Which embeddings do maps run on in the benches? Fashion-MNIST, projected to 384 numbers by chance, of unit length.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createProducts } from '../../src-main/compute/products.ts'
import { writeNpy } from '../../src-shared/numerics/npy.ts'
import { fillNormal, permutation, random } from '../../src-shared/numerics/random.ts'

/** Where Debian's package dataset-fashion-mnist puts it. */
const folder = '/usr/share/datasets/fashion-mnist'
export const columns = 384
const pixels = 784

export interface Labelled {
  /** `[rows, 384]`, unit length. */
  data: Float32Array
  labels: Uint8Array
}

/** `rows` of the 60,000 pictures, drawn by a fixed seed. Throws where the package is not installed. */
export async function fashion(rows: number): Promise<Labelled> {
  if (!existsSync(folder)) throw new Error('Fashion-MNIST is missing: apt-get install dataset-fashion-mnist')
  const images = gunzipSync(readFileSync(join(folder, 'train-images-idx3-ubyte.gz'))).subarray(16)
  const classes = gunzipSync(readFileSync(join(folder, 'train-labels-idx1-ubyte.gz'))).subarray(8)
  const chosen = permutation(random(1), 60_000).subarray(0, rows)
  const directions = fillNormal(random(384), new Float32Array(columns * pixels))
  const products = createProducts()
  const data = new Float32Array(rows * columns)
  const step = 2000
  for (let from = 0; from < rows; from += step) {
    const some = chosen.subarray(from, from + step)
    const block = new Float32Array(some.length * pixels)
    some.forEach((image, i) => {
      for (let t = 0; t < pixels; t++) block[i * pixels + t] = images[image * pixels + t]! / 255
    })
    const projected = await products.all({ data: block, width: pixels }, { data: directions, width: pixels })
    for (let i = 0; i < some.length; i++) {
      const row = projected.subarray(i * columns, (i + 1) * columns)
      const length = Math.hypot(...row)
      for (let t = 0; t < columns; t++) data[(from + i) * columns + t] = row[t]! / length
    }
  }
  await products.release()
  return { data, labels: Uint8Array.from(chosen, (image) => classes[image]!) }
}

/** The same as files for Python: `PREFIX.npy` and `PREFIX-labels.npy`. */
export async function writeFashion(rows: number, prefix: string): Promise<Labelled> {
  const set = await fashion(rows)
  writeFileSync(`${prefix}.npy`, writeNpy({ shape: [rows, columns], data: set.data }))
  writeFileSync(`${prefix}-labels.npy`, writeNpy({ shape: [rows], data: set.labels }))
  return set
}

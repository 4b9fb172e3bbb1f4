// How fast are our maps, and umap-js's? A contestant of project.ts: one JSON object a line in and out.
//
// Ours runs as it does in the product: the worker's tasks, in a process that does nothing else.
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openEmbeddings } from '../../src-main/projection/embeddings.ts'
import { project } from '../../src-main/projection/tasks/project.ts'
import { createTeam } from '../../src-main/projection/team.ts'
import { createProducts } from '../../src-main/compute/products.ts'
import { defaultMapSettings } from '../../src-shared/domain/map.ts'
import { readNpy, writeNpy } from '../../src-shared/numerics/npy.ts'
import { random } from '../../src-shared/numerics/random.ts'
import type { MapReply, MapRequest } from './project.ts'
import { clusters } from '../unit/projection/points.ts'

const [kind = 'ours', threads = '2'] = process.argv.slice(2)
const products = createProducts(Number(threads))
const team = createTeam(
  Number(threads),
  new URL('../../src-main/projection/worker.ts', import.meta.url).pathname,
)

async function ours(data: Float32Array, columns: number, { seed, dims, method }: MapRequest) {
  const embeddings = { kind: 'values', rows: data.length / columns, columns, data } as const
  // Another seed must not find the neighbours of the last one.
  ;(await openEmbeddings(embeddings)).known.neighbours.clear()
  return project(
    {
      embeddings,
      settings: {
        ...defaultMapSettings,
        method,
        dims,
        seed,
        metric: method === 'tsne' ? 'euclidean' : 'cosine',
      },
      start: null,
      into: null,
      frames: false,
      trustworthiness: false,
      output: null,
    },
    {
      stopIfCancelled: () => undefined,
      event: () => undefined,
      frameWanted: () => false,
      item: () => undefined,
      products: () => Promise.resolve(products),
      team: () => team,
    },
  )
}

async function umapJs(
  data: Float32Array,
  columns: number,
  { seed, dims }: MapRequest,
): Promise<Float32Array> {
  const { UMAP } = await import('umap-js')
  const source = random(seed)
  const rows = Array.from({ length: data.length / columns }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  )
  const map = new UMAP({ nComponents: dims, nNeighbors: 15, minDist: 0.1, random: () => source.uniform() })
  return Float32Array.from(map.fit(rows).flat())
}

await ours(clusters(600, 16), 16, { file: '', out: '', seed: 0, dims: 3, method: 'umap', seeded: true })
console.log(JSON.stringify({ ready: kind }))
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as MapRequest
  const { data, shape } = readNpy(readFileSync(request.file))
  const used = process.cpuUsage()
  const began = performance.now()
  let divergence: number | null = null
  let places: Float32Array
  if (kind === 'ours') {
    const made = await ours(data as Float32Array, shape[1]!, request)
    places = made.positions
    divergence = made.divergence
  } else places = await umapJs(data as Float32Array, shape[1]!, request)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(used)
  writeFileSync(request.out, writeNpy({ shape: [shape[0]!, request.dims], data: places }))
  const reply: MapReply = {
    seconds,
    processor: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS / 1024,
    divergence,
  }
  console.log(JSON.stringify(reply))
}
await team.close()

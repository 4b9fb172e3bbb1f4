// How do the readers stand up to very many mutations? node tests/fuzz/long.ts [MUTATIONS] [SEED]
// Reports crashes, hangs over two seconds, growth of memory, and errors that are no Failure.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { checkpointIn } from '../../src-main/checkpoints/open.ts'
import { random } from '../../src-shared/numerics/random.ts'
import { attempt } from './attempt.ts'
import { mutation } from './mutate.ts'
import { corpusSeeds, goldenSeeds } from './seeds.ts'

const mutations = Number(process.argv[2] ?? 200_000)
const firstSeed = Number(process.argv[3] ?? 1)
const folders = ['tests/fixtures/goldens', process.env['EMERGENCE_GOLDENS'] ?? ''].filter(
  (folder) => folder !== '',
)

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** What is alive after a collection: JavaScript's values and the bytes outside. */
const megabytes = (): number => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const seeds = [...goldenSeeds(folders, 700_000), ...corpusSeeds()]
const counts = { opened: 0, refused: 0, errors: 0, slow: 0 }
const errors = new Map<string, string>()
let slowest = 0
let peak = 0
const start = performance.now()
let settled = 0

for (let i = 0; i < mutations; i++) {
  const index = i % seeds.length
  const seed = seeds[index]!
  const number = firstSeed + i
  const bytes = mutation(random(number), seed)
  try {
    const result = attempt(seed.name, bytes, (container) => checkpointIn(container).inspect({}))
    counts[result.outcome]++
    slowest = Math.max(slowest, result.seconds)
    if (result.seconds > 2) {
      counts.slow++
      console.log(`slow: ${result.seconds.toFixed(1)} s, mutation ${number} of ${seed.name}`)
    }
  } catch (error) {
    counts.errors++
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const where = stack.split('\n').slice(0, 3).join(' | ')
    if (!errors.has(where)) console.log(`bug: mutation ${number} of ${seed.name}: ${stack}`)
    errors.set(where, seed.name)
  }
  peak = Math.max(peak, process.memoryUsage.rss() / 1e6)
  // The first round fills caches and tables.
  if (i === Math.min(seeds.length * 2, mutations - 1)) settled = megabytes()
  if ((i + 1) % 20_000 === 0)
    console.log(
      `${i + 1} mutations, ${((performance.now() - start) / 1000).toFixed(0)} s, ${megabytes().toFixed(1)} MB alive, ${JSON.stringify(counts)}`,
    )
}
const end = megabytes()
console.log(
  `${mutations} mutations of ${seeds.length} files in ${((performance.now() - start) / 1000).toFixed(0)} s: ` +
    `${counts.opened} opened, ${counts.refused} refused, ${counts.errors} errors that are no Failure ` +
    `(${errors.size} different), ${counts.slow} over 2 s (slowest ${slowest.toFixed(2)} s of CPU), ` +
    `alive ${settled.toFixed(1)} MB after the first rounds, ${end.toFixed(1)} MB at the end, peak of the process ${peak.toFixed(0)} MB`,
)
process.exitCode = counts.errors > 0 || counts.slow > 0 ? 1 : 0

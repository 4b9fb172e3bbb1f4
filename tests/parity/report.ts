// How close is every number to the original's? Prints the whole table as Markdown, then a line per case, file and size.
//
//   node tests/parity/report.ts [--device cpu|webgpu|cuda|wasm|tfjs-cpu] [--brief]
//
// `--brief` leaves the whole table out. EMERGENCE_GOLDENS names the folder of the full set of goldens.
import { parseArgs } from 'node:util'
import { deviceIds } from '../../src-shared/domain/device.ts'
import { goldenCases } from '../tools/goldens.ts'
import { useSoftwareAdapter } from '../tools/webgpu.ts'
import { checksOf } from './checks.ts'
import type { Row } from './compare.ts'
import { runOn } from './run.ts'

const { values: settings } = parseArgs({
  options: { device: { type: 'string', default: 'cpu' }, brief: { type: 'boolean', default: false } },
})
const device = deviceIds.find((id) => id === settings.device)
if (device === undefined)
  throw new RangeError(`no device ${settings.device}; there are ${deviceIds.join(', ')}`)
if (device === 'webgpu') useSoftwareAdapter()

const full: string[] = []
const brief: string[] = []
const all: Row[] = []
let failed = 0
const cases = goldenCases()
for (const golden of cases)
  for (const { file, label, measure } of checksOf(golden)) {
    const place = `| ${golden.name} | ${file} | ${label} |`
    const rows = await measure(runOn(device)).catch((error: unknown) => {
      failed++
      brief.push(`${place} | ${String(error).split('\n')[0]} | |`)
      return []
    })
    full.push(
      ...rows.map((row) => `${place} ${row.quantity} | ${share(row)} | ${allowed(row)} | ${verdict(row)} |`),
    )
    const worst = worstOf(rows)
    if (worst !== null) brief.push(`${place} ${rows.length} | ${worst.quantity} | ${share(worst)} |`)
    all.push(...rows)
  }

function share({ worst, ratio }: Row): string {
  return `${worst.toExponential(1)} (${(100 * ratio).toFixed(0)} %)`
}

function allowed({ tolerance: { abs, rel } }: Row): string {
  return abs === 0 && rel === 0 ? 'exact' : `${abs} + ${rel}·abs(b)`
}

function verdict({ ok }: Row): string {
  return ok ? 'yes' : 'no'
}

/** The row nearest to its tolerance or furthest outside it; a NaN is further than anything. */
function worstOf(rows: readonly Row[]): Row | null {
  return rows.reduce<Row | null>(
    (worst, row) => (worst === null || !(row.ratio <= worst.ratio) ? row : worst),
    null,
  )
}

if (!settings.brief) {
  console.log('| case | file | size | quantity | largest error (share of the tolerance) | tolerance | ok |')
  console.log('|---|---|---|---|---|---|---|')
  console.log(`${full.join('\n')}\n`)
}
console.log(
  '| case | file | size | quantities | nearest to its tolerance | largest error (share of the tolerance) |',
)
console.log('|---|---|---|---|---|---|')
console.log(brief.join('\n'))
const outside = all.filter(({ ok }) => !ok).length
const worst = worstOf(all)
console.log(
  `\n${device}: ${cases.length} cases, ${brief.length} checks, ${all.length} quantities; ` +
    `${outside} outside their tolerance, ${failed} checks failed; largest share of a tolerance: ` +
    (worst === null ? 'none' : `${(100 * worst.ratio).toFixed(1)} % (${worst.quantity})`),
)
if (outside + failed > 0) process.exitCode = 1

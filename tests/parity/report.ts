// How close is every number to the original's? Prints the whole table as Markdown: node tests/parity/report.ts
import { goldenCases } from '../tools/goldens.ts'
import { checksOf } from './checks.ts'
import { runOn } from './run.ts'

const rows: string[] = []
let outside = 0
for (const golden of goldenCases())
  for (const { file, label, measure } of checksOf(golden)) {
    const measured = await measure(runOn('cpu')).catch((error: unknown) => {
      outside++
      rows.push(`| ${golden.name} | ${file} | ${label} | ${String(error)} | | | no |`)
      return []
    })
    for (const { quantity, worst, ratio, tolerance, ok } of measured) {
      if (!ok) outside++
      const allowed =
        tolerance.abs === 0 && tolerance.rel === 0 ? 'exact' : `${tolerance.abs} + ${tolerance.rel}·abs(b)`
      const share = `${worst.toExponential(1)} (${(100 * ratio).toFixed(0)} %)`
      rows.push(
        `| ${golden.name} | ${file} | ${label} | ${quantity} | ${share} | ${allowed} | ${ok ? 'yes' : 'no'} |`,
      )
    }
  }
console.log('| case | file | size | quantity | largest error (share of the tolerance) | tolerance | ok |')
console.log('|---|---|---|---|---|---|---|')
console.log(rows.join('\n'))
console.log(`\n${rows.length} quantities, ${outside} outside their tolerance.`)
if (outside > 0) process.exitCode = 1

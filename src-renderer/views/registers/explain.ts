// What is seen in Registers & norms, in words with the numbers on show.
import { strings } from '../../state/strings.ts'
import { firstWithOutliers } from './norms.ts'
import type { RegistersModel } from './registers.svelte.ts'
import type { NormSide } from './side.svelte.ts'

const s = strings.explain.registers
const w = strings.registers

/** What lies over a side's picture: norms of a layer, or what a token reads. */
export function shownWords(side: Pick<NormSide, 'reading' | 'attentionLayer' | 'column' | 'depth'>): string {
  const { reading, attentionLayer, column, depth } = side
  if (!reading) return w.ofNorms(w.column(column, depth))
  return w.reads(reading.shown === 'cls' ? w.cls : w.register(Number(reading.shown)), attentionLayer)
}

/** How many patches stand above the line, in one sentence; the model's name while they are on their way. */
export function findingOf({ now, row }: Pick<NormSide, 'now' | 'row'>): string {
  return now ? w.finding(now.outliers.length, now.patches.length, now.limit) : (row?.name ?? '')
}

export function explainRegisters(model: RegistersModel) {
  const [side] = model.sides
  const plain = { how: s.how, trap: s.trap, paper: s.paper }
  if (!side?.now) return { what: [s.nothing], tries: [], ...plain }
  const { now, columns, column, depth, spec } = side
  const where = w.column(column, depth)
  const found = now.outliers.length
  const from = firstWithOutliers(columns)
  const tries: { text: string; run(): void }[] = []
  if (from >= 0 && from !== column)
    tries.push({ text: s.tryLayer(from), run: () => model.chooseColumn(from, depth) })
  if (column < depth) tries.push({ text: s.tryAfter, run: () => model.chooseColumn(depth, depth) })
  const registers = spec?.registers ?? 0
  if (side.reading) {
    const name = side.reading.shown === 'cls' ? w.cls : w.register(Number(side.reading.shown))
    return {
      what: [s.reads(name), registers > 0 ? s.registers(registers) : s.without],
      tries,
      ...plain,
    }
  }
  const what = [
    found === 0 ? s.none(now.patches.length, where) : s.what(found, now.patches.length, where),
    ...(from >= 0 ? [s.from(from)] : []),
    registers > 0 ? s.registers(registers) : s.without,
    ...(found > 0 ? [s.why] : []),
  ]
  return { what, tries, ...plain }
}

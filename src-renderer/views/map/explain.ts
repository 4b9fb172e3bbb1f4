// What is seen on the map, in words with the numbers on show; it changes with the selection.
import { percent } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import type { MapModel } from './map.svelte.ts'

interface Explanation {
  readonly what: readonly string[]
  readonly how: string
  readonly trap: string
  readonly tries: readonly { readonly text: string; run(): void }[]
  readonly paper: string
}

const s = strings.explain.map

export function explainMap(model: MapModel): Explanation {
  const { row, point, near, selection, projection } = model
  const { method } = projection
  const how = { umap: s.umap, tsne: s.tsne, pca: s.pca }[method]
  const paper = { umap: s.paperUmap, tsne: s.paperTsne, pca: s.paperPca }[method]
  const trap = method === 'pca' ? s.trapPca : s.trap
  if (!row) return { what: [s.empty], how, trap, tries: [], paper }
  const tries: { text: string; run(): void }[] = []
  if (method !== 'pca') tries.push({ text: s.tryMethod, run: () => model.project({ method: 'pca' }) })
  if (model.settings.colour !== 'agreement' && model.classes.names.length > 1)
    tries.push({ text: s.tryAgreement, run: () => model.change({ colour: 'agreement' }) })
  const what: string[] = []
  if (selection.length > 0) {
    const [largest] = breakdown(model)
    what.push(
      largest
        ? s.selection(selection.length, largest.name, percent(largest.count / selection.length))
        : s.what(row.rows, row.columns),
    )
  } else if (point !== null && near) {
    const list = [...near.indices].filter((at) => at >= 0)
    const kind = model.kindName(point)
    const same = list.filter((at) => kind !== '' && model.kindName(at) === kind).length
    const [first] = list
    what.push(
      s.point(model.nameOf(point), same, list.length, first === undefined ? '–' : model.nameOf(first)),
    )
  } else what.push(s.what(row.rows, row.columns))
  if (model.settings.colour === 'class' && model.legend.length > 1) what.push(s.noLabels)
  return { what, how, trap, tries: tries.slice(0, 2), paper }
}

/** How the selection is made up, the largest class first. */
export function breakdown(
  model: MapModel,
): readonly { readonly name: string; readonly count: number; readonly entry: MapModel['legend'][number] }[] {
  const { paint, legend, selection } = model
  if (paint.kind !== 'classes') return []
  const counts = legend.map(() => 0)
  for (const at of selection) counts[paint.of[at] ?? -1] = (counts[paint.of[at] ?? -1] ?? 0) + 1
  return legend
    .map((entry, i) => ({ name: entry.name, count: counts[i]!, entry }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count)
}

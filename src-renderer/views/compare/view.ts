// What is the Compare view? One picture under two to four models, with one query for all.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { compareCommands } from './commands.ts'
import { createCompare, type CompareModel } from './compare.svelte.ts'
import ComparePanel from './ComparePanel.svelte'
import CompareStage from './CompareStage.svelte'
import { explainCompare } from './explain.ts'
import { readCompareSettings, startSides } from './settings.ts'

export const compareView = defineView<CompareModel & ViewModel>({
  id: 'compare',
  title: strings.view.compare,
  icon: 'columns-2',
  keys: 'G C',
  offered: true,
  start: (session, subject) => ({
    sides: startSides(
      subject.models ?? [],
      session.workspace.models.flatMap((row) =>
        row.problem || !row.spec ? [] : [{ id: row.id, depth: row.spec.depth }],
      ),
    ),
    picture: subject.picture ?? session.workspace.pictures.find((row) => !row.problem)?.id ?? null,
  }),
  take: ({ models, picture }) => ({ ...(models?.length ? { models } : {}), ...(picture ? { picture } : {}) }),
  describe: (session, kept) => {
    const { sides, picture } = readCompareSettings(kept)
    return [session.picture(picture)?.name, ...sides.map(({ model }) => session.model(model)?.name)]
      .filter(Boolean)
      .join(' · ')
  },
  subjects: (kept) => {
    const { sides, picture } = readCompareSettings(kept)
    return [...sides.map(({ model }) => model), ...(picture === null ? [] : [picture])]
  },
  create: (session, tab) =>
    withCommands(createCompare(session, tab), compareCommands, (model) =>
      explainCompare(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: CompareStage,
  Inspector: ComparePanel,
})

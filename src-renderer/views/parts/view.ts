// What is the Parts view? Several pictures under a model, the same part in the same colour.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { partsCommands } from './commands.ts'
import { explainParts } from './explain.ts'
import { createParts, type PartsModel } from './parts.svelte.ts'
import PartsPanel from './PartsPanel.svelte'
import PartsStage from './PartsStage.svelte'
import { added, firstPictures, readPartsSettings } from './settings.ts'

export const partsView = defineView<PartsModel & ViewModel>({
  id: 'parts',
  title: strings.view.parts,
  icon: 'puzzle',
  keys: 'G P',
  offered: true,
  start: (session, subject) => {
    const readable = session.workspace.pictures.filter((row) => !row.problem)
    const model = session.model(subject.models?.[0]) ?? session.workspace.models.find((row) => !row.problem)
    return { model: model?.id ?? null, pictures: firstPictures(readable, subject.picture) }
  },
  take: ({ models, picture }) => ({
    ...(models?.[0] ? { model: models[0] } : {}),
    ...(picture ? { [added(picture)]: true } : {}),
  }),
  describe: (session, kept) => {
    const { model, pictures } = readPartsSettings(kept)
    return [strings.parts.pictures(pictures.length), session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { model, pictures } = readPartsSettings(kept)
    return [...(model === null ? [] : [model]), ...pictures]
  },
  create: (session, tab) =>
    withCommands(createParts(session, tab), partsCommands, (model) =>
      explainParts(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: PartsStage,
  Inspector: PartsPanel,
})

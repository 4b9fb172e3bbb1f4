// What is the Reconstruct view? A masked autoencoder on a picture of which patches are hidden.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { reconstructCommands } from './commands.ts'
import { explainReconstruct } from './explain.ts'
import { createReconstruct, type ReconstructModel } from './reconstruct.svelte.ts'
import ReconstructPanel from './ReconstructPanel.svelte'
import ReconstructStage from './ReconstructStage.svelte'
import { readReconstructSettings } from './settings.ts'

export const reconstructView = defineView<ReconstructModel & ViewModel>({
  id: 'reconstruct',
  title: strings.view.reconstruct,
  icon: 'blend',
  keys: 'G R',
  offered: true,
  start: (session, subject) => {
    const usable = session.workspace.models.filter((row) => !row.problem)
    const model = session.model(subject.models?.[0]) ?? usable.find((row) => row.spec?.decoder) ?? usable[0]
    return {
      model: model?.id ?? null,
      picture: subject.picture ?? session.workspace.pictures.find((row) => !row.problem)?.id ?? null,
    }
  },
  take: ({ models, picture }) => ({
    ...(models?.[0] ? { model: models[0] } : {}),
    ...(picture ? { picture } : {}),
  }),
  describe: (session, kept) => {
    const { model, picture } = readReconstructSettings(kept)
    return [session.picture(picture)?.name, session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { model, picture } = readReconstructSettings(kept)
    return [model, picture].filter((id): id is string => id !== null)
  },
  create: (session, tab) =>
    withCommands(createReconstruct(session, tab), reconstructCommands, (model) =>
      explainReconstruct(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: ReconstructStage,
  Inspector: ReconstructPanel,
})

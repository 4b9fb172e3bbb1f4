// What is the Prediction view? I-JEPA's predictor on blocks of a picture that its context encoder does not see.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { predictCommands } from './commands.ts'
import { explainPredict } from './explain.ts'
import { createPredict, type PredictModel } from './predict.svelte.ts'
import PredictPanel from './PredictPanel.svelte'
import PredictStage from './PredictStage.svelte'
import { readPredictSettings } from './settings.ts'

export const predictView = defineView<PredictModel & ViewModel>({
  id: 'predict',
  title: strings.view.predict,
  icon: 'square-dashed',
  keys: 'G J',
  offered: true,
  start: (session, subject) => {
    const usable = session.workspace.models.filter((row) => !row.problem)
    const model = session.model(subject.models?.[0]) ?? usable.find((row) => row.spec?.predictor) ?? usable[0]
    return {
      model: model?.id ?? null,
      picture: subject.picture ?? session.workspace.pictures.find((row) => !row.problem)?.id ?? null,
    }
  },
  take: ({ models, picture }) => ({
    ...(models?.[0] ? { model: models[0] } : {}),
    ...(picture ? { picture, patch: null } : {}),
  }),
  describe: (session, kept) => {
    const { model, picture } = readPredictSettings(kept)
    return [session.picture(picture)?.name, session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { model, picture } = readPredictSettings(kept)
    return [model, picture].filter((id): id is string => id !== null)
  },
  create: (session, tab) =>
    withCommands(createPredict(session, tab), predictCommands, (model) =>
      explainPredict(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: PredictStage,
  Inspector: PredictPanel,
})

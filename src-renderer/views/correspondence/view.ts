// What is the Correspondence view? Two pictures under one model, joined where they are alike.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { correspondenceCommands } from './commands.ts'
import { createCorrespondence, type CorrespondenceModel } from './correspondence.svelte.ts'
import CorrespondencePanel from './CorrespondencePanel.svelte'
import CorrespondenceStage from './CorrespondenceStage.svelte'
import { explainCorrespondence } from './explain.ts'
import { readCorrespondenceSettings } from './settings.ts'

export const correspondenceView = defineView<CorrespondenceModel & ViewModel>({
  id: 'correspondence',
  title: strings.view.correspondence,
  icon: 'git-compare',
  keys: 'G O',
  offered: true,
  start: (session, subject) => {
    const readable = session.workspace.pictures.filter((row) => !row.problem).map(({ id }) => id)
    const first = subject.picture === undefined ? [] : [subject.picture]
    // Two photos of one kind of thing show more than whichever come first.
    const alike = session.workspace.pictures.filter(({ path }) => /shoes-[12]\.jpg$/.test(path))
    const [left, right] = [...new Set([...first, ...alike.map(({ id }) => id), ...readable])]
    const model = session.model(subject.models?.[0]) ?? session.workspace.models.find((row) => !row.problem)
    return { model: model?.id ?? null, left: left ?? null, right: right ?? left ?? null }
  },
  // A picture that is chosen elsewhere comes to the right: the left one is what it is compared with.
  take: ({ models, picture }) => ({
    ...(models?.[0] ? { model: models[0] } : {}),
    ...(picture ? { right: picture, keypoints: [], pin: null } : {}),
  }),
  describe: (session, kept) => {
    const { left, right, model } = readCorrespondenceSettings(kept)
    const names = [left, right].map((id) => session.picture(id)?.name).filter(Boolean)
    return [names.join(' – '), session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { left, right, model } = readCorrespondenceSettings(kept)
    return [model, left, right].filter((id): id is string => id !== null)
  },
  create: (session, tab) =>
    withCommands(createCorrespondence(session, tab), correspondenceCommands, (model) =>
      explainCorrespondence(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: CorrespondenceStage,
  Inspector: CorrespondencePanel,
})

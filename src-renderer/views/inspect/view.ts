// What is the Inspect view? A picture under a model: attention of any token, in every head of every layer.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { inspectCommands } from './commands.ts'
import { explainInspect } from './explain.ts'
import { createInspect, type InspectModel } from './inspect.svelte.ts'
import InspectPanel from './InspectPanel.svelte'
import InspectStage from './InspectStage.svelte'
import { firstLayer, readInspectSettings } from './settings.ts'

export const inspectView = defineView<InspectModel & ViewModel>({
  id: 'inspect',
  title: strings.view.inspect,
  icon: 'scan-eye',
  keys: 'G I',
  offered: true,
  start: (session, subject) => {
    const model = session.model(subject.models?.[0]) ?? session.workspace.models.find((row) => !row.problem)
    return {
      model: model?.id ?? null,
      picture: subject.picture ?? session.workspace.pictures.find((row) => !row.problem)?.id ?? null,
      layer: subject.layer ?? firstLayer(model?.spec ?? null),
    }
  },
  take: ({ models, picture, layer }) => ({
    ...(models?.[0] ? { model: models[0] } : {}),
    ...(picture ? { picture } : {}),
    ...(layer === undefined ? {} : { layer }),
  }),
  describe: (session, kept) => {
    const { model, picture } = readInspectSettings(kept)
    return [session.picture(picture)?.name, session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { model, picture } = readInspectSettings(kept)
    return [model, picture].filter((id): id is string => id !== null)
  },
  create: (session, tab) =>
    withCommands(createInspect(session, tab), inspectCommands, (model) =>
      explainInspect(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: InspectStage,
  Inspector: InspectPanel,
})

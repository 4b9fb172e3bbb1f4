// What is the Model view? One checkpoint, read: architecture, keys, weights, safety, and the difference with another.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { modelCommands } from './commands.ts'
import { aboutModel } from './explain.ts'
import { createModelView, type ModelViewModel } from './model.svelte.ts'
import ModelPanel from './ModelPanel.svelte'
import ModelStage from './ModelStage.svelte'
import { readModelSettings } from './settings.ts'

export const modelView = defineView<ModelViewModel & ViewModel>({
  id: 'model',
  title: strings.view.model,
  icon: 'network',
  keys: 'G D',
  offered: true,
  start: (session, subject) => ({ model: subject.models?.[0] ?? session.workspace.models[0]?.id ?? null }),
  take: ({ models }) => (models?.[0] ? { model: models[0], part: null, fate: null, text: '' } : {}),
  describe: (session, kept) => session.model(readModelSettings(kept).model)?.name ?? '',
  subjects: (kept) => {
    const { model } = readModelSettings(kept)
    return model === null ? [] : [model]
  },
  create: (session, tab) =>
    withCommands(createModelView(session, tab), modelCommands, (model) =>
      aboutModel(model).replaceAll('**', ''),
    ),
  Stage: ModelStage,
  Inspector: ModelPanel,
})

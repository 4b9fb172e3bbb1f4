// What is the Model view? One checkpoint, read: architecture, keys, weights, safety, and the difference with another.
import { strings } from '../../state/strings.ts'
import { defineView } from '../view.ts'
import { createModelView } from './model.svelte.ts'
import ModelPanel from './ModelPanel.svelte'
import ModelStage from './ModelStage.svelte'
import { readModelSettings } from './settings.ts'

export const modelView = defineView({
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
  create: createModelView,
  Stage: ModelStage,
  Inspector: ModelPanel,
})

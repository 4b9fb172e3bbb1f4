// What is the Train view? A model that learns while one watches, and may be kept from learning.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { trainCommands } from './commands.ts'
import { explainTrain } from './explain.ts'
import { readTrainSettings } from './settings.ts'
import { createTrain, type TrainModel } from './train.svelte.ts'
import TrainPanel from './TrainPanel.svelte'
import TrainStage from './TrainStage.svelte'

export const trainView = defineView<TrainModel & ViewModel>({
  id: 'train',
  title: strings.view.train,
  icon: 'activity',
  keys: 'G T',
  offered: true,
  start: (session) => {
    const newest = session.workspace.runs.at(-1)
    return newest ? { mode: 'run', run: newest.id } : { mode: 'new' }
  },
  take: () => ({}),
  describe: (session, kept) => {
    const { mode, run, other } = readTrainSettings(kept)
    const name = (id: string | null): string =>
      session.workspace.runs.find((row) => row.id === id)?.name ?? ''
    if (mode === 'lesson') return strings.train.lesson.title
    if (mode === 'new') return strings.train.newRun
    return [name(run), mode === 'compare' ? name(other) : ''].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { mode, run, other, lesson } = readTrainSettings(kept)
    if (mode === 'lesson') return lesson ? Object.values(lesson) : []
    return [mode === 'new' ? null : run, mode === 'compare' ? other : null].filter(
      (id): id is string => id !== null,
    )
  },
  create: (session, tab) =>
    withCommands(createTrain(session, tab), trainCommands, (model) =>
      explainTrain(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: TrainStage,
  Inspector: TrainPanel,
})

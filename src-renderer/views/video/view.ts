// What is the Video view? A video or a folder of frames under a model, played with attention or parts in steady colours.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { videoSettings } from './choose.ts'
import { videoCommands } from './commands.ts'
import { explainVideo } from './explain.ts'
import { isVideo } from './files.ts'
import { readVideoSettings } from './settings.ts'
import { createVideo, type VideoModel } from './video.svelte.ts'
import VideoPanel from './VideoPanel.svelte'
import VideoStage from './VideoStage.svelte'

export const videoView = defineView<VideoModel & ViewModel>({
  id: 'video',
  title: strings.view.video,
  icon: 'film',
  keys: 'G V',
  offered: true,
  start: (session, subject) => {
    const model = session.model(subject.models?.[0]) ?? session.workspace.models.find((row) => !row.problem)
    return { model: model?.id ?? null }
  },
  take: ({ models }) => (models?.[0] ? { model: models[0] } : {}),
  describe: (session, kept) => {
    const { model, video } = readVideoSettings(kept)
    return [video?.name, session.model(model)?.name].filter(Boolean).join(' · ')
  },
  subjects: (kept) => {
    const { model } = readVideoSettings(kept)
    return model === null ? [] : [model]
  },
  claim: (session, files, asked) => (asked || files.some(isVideo) ? videoSettings(session, files) : null),
  create: (session, tab) =>
    withCommands(createVideo(session, tab), videoCommands, (model) =>
      explainVideo(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: VideoStage,
  Inspector: VideoPanel,
})

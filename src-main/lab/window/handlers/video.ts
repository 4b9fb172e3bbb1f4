// Answers the call of the video view: one frame through a model of the workspace.
import { cpus } from 'node:os'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { HandlersOf } from './kind.ts'
import { choice, modelIn, sizeOf } from './looking.ts'

type Names = Extract<CallName, 'frameTokensAt'>

export const videoHandlers: HandlersOf<Names> = (lab) => ({
  frameTokensAt: async ({ model, size, precision, ...asked }, { signal }) => {
    const stored = modelIn(lab, model)
    const settings = { ...lab.runSettings(), precision }
    const notices: string[] = []
    // No job of its own: a video is hundreds of these, and the list of jobs would speak of nothing else.
    const result = await lab.calls.frameTokens(
      { ...asked, settings, model: await choice(lab, stored), ...sizeOf(size) },
      {
        signal,
        onEvent: (event) => {
          if (event.kind === 'notice') notices.push(event.text)
        },
      },
    )
    lab.engine.ran(result.device, settings.threads ?? cpus().length)
    return { ...result, notice: notices.join(' ') }
  },
})

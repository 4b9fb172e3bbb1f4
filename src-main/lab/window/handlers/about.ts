// Answers the calls about the lab itself: what it says unasked, its jobs, its settings, its engine.
import { cpus, freemem, release, totalmem } from 'node:os'
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import { version } from '../../../../src-shared/domain/version.ts'
import type { LabEvent } from '../../../../src-shared/domain/lab.ts'
import type { HandlersOf } from './kind.ts'

type Names = Extract<
  CallName,
  | 'events'
  | 'settings'
  | 'changeSettings'
  | 'devices'
  | 'jobs'
  | 'cancelJob'
  | 'engineState'
  | 'restartEngine'
  | 'diagnostics'
  | 'echo'
>

export const aboutHandlers: HandlersOf<Names> = (lab, { window }) => {
  const { hub, jobs, preferences, engine } = lab
  return {
    events: async (_, { item, signal }) => {
      const first: LabEvent[] = [
        { kind: 'settings', settings: preferences.settings() },
        { kind: 'workspace', workspace: lab.document.snapshot() },
        { kind: 'engine', engine: engine.state() },
        { kind: 'jobs', jobs: [...jobs.list()] },
      ]
      await hub.follow(window === 'host' ? 'host' : 'window', first, item, signal)
      return {}
    },
    settings: () => preferences.settings(),
    changeSettings: ({ change }) => {
      const settings = preferences.change(change as Parameters<typeof preferences.change>[0])
      hub.say({ kind: 'settings', settings })
      return {}
    },
    devices: async (_, { signal }) => {
      const { devices } = await lab.calls.doctor({}, { signal })
      return { devices }
    },
    jobs: () => ({ jobs: [...jobs.list()] }),
    cancelJob: ({ id }) => {
      jobs.cancel(id)
      return {}
    },
    engineState: () => engine.state(),
    restartEngine: () => {
      engine.restart()
      return {}
    },
    echo: ({ bytes }) => ({ bytes }),
    diagnostics: () => {
      const { device, threads, bytes } = engine.state()
      const megabytes = (n: number): string => `${Math.round(n / 1e6)} MB`
      const lines = [
        `Emergence ${version}`,
        `Node ${process.versions.node}, ${process.platform} ${process.arch} ${release()}`,
        `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`,
        `memory ${megabytes(freemem())} free of ${megabytes(totalmem())}`,
        `engine: ${device || 'not used yet'}, ${threads} threads, ${megabytes(bytes)}`,
        `window: ${window}`,
        `workspace: ${lab.document.readable().path}`,
        `settings: ${JSON.stringify(preferences.settings())}`,
        ...(lab.troubles.length > 0 ? ['', 'What was said lately:', ...lab.troubles] : []),
      ]
      return { text: `${lines.join('\n')}\n` }
    },
  }
}

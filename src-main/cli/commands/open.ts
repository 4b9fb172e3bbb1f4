// `emergence open`: the desktop app; in the default browser where Electron or a display cannot be had.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { findDesktop, startDesktop } from '../../processes/desktop.ts'
import type { CommandFile } from '../command.ts'
import { runServer } from '../server.ts'

export const open: CommandFile<{ json?: boolean }> = {
  example: 'open resources/pictures/raccoon.jpg',
  describe: (command) => {
    command
      .argument('[WORKSPACE]', 'a .emergence file; the last one where none is given')
      .argument('[FILES...]', 'checkpoints and pictures to add')
  },
  run: async ({ call, notice }, words, { json = false }) => {
    const files = words.map((word) => resolve(word))
    const missing = files.find((path) => !existsSync(path) && !path.endsWith('.emergence'))
    if (missing)
      throw new Failure('unreadable-file', `There is no file or folder ${missing}.`, 'Check the path.')
    const desktop = findDesktop(notice)
    if (!desktop.found) {
      notice(`The desktop app cannot be shown (${desktop.why}); the window opens in the browser instead.`)
      const workspace = files.find((path) => path.endsWith('.emergence'))
      const code = await runServer(
        { port: 0, open: true, json, ...(workspace ? { workspace } : {}) },
        call.signal,
      )
      if (code !== 0) throw new Failure('bad-argument', 'The browser host could not be started.')
      return { json: null, text: '' }
    }
    const app = startDesktop(desktop.program, files)
    call.signal.addEventListener('abort', () => app.kill(), { once: true })
    process.once('SIGTERM', () => app.kill())
    const [code] = (await once(app, 'exit')) as [number | null]
    if (code) throw new Failure('internal', `The desktop app ended with exit code ${code}.`)
    return { json: { desktop: desktop.program }, text: '' }
  },
}

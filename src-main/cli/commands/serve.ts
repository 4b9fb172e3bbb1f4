// `emergence serve`: the browser host on loopback, until it is interrupted.
import { resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { UsageError, type CommandFile } from '../command.ts'
import { runServer } from '../server.ts'

interface ServeOptions {
  port: string
  open: boolean
  json?: boolean
}

export const serve: CommandFile<ServeOptions> = {
  example: 'serve --port 8080',
  describe: (command) => {
    command
      .argument('[WORKSPACE]', 'a .emergence file; the last one where none is given')
      .option('--port <n>', 'the port on this computer; 0: any free one', '0')
      .option('--open', 'open the address in the default browser', false)
  },
  run: async ({ call }, [workspace], { port, open, json = false }) => {
    const number = Number(port)
    if (!/^\d+$/.test(port) || number > 65_535)
      throw new UsageError(`--port is ${port}; a number from 0 to 65535 is needed.`)
    const code = await runServer(
      { port: number, open, json, ...(workspace ? { workspace: resolve(workspace) } : {}) },
      call.signal,
    )
    if (code !== 0) throw new Failure('bad-argument', 'The browser host could not be started.')
    return { json: null, text: '' }
  },
}

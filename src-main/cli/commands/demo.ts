// `emergence demo`: attention of a bundled model on a bundled photo, what `npm start` shows first.
import { join } from 'node:path'
import { resourcesPath } from '../../processes/entries.ts'
import type { CommandFile } from '../command.ts'
import { outputChoice, runSettings, addOutputOptions } from '../options.ts'
import type { CommonOptions, OutputOptions } from '../options.ts'
import { page } from './attention.ts'

export const demo: CommandFile<CommonOptions & OutputOptions> = {
  example: 'demo',
  describe: addOutputOptions,
  run: async ({ client, call, notice }, _, options) => {
    const picture = join(resourcesPath(), 'pictures', 'dog-forest.jpg')
    const output = outputChoice('demo', options)
    notice(`Where deit-tiny looks in ${picture}:`)
    const result = await client.attention(
      {
        settings: runSettings(options),
        model: { name: 'deit-tiny', overrides: {} },
        input: { kind: 'pictures', sources: [{ kind: 'path', path: picture }], fit: 'native' },
        // What the demonstration wrote before it may write again.
        output: { ...output, force: true },
        layer: -1,
        head: 'all',
        query: { kind: 'auto' },
        rollout: false,
        opacity: 0.9,
        colormap: 'ember',
      },
      call,
    )
    return { json: { ...result }, text: page(result) }
  },
}

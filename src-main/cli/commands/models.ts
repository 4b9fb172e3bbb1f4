// `emergence models`: the models that come with Emergence.
import type { CommandFile } from '../command.ts'
import { grouped } from '../report.ts'

export const models: CommandFile<object> = {
  example: 'models --json',
  describe: () => {},
  run: async ({ client, call }) => {
    const since = performance.now()
    const { models } = await client.models({}, call)
    const pages = models.map(({ name, family, parameters, trainedOn, licence, note, scores }) =>
      [
        name,
        `  ${family}, ${grouped(parameters)} parameters, ${licence}`,
        `  trained on ${trainedOn}`,
        ...Object.entries(scores).map(([protocol, score]) => `  ${protocol} ${score}`),
        ...(note ? [`  ${note}`] : []),
      ].join('\n'),
    )
    const seconds = Math.round(performance.now() - since) / 1000
    return {
      json: { models, device: 'cpu', seconds },
      text: models.length === 0 ? 'No models are bundled.\n' : `${pages.join('\n\n')}\n`,
    }
  },
}

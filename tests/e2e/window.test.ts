// Can a person do in each host what the window promises? The story of scenarios.ts, in Electron and in a browser.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { closeBrowser, testHosts } from './hosts.ts'
import { story } from './scenarios.ts'
import { storyHost } from './storyHost.ts'

for (const kind of testHosts) {
  if (kind.missing) console.warn(`The story in ${kind.name} is left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`in ${kind.name}`, () => {
    const host = storyHost(kind)
    beforeAll(() => host.open())
    afterAll(async () => {
      await host.close()
      await closeBrowser()
    })
    // A step stands on those before it: after a failure the rest says nothing new.
    let failed = ''
    for (const step of story)
      test(step.name, { timeout: 180_000 }, async (context) => {
        if (failed) context.skip(`"${failed}" failed`)
        try {
          await step.run(host)
        } catch (error) {
          failed = step.name
          const shots = process.env.EMERGENCE_SHOTS
          if (shots) await host.page().screenshot({ path: join(shots, `${kind.name}-failed.png`) })
          throw error
        }
      })
  })
}

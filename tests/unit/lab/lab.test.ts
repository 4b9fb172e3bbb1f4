// Does the lab answer every call, find models by name, and check what strangers ask?
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createLab } from '../../../src-main/lab/lab.ts'
import { bundledModels, resolveModel } from '../../../src-main/lab/models.ts'
import type { WindowLab } from '../../../src-main/lab/window/parts.ts'
import { windowHandlers } from '../../../src-main/lab/window/handlers.ts'
import { calls, windowMay } from '../../../src-shared/protocol/calls.ts'
import { hostOnlyCalls } from '../../../src-shared/protocol/calls/host.ts'
import { modelCardSchema } from '../../../src-shared/protocol/calls/about.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'
import { createPeer } from '../../../src-shared/protocol/peer.ts'
import type { CallOptions } from '../../../src-shared/protocol/peer.ts'
import { transportPair } from '../../../src-shared/protocol/transport.ts'

const root = mkdtempSync(join(tmpdir(), 'lab-'))
afterAll(() => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'models', 'tiny'), { recursive: true })
mkdirSync(join(root, 'models', 'broken'))
const card = {
  name: 'tiny',
  file: 'w.safetensors',
  family: 'dino',
  trainedOn: 'critters',
  parameters: 5,
  licence: 'MIT',
  note: '',
  scores: {},
}
writeFileSync(join(root, 'models', 'tiny', 'model.json'), JSON.stringify(card))
writeFileSync(join(root, 'models', 'tiny', 'w.safetensors'), '')
writeFileSync(join(root, 'models', 'broken', 'model.json'), '{')

/** An engine that repeats what it was asked. */
function echo() {
  const asked: { name: string; request: unknown }[] = []
  const call = async (name: string, request: unknown, options?: CallOptions) => {
    asked.push({ name, request })
    options?.onEvent?.({ kind: 'notice', text: 'from the engine' })
    await options?.onItem?.({ layer: 0 } as never)
    return { echoed: name }
  }
  const host = { version: '0', paths: true, dialogs: false, uploadLimit: 0 }
  return { asked, lab: createLab({ engine: { call }, projection: { call }, resources: root, host }) }
}
const model = (name: string) => ({ name, overrides: { heads: 3 } })

test('every call has a handler: the plain lab’s, the window’s, or the host’s own', () => {
  const plain = Object.keys(echo().lab.handlers)
  const window = Object.keys(windowHandlers({} as WindowLab, { window: 'w', host: null }))
  expect([...new Set([...plain, ...window, ...Object.keys(hostOnlyCalls)])].sort()).toEqual(
    Object.keys(calls).sort(),
  )
  for (const name of windowMay) expect(window).toContain(name)
})

describe('a model’s name', () => {
  test('that is bundled becomes its file', async () => {
    const { asked, lab } = echo()
    await createClient(lab).inspect({ model: model('tiny'), stats: false })
    expect(asked[0]?.request).toEqual({
      model: { name: join(root, 'models', 'tiny', 'w.safetensors'), overrides: { heads: 3 } },
      stats: false,
    })
  })
  test('that is a path or of the Hugging Face cache stays', async () => {
    expect(await resolveModel(join(root, 'models'), root)).toBe(join(root, 'models'))
    expect(await resolveModel('hf:org/name', root)).toBe('hf:org/name')
  })
  test('that means nothing is refused with what there is', async () => {
    await expect(resolveModel('huge', root)).rejects.toMatchObject({
      code: 'unreadable-file',
      hint: 'Bundled models: tiny.',
    })
    await expect(resolveModel('a/b.pth', root)).rejects.toMatchObject({
      message: 'There is no file or folder a/b.pth.',
    })
  })
  test('is listed only where its card can be read', async () => {
    expect((await bundledModels(root)).map(({ card }) => card.name)).toEqual(['tiny'])
  })
})

test('the models of this repository have whole cards', async () => {
  const models = await bundledModels('resources')
  expect(models.length).toBeGreaterThan(0)
  for (const { card } of models) expect(modelCardSchema.safeParse(card).error).toBeUndefined()
})

test('events and items of the engine reach the caller', async () => {
  const { lab } = echo()
  const heard: unknown[] = []
  await lab.call(
    'look',
    { model: model('tiny') },
    {
      onEvent: (event) => heard.push(event),
      onItem: (item: unknown) => void heard.push(item),
    },
  )
  expect(heard).toEqual([{ kind: 'notice', text: 'from the engine' }, { layer: 0 }])
})

test('another side is served, and its requests are checked', async () => {
  const { lab, asked } = echo()
  const [here, there] = transportPair()
  await lab.serve(there)
  const window = createClient(createPeer(here))
  expect(await window.capabilities({})).toMatchObject({ paths: true })
  expect((await window.models({})).models).toEqual([card])
  await expect(window.inspect({ model: { name: '', overrides: {} }, stats: false })).rejects.toMatchObject({
    code: 'bad-argument',
  })
  await expect(window.inspect({ model: 7 } as never)).rejects.toMatchObject({ code: 'bad-argument' })
  expect(asked).toEqual([])
})

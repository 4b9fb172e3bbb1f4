// Does the command line mean what its help says?
import { describe, expect, test } from 'vitest'
import { commands, findCommand } from '../../../src-main/cli/commands.ts'
import { integer, positive, size, within } from '../../../src-main/cli/options.ts'
import { parseCommandLine } from '../../../src-main/cli/parse.ts'

describe('every command', () => {
  test.each(Object.keys(commands))(
    '%s has a page with its usage, its options and an example',
    async (name) => {
      const help = await parseCommandLine([name, '--help'])
      expect(help).toMatchObject({ kind: 'said', exitCode: 0 })
      const text = help.kind === 'said' ? help.text : ''
      expect(text).toContain(`Usage: emergence ${name} `)
      for (const option of ['--json', '--device', '--precision', '--threads', '--seed', '--workspace'])
        expect(text).toContain(option)
      const example = /Example:\n {2}emergence (.*)\n/.exec(text)?.[1] ?? ''
      expect(example.split(' ')[0]).toBe(name)
      expect(await parseCommandLine(example.split(' '))).toMatchObject({ kind: 'run' })
    },
  )

  test.each(Object.keys(commands))('%s takes the common options', async (name) => {
    const file = await commands[name]!.load()
    const args = file.example.split(' ').slice(1)
    const words = [
      '--json',
      '--device',
      'cpu',
      '--precision',
      'fast',
      '--threads',
      '2',
      '--seed',
      '7',
      '--workspace',
      'w',
    ]
    const parsed = await parseCommandLine([name, ...args, ...words])
    expect(parsed).toMatchObject({
      kind: 'run',
      common: { json: true, device: 'cpu', precision: 'fast', threads: 2, seed: 7, workspace: 'w' },
    })
  })
})

describe('a wrong command line', () => {
  test.each([
    [['fly'], /Unknown command 'fly'/],
    [['--fly'], /Unknown option '--fly'/],
    [['attention'], /Missing required argument 'MODEL'/],
    [['inspect', 'a', 'b'], /Too many arguments/],
    [['attention', 'm', 'i', '--layer', 'x'], /A whole number/],
    [['attention', 'm', 'i', '--head', 'x'], /mean, max or all/],
    [['attention', 'm', 'i', '--device', 'abacus'], /Allowed choices are auto/],
    [['attention', 'm', 'i', '--threads', '0'], /from 1/],
    [['attention', 'm', 'i', '--size', '0'], /WIDTHxHEIGHT/],
    [['attention', 'm', 'i', '--size'], /argument missing/],
    [['features', 'm', 'i', '--token', 'all-of-them'], /Allowed choices/],
    [['attention', 'm', 'i', '--colormap', 'mud'], /Allowed choices are ember, tide, cividis, grey/],
  ])('%j is answered with a sentence and exit code 2', async (words, complaint) => {
    const said = await parseCommandLine(words)
    expect(said).toMatchObject({ kind: 'said', exitCode: 2, sentence: expect.stringMatching(complaint) })
  })
})

test('without a command there is the list of commands', async () => {
  for (const words of [[], ['--help']]) {
    const said = await parseCommandLine(words)
    expect(said).toMatchObject({ kind: 'said', exitCode: 0 })
    for (const [name, { summary }] of Object.entries(commands))
      expect(said.kind === 'said' && said.text).toMatch(new RegExp(`${name}.*${summary.slice(0, 20)}`))
  }
  expect(findCommand('constructor')).toBeNull()
})

test('options on MODEL and IMAGE become the request’s own words', async () => {
  const asked: unknown[] = []
  const words =
    'attention m a.jpg - --network student --heads 3 --decoder-heads 4 --patch 8 --image-size 96 --interpolation size --allow-missing --size 64x32 --fit crop --layer −2 --head 1 --query patch:3,4 --mass .6'
  const parsed = await parseCommandLine(words.replace(' -', ' b.jpg').split(' '))
  const client = {
    attention: (request: unknown) => (asked.push(request), Promise.reject(new Error('enough'))),
  }
  const running = { client, call: {}, notice: () => {} }
  await expect(parsed.kind === 'run' && parsed.run(running as never)).rejects.toThrow('enough')
  expect(asked[0]).toEqual({
    settings: { device: 'auto', precision: 'exact' },
    model: {
      name: 'm',
      overrides: {
        network: 'student',
        heads: 3,
        decoderHeads: 4,
        patch: 8,
        imageSize: 96,
        interpolation: 'size',
        allowMissing: true,
      },
    },
    input: {
      kind: 'pictures',
      sources: [
        { kind: 'path', path: 'a.jpg' },
        { kind: 'path', path: 'b.jpg' },
      ],
      fit: 'crop',
      size: { width: 64, height: 32 },
    },
    output: { folder: 'emergence-attention', force: false },
    layer: -2,
    head: 1,
    query: { kind: 'patch', row: 3, column: 4 },
    mass: 0.6,
    rollout: false,
    opacity: 0.9,
    colormap: 'ember',
  })
})

test('words become numbers only where they are numbers', () => {
  expect(integer('-1')).toBe(-1)
  expect(size('224')).toEqual({ width: 224, height: 224 })
  expect(size('64x32')).toEqual({ width: 64, height: 32 })
  for (const wrong of ['', ' ', '1.5', '1e99', 'x']) expect(() => integer(wrong)).toThrow()
  for (const wrong of ['', '0', '-8', '8x', 'x8', '1e3']) expect(() => size(wrong)).toThrow()
  for (const wrong of ['', '2', '-1', 'NaN']) expect(() => within(0, 1)(wrong)).toThrow()
  expect(() => positive('0')).toThrow()
})

// Do the commands keep their word? The real command as a process, on goldens and bundled pictures.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Result } from '../../../src-shared/protocol/calls.ts'
import { emergence, excess, goldens, json, npy, pictures } from './run.ts'

const root = mkdtempSync(join(tmpdir(), 'emergence-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const out = (name: string) => join(root, name)
const dino = join(goldens, 'dino_vit')
const backbone = join(dino, 'backbone.pth')
const cat = join(pictures, 'cat-chelsea.jpg')
type Numbers = ArrayLike<number>

describe('attention', () => {
  test('of a photo gives a picture of every head and all numbers in one array', async () => {
    const output = out('maps')
    const words = [
      'attention',
      backbone,
      cat,
      '--heads',
      '3',
      '--size',
      '120x80',
      '--fit',
      'crop',
      '--output',
      output,
    ]
    const report = (await json(words)) as unknown as Result<'attention'>
    expect(report.layout).toEqual({ cls: true, registers: 0, grid: [10, 15] })
    expect(report.device).toBe('cpu')
    expect(report.seconds).toBeGreaterThan(0)
    const [item] = report.items
    expect(item).toMatchObject({ name: 'cat-chelsea', heads: 3 })
    expect(readdirSync(output).sort()).toEqual([
      'cat-chelsea.attention.npy',
      ...[0, 1, 2].map((head) => `cat-chelsea.layer-2.head-${head}.png`),
    ])
    const maps = npy(item!.npy)
    expect(maps.shape).toEqual([3, 10, 15])
    item!.maps.forEach((map, head) => {
      expect(map).toMatchObject({ head, layer: 2, png: join(output, `cat-chelsea.layer-2.head-${head}.png`) })
      expect(readFileSync(map.png!).subarray(1, 4).toString()).toBe('PNG')
      expect(map.entropy).toBeGreaterThan(0)
      expect(map.entropy).toBeLessThanOrEqual(Math.log(151))
      const numbers = Array.from(maps.data as Float32Array).slice(head * 150, (head + 1) * 150)
      expect(map.max).toBeCloseTo(Math.max(...numbers), 6)
    })
  })

  test('of a tensor equals the original’s numbers, whole matrices and any layer', async () => {
    const words = [
      'attention',
      backbone,
      '--heads',
      '3',
      '--tensor',
      join(dino, 'input_56x56.npy'),
      '--query',
      'all',
    ]
    const last = (await json([...words, '--output', out('all')])) as unknown as Result<'attention'>
    expect(last.items[0]?.npy).toBe(join(out('all'), 'attention.npy'))
    const found = npy(last.items[0]!.npy)
    expect(found.shape).toEqual([3, 50, 50])
    expect(
      excess(found.data as Numbers, npy(join(dino, 'attn_last_56x56.npy')).data as Numbers),
    ).toBeLessThanOrEqual(0)

    await json([...words, '--layer', '1', '--head', '2', '--output', out('one')])
    const one = npy(join(out('one'), 'attention.npy'))
    expect(one.shape).toEqual([1, 50, 50])
    const every = npy(join(dino, 'attn_all_56x56.npy')).data as Float32Array
    const at = (1 * 3 + 2) * 2500
    expect(excess(one.data as Numbers, every.subarray(at, at + 2500))).toBeLessThanOrEqual(0)
  })

  test('knows mass masks, rollout, a patch’s query and the mean of heads', async () => {
    const output = out('more')
    const words = [
      'attention',
      backbone,
      cat,
      '--heads',
      '3',
      '--size',
      '64',
      '--fit',
      'crop',
      '--output',
      output,
    ]
    const report = (await json([
      ...words,
      ...['--head', 'mean', '--query', 'patch:2,3', '--mass', '0.6', '--rollout', '--colormap', 'tide'],
    ])) as unknown as Result<'attention'>
    const [item] = report.items
    expect(item?.maps.map(({ head }) => head)).toEqual(['mean', 'rollout'])
    expect(item?.maps[0]?.queryDistance).toBeGreaterThan(0)
    expect(npy(item!.npy).shape).toEqual([1, 8, 8])
    const mask = Array.from(npy(item!.mask!).data as Uint8Array)
    expect(mask.filter((value) => value === 1).length).toBeGreaterThan(0)
    expect(mask.every((value) => value === 0 || value === 1)).toBe(true)
    const rollout = npy(item!.rollout!)
    expect(rollout.shape).toEqual([8, 8])
    const sum = Array.from(rollout.data as Float32Array).reduce((a, b) => a + b, 0)
    expect(sum).toBeGreaterThan(0.3)
    expect(sum).toBeLessThanOrEqual(1.0001)
  })

  test('tells the grid of each of several pictures', async () => {
    const both = [
      'attention',
      'deit-tiny',
      cat,
      join(pictures, 'bear-night.jpg'),
      '--size',
      '64',
      '--rollout',
    ]
    const report = (await json([...both, '--output', out('two')])) as unknown as Result<'attention'>
    expect(report.items.map(({ grid }) => grid)).toEqual([[3, 4], report.layout.grid])
    const { stdout } = await emergence([...both, '--output', out('two'), '--force'])
    expect(stdout).toMatch(/^cat-chelsea, layer 11, 3 × 4 patches$/m)
    expect(stdout).toMatch(/^ {2}rollout +\d\.\d\d nats +- /m)
  })

  test('reads a picture from standard input and a model by its bundled name', async () => {
    const words = ['attention', 'deit-tiny', '-', '--size', '64', '--output', out('stdin')]
    const report = (await json(words, { input: readFileSync(cat) })) as unknown as Result<'attention'>
    expect(report.items[0]?.name).toBe('stdin')
    expect(existsSync(join(out('stdin'), 'stdin.layer-11.head-2.png'))).toBe(true)
  })
})

describe('features', () => {
  test('of a tensor equal the original’s tokens', async () => {
    const words = [
      'features',
      backbone,
      '--heads',
      '3',
      '--tensor',
      join(dino, 'input_80x48.npy'),
      '--output',
      out('features'),
    ]
    const report = (await json(words)) as unknown as Result<'features'>
    expect(report.items).toEqual([
      { name: 'tensor', npy: join(out('features'), 'features.npy'), shape: [1, 61, 48], grid: [6, 10] },
    ])
    const tokens = npy(report.items[0]!.npy)
    expect(tokens.shape).toEqual([1, 61, 48])
    const data = tokens.data as Float32Array
    expect(
      excess(data.subarray(0, 48), npy(join(dino, 'cls_80x48.npy')).data as Numbers),
    ).toBeLessThanOrEqual(0)
    expect(excess(data.subarray(48), npy(join(dino, 'patch_80x48.npy')).data as Numbers)).toBeLessThanOrEqual(
      0,
    )
  })

  test('of an inner layer pass through the final norm, as get_intermediate_layers gives them', async () => {
    const words = ['features', backbone, '--heads', '3', '--tensor', join(dino, 'input_56x56.npy')]
    // [layers, batch, tokens, width] of the last layers
    const golden = npy(join(dino, 'layers_norm_56x56.npy'))
    const size = 50 * 48
    const count = (golden.data as Float32Array).length / size
    for (let i = 0; i < count; i++) {
      const layer = String(i - count)
      await json([...words, '--layer', layer, '--output', out(`layer${layer}`)])
      const expected = (golden.data as Float32Array).subarray(i * size, (i + 1) * size)
      expect(
        excess(npy(join(out(`layer${layer}`), 'features.npy')).data as Numbers, expected),
      ).toBeLessThanOrEqual(0)
    }
  })

  test('can be one token, the registers, or the mean of the patches', async () => {
    const registers = join(goldens, 'dinov2_vit_reg4')
    const heads = String(
      (JSON.parse(readFileSync(join(registers, 'case.json'), 'utf8')) as { arch: { num_heads: number } }).arch
        .num_heads,
    )
    const words = [
      'features',
      join(registers, 'backbone.pth'),
      '--heads',
      heads,
      '--tensor',
      join(registers, 'input_70x70.npy'),
    ]
    await json([...words, '--token', 'registers', '--output', out('registers')])
    const found = npy(join(out('registers'), 'features.npy'))
    expect(
      excess(found.data as Numbers, npy(join(registers, 'reg_70x70.npy')).data as Numbers),
    ).toBeLessThanOrEqual(0)
    await json([...words, '--token', 'mean', '--output', out('mean')])
    const mean = npy(join(out('mean'), 'features.npy'))
    const patches = npy(join(registers, 'patch_70x70.npy'))
    const width = mean.shape[2]!
    const values = patches.data as Float32Array
    const expected = Array.from({ length: width }, (_, c) => {
      let sum = 0
      for (let i = c; i < values.length; i += width) sum += values[i]!
      return (sum * width) / values.length
    })
    expect(excess(mean.data as Numbers, expected)).toBeLessThanOrEqual(0)
  })

  test('of several pictures have a file each', async () => {
    const words = [
      'features',
      'deit-tiny',
      cat,
      join(pictures, 'bear-night.jpg'),
      '--token',
      'cls',
      '--output',
      out('two'),
    ]
    const report = (await json(words)) as unknown as Result<'features'>
    expect(report.items.map(({ name, shape }) => [name, shape])).toEqual([
      ['cat-chelsea', [1, 192]],
      ['bear-night', [1, 192]],
    ])
    expect(report.layout.grid).toEqual([14, 14])
  })
})

describe('inspect', () => {
  test('says what is in a training checkpoint, in words and as JSON', async () => {
    const checkpoint = join(dino, 'checkpoint.pth')
    const report = (await json([
      'inspect',
      checkpoint,
      '--heads',
      '3',
      '--network',
      'student',
    ])) as unknown as Result<'inspect'>
    expect(report.networks.map(({ name }) => name)).toEqual(['teacher', 'student'])
    expect(report.network).toBe('student')
    expect(report.spec).toMatchObject({ family: 'dino', depth: 3, width: 48, heads: 3, patch: 8 })
    expect(report.keys.missing).toEqual([])
    expect(report.tensors.length).toBeGreaterThan(40)
    const { stdout, exitCode } = await emergence(['inspect', checkpoint, '--heads', '3'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/▸ teacher +100,864 +parameters in 50 tensors/)
    expect(stdout).toMatch(/depth × width +3 × 48/)
    expect(stdout).toMatch(/0 missing, 0 unexpected/)
  })

  test('does not guess heads, and keeps words and numbers of a column in line', async () => {
    const { stdout } = await emergence(['inspect', backbone])
    expect(stdout).toMatch(/heads +unknown +give it with --heads/)
    expect(stdout).toMatch(/\n {2}patch {10}8 px\n/)
    expect(stdout).toMatch(/norm epsilon +1e-6 /)
  })

  test('reads the weights’ spread when asked', async () => {
    const report = (await json([
      'inspect',
      backbone,
      '--heads',
      '3',
      '--stats',
    ])) as unknown as Result<'inspect'>
    const stats = report.tensors.find(({ name }) => name === 'norm.weight')?.stats
    expect(stats?.histogram.reduce((a, b) => a + b, 0)).toBe(48)
    expect(stats?.std).toBeGreaterThanOrEqual(0)
    expect(report.tensors.every((tensor) => tensor.stats !== undefined)).toBe(true)
  })
})

describe('reconstruct', () => {
  const mae = join(goldens, 'mae')
  const words = ['reconstruct', join(mae, 'checkpoint-0.pth'), '--heads', '3', '--decoder-heads', '4']
  const { masked_forward: golden } = JSON.parse(readFileSync(join(mae, 'case.json'), 'utf8')) as {
    masked_forward: { mask_ratio: number; loss: number }[]
  }

  test.each(golden)(
    'of a tensor equals the original’s prediction, mask and loss at $mask_ratio',
    async ({ mask_ratio, loss }) => {
      const tensor = [
        '--tensor',
        join(mae, 'input_56x56_b2.npy'),
        '--noise',
        join(mae, `noise_${mask_ratio}.npy`),
      ]
      const output = ['--mask-ratio', String(mask_ratio), '--output', out(`mae${mask_ratio}`)]
      const report = (await json([...words, ...tensor, ...output])) as unknown as Result<'reconstruct'>
      expect(excess([report.loss!], [loss])).toBeLessThanOrEqual(0)
      expect(report.normalisedTargets).toBe(true)
      for (const name of ['pred', 'mask'] as const) {
        const found = npy(join(out(`mae${mask_ratio}`), `${name}.npy`))
        const expected = npy(join(mae, `${name}_${mask_ratio}.npy`))
        expect(found.shape).toEqual(expected.shape)
        expect(excess(found.data as Numbers, expected.data as Numbers)).toBeLessThanOrEqual(0)
      }
    },
  )

  test('of a photo gives four pictures, and the same ones for the same seed', async () => {
    const photo = [cat, '--size', '64', '--fit', 'crop', '--seed', '5']
    const one = (await json([
      ...words,
      ...photo,
      '--output',
      out('seed5'),
    ])) as unknown as Result<'reconstruct'>
    expect(one.items[0]).toMatchObject({ name: 'cat-chelsea', maskRatio: 0.75, loss: one.loss })
    for (const path of Object.values(one.items[0]!.images)) expect(existsSync(path)).toBe(true)
    const mask = npy(one.items[0]!.npy.mask)
    expect(mask.shape).toEqual([64])
    await json([...words, ...photo, '--output', out('seed5again')])
    expect(npy(join(out('seed5again'), 'cat-chelsea.mask.npy')).data).toEqual(mask.data)
    await json([...words, ...photo.with(-1, '6'), '--output', out('seed6')])
    expect(npy(join(out('seed6'), 'cat-chelsea.mask.npy')).data).not.toEqual(mask.data)
  })

  test('without a decoder is refused in words', async () => {
    const { exitCode, stderr } = await emergence(['reconstruct', 'deit-tiny', cat])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/has no decoder, so it cannot reconstruct/)
  })
})

describe('checkpoints', () => {
  test('differ where their weights do', async () => {
    const words = ['--heads', '3']
    const same = (await json([
      'diff',
      backbone,
      join(dino, 'backbone.safetensors'),
      ...words,
    ])) as unknown as Result<'diff'>
    expect(same.tensors.length).toBeGreaterThan(30)
    expect(same.tensors.every(({ maxAbs, relative }) => maxAbs === 0 && relative === 0)).toBe(true)
    expect([...same.onlyInFirst, ...same.onlyInSecond]).toEqual([])
    const { stdout } = await emergence(['diff', backbone, join(dino, 'backbone_fp16.pth'), ...words])
    expect(stdout).toMatch(/weights differ/)
    const other = await emergence(['diff', backbone, 'deit-tiny', ...words])
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/different architectures/) })
  })

  test('are written in other words and read again with the same weights', async () => {
    const checkpoint = join(dino, 'checkpoint.pth')
    const words = ['export', checkpoint, '--heads', '3', '--network', 'student']
    const original = (await json([...words, '--output', out('exported')])) as {
      files: string[]
      keys: string[]
    }
    expect(original.files).toEqual([join(out('exported'), 'checkpoint.pth')])
    expect(original.keys).toContain('module.backbone.cls_token')
    const again = await emergence([...words, '--output', out('exported')])
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/already there/) })

    const folder = out('huggingface')
    await json([...words, '--format', 'huggingface', '--output', folder])
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'preprocessor_config.json',
    ])
    const file = out('student.safetensors')
    await json([...words, '--format', 'safetensors', '--output', file])
    const difference = (await json([
      'diff',
      file,
      original.files[0]!,
      '--heads',
      '3',
    ])) as unknown as Result<'diff'>
    expect(difference.tensors.every(({ maxAbs }) => maxAbs === 0)).toBe(true)
  })
})

test('examples name files that are there, wherever one stands', async () => {
  for (const command of ['features', 'reconstruct']) {
    const { stdout } = await emergence([command, '--help'], { cwd: root })
    const [, example = ''] = /Example:\n {2}emergence (.+)/.exec(stdout) ?? []
    const paths = example.split(' ').filter((word) => word.includes('/'))
    expect(paths.length).toBeGreaterThan(0)
    for (const path of paths) expect(isAbsolute(path) && existsSync(path)).toBe(true)
  }
})

test('an ONNX file gives the same tokens and attention in any runtime', async () => {
  const file = out('dino.onnx')
  const report = await json([
    'export',
    backbone,
    '--heads',
    '3',
    '--format',
    'onnx',
    '--attentions',
    '--output',
    file,
  ])
  expect(report.files).toEqual([file])
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const session = await InferenceSession.create(file)
  const input = npy(join(dino, 'input_56x56.npy'))
  const results = await session.run({
    images: new Tensor('float32', input.data as Float32Array, input.shape),
  })
  const tokens = results.tokens!.data as Float32Array
  expect(
    excess(tokens.subarray(0, 48), npy(join(dino, 'cls_56x56.npy')).data as Numbers),
  ).toBeLessThanOrEqual(0)
  const attention = results['attention.2']!.data as Float32Array
  expect(excess(attention, npy(join(dino, 'attn_last_56x56.npy')).data as Numbers)).toBeLessThanOrEqual(0)
})

test('doctor lists every device, why one is missing, and what adds it', async () => {
  const report = (await json(['doctor'], {
    env: { XDG_CACHE_HOME: out('cache') },
  })) as unknown as Result<'doctor'>
  expect(report.devices.map(({ id }) => id).sort()).toEqual([
    'cpu',
    'cuda',
    'tfjs-cpu',
    'tfjs-gpu',
    'wasm',
    'webgpu',
  ])
  const cpu = report.devices.find(({ id }) => id === 'cpu')
  expect(cpu).toMatchObject({ available: true, reason: '' })
  expect(cpu?.gflops).toBeGreaterThan(0)
  for (const device of report.devices) if (!device.available) expect(device.reason).toMatch(/\.$/)
  expect(report.versions).toMatchObject({ emergence: expect.any(String), node: process.versions.node })
})

test('a device that fails says so and names another', async () => {
  const words = [
    'features',
    backbone,
    '--heads',
    '3',
    '--tensor',
    join(dino, 'input_56x56.npy'),
    '--output',
    out('device'),
  ]
  const missing = await emergence([...words, '--device', 'tfjs-gpu', '--json'])
  if (missing.exitCode === 0) return // It is there.
  expect(missing.exitCode).toBe(1)
  const { error } = JSON.parse(missing.stdout) as { error: { code: string; message: string; hint: string } }
  expect(error).toMatchObject({
    code: 'device-failed',
    message: expect.stringMatching(/does not run on tfjs-gpu: .*\.$/),
  })
  expect(error.hint).toMatch(/--device cpu/)
  const report = await json([...words, '--device', 'wasm'])
  expect(report.device).toBe('wasm')
  const tokens = npy(join(out('device'), 'features.npy')).data as Float32Array
  expect(
    excess(tokens.subarray(0, 48), npy(join(dino, 'cls_56x56.npy')).data as Numbers),
  ).toBeLessThanOrEqual(0)
})

test('models lists what is bundled', async () => {
  const { models } = (await json(['models'])) as unknown as Result<'models'>
  expect(models.map(({ name }) => name)).toContain('deit-tiny')
})

describe('what cannot work is refused in one sentence with exit code 1', () => {
  mkdirSync(out('empty'), { recursive: true })
  writeFileSync(out('nothing.pth'), '')
  writeFileSync(out('words.pth'), 'these are words\n')
  writeFileSync(out('pixel.ppm'), 'P6 4 4 255\n'.padEnd(59, 'x'))
  // A PNG of 4 × 4 pixels.
  const tiny =
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEElEQVR4nGP4z8AARwzEcQCukw/x0F8jngAAAABJRU5ErkJggg=='
  writeFileSync(out('tiny.png'), Buffer.from(tiny, 'base64'))
  const model = [backbone, '--heads', '3']
  const cases: [string, string[], string, RegExp][] = [
    ['a missing file', ['inspect', out('nowhere.pth')], 'unreadable-file', /nowhere\.pth/],
    ['an empty file', ['inspect', out('nothing.pth')], 'damaged-file|not-a-checkpoint', /empty/],
    ['a folder without a model', ['inspect', out('empty')], 'not-a-checkpoint', /empty folder/],
    ['a text instead of a model', ['inspect', out('words.pth')], 'not-a-checkpoint', /text/],
    ['a picture instead of a model', ['inspect', cat], 'not-a-checkpoint', /JPEG picture/],
    ['an unknown name', ['inspect', 'no-such-model'], 'unreadable-file', /no bundled model/],
    ['an unknown network', ['inspect', ...model, '--network', 'professor'], 'bad-argument', /professor/],
    ['a model of which the heads are not known', ['attention', backbone, cat], 'bad-argument', /heads/],
    ['a missing picture', ['attention', ...model, out('no.jpg')], 'unreadable-file', /no\.jpg/],
    ['a picture that is none', ['attention', ...model, out('words.pth')], 'bad-picture', /not a picture/],
    [
      'a picture smaller than a patch',
      ['attention', ...model, out('tiny.png')],
      'bad-picture',
      /4 × 4 px, smaller than one patch/,
    ],
    ['a folder without pictures', ['features', ...model, out('empty')], 'bad-data', /no pictures/],
    [
      'a head that is not there',
      ['attention', ...model, cat, '--head', '3'],
      'bad-argument',
      /Head 3 .* 3 heads/,
    ],
    [
      'a layer that is not there',
      ['attention', ...model, cat, '--layer', '-4'],
      'bad-argument',
      /Layer -4 .* 3 layers/,
    ],
    [
      'a query outside the grid',
      ['attention', ...model, cat, '--query', 'patch:0,99'],
      'bad-argument',
      /Patch 0,99/,
    ],
    ['a file as the output folder', ['attention', ...model, cat, '--output', cat], 'disk', /not a folder/],
    [
      'registers of a network without',
      ['features', ...model, cat, '--token', 'registers'],
      'bad-argument',
      /no registers/,
    ],
  ]
  test.concurrent.each(cases)('%s', async (_, words, code, sentence) => {
    const output = words.includes('--output') || words[0] === 'inspect' ? [] : ['--output', out('refused')]
    const { exitCode, stdout, stderr } = await emergence([...words, ...output, '--json'])
    expect(exitCode).toBe(1)
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } }
    expect(error.code).toMatch(new RegExp(`^(${code})$`))
    expect(error.message).toMatch(sentence)
    expect(error.message).toMatch(/\.$/)
    expect(stderr).toContain(error.message)
  })

  test('and nothing is written', () => {
    expect(existsSync(out('refused'))).toBe(false)
  })

  test('files that are there, until they may be replaced', async () => {
    const words = ['features', ...model, cat, '--output', out('twice')]
    expect((await emergence(words)).exitCode).toBe(0)
    const before = readFileSync(join(out('twice'), 'cat-chelsea.features.npy'))
    const again = await emergence([...words, '--token', 'cls'])
    expect(again).toMatchObject({ exitCode: 1, stdout: '' })
    expect(again.stderr).toMatch(/already there\. Add --force/)
    expect(readFileSync(join(out('twice'), 'cat-chelsea.features.npy'))).toEqual(before)
    expect((await emergence([...words, '--force'])).exitCode).toBe(0)
    expect(readdirSync(out('twice'))).toEqual(['cat-chelsea.features.npy'])
  })
})

test('a wrong command line has exit code 2, and a JSON document where one was asked for', async () => {
  const { exitCode, stdout, stderr } = await emergence(['attention', backbone, cat, '--haed', '1', '--json'])
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/--haed/)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad-argument' } })
})

test('Ctrl-C ends the work with exit code 130 and leaves no half-written file', async () => {
  const output = out('interrupted')
  const many = Array.from({ length: 40 }, () => cat)
  const { exitCode, stderr, stdout } = await emergence(
    ['attention', 'deit-tiny', ...many, '--output', output, '--json'],
    {
      meanwhile: (kill) => {
        const watch = setInterval(() => {
          if (!existsSync(output) || readdirSync(output).length < 4) return
          clearInterval(watch)
          kill('SIGINT')
        }, 20)
      },
    },
  )
  expect(exitCode).toBe(130)
  expect(stderr).toMatch(/cancelled/)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cancelled' } })
  expect(readdirSync(output).filter((name) => name.endsWith('.part'))).toEqual([])
})

// Is the allow-list closed, and is there nothing in the readers that could run what a file holds?
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveGlobal } from '../../../../src-main/checkpoints/containers/pickle/globals.ts'
import { numpyGlobals } from '../../../../src-main/checkpoints/containers/pickle/numpyGlobals.ts'
import { plainGlobals } from '../../../../src-main/checkpoints/containers/pickle/plainGlobals.ts'
import { torchGlobals } from '../../../../src-main/checkpoints/containers/pickle/torchGlobals.ts'

const folder = 'src-main/checkpoints/containers'
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)

describe('the allow-list', () => {
  it('names these modules and no others', () => {
    const keys = [...torchGlobals.keys(), ...plainGlobals.keys(), ...numpyGlobals.keys()]
    expect([...new Set(keys.map((key) => key.split(' ')[0]))].sort()).toEqual([
      '__builtin__',
      '_codecs',
      'argparse',
      'builtins',
      'collections',
      'copy_reg',
      'copyreg',
      'numpy',
      'numpy._core.multiarray',
      'numpy._core.numeric',
      'numpy.core.multiarray',
      'numpy.core.numeric',
      'torch',
      'torch._tensor',
      'torch._utils',
      'torch.cuda',
      'torch.nn',
      'torch.nn.parameter',
      'torch.serialization',
      'torch.storage',
    ])
    for (const key of keys) expect(key).toMatch(/^[\w.]+ \w+$/)
  })
  it.each([
    'eval',
    'exec',
    'open',
    'getattr',
    'setattr',
    'compile',
    '__import__',
    'map',
    'apply',
    'type',
    'super',
  ])('does not know builtins.%s', (name) => {
    expect(resolveGlobal('builtins', name).kind).toBe('inert')
    expect(resolveGlobal('__builtin__', name).kind).toBe('inert')
  })
  it('matches names exactly', () => {
    expect(resolveGlobal('collections', 'OrderedDict').kind).toBe('global')
    for (const [module, name] of [
      ['collections', 'OrderedDict '],
      ['collections ', 'OrderedDict'],
      ['', 'collections OrderedDict'],
      ['collections OrderedDict', ''],
      ['Collections', 'OrderedDict'],
      ['collections', 'OrderedDict.fromkeys'],
      ['torch', '_utils._rebuild_tensor_v2'],
      ['torch', 'toString'],
      ['torch', '__proto__'],
      ['torch.storage', '_load_from_bytes'],
    ] as const)
      expect(resolveGlobal(module, name).kind).toBe('inert')
  })
})

describe('the readers', () => {
  it.each(sources)('in %s reach for nothing that could run code or write', (_, source) => {
    const imports = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]!)
    for (const from of imports) expect(from).toMatch(/^(\.{1,2}\/|node:(fs|path|zlib)$)/)
    expect(source).not.toMatch(
      /\beval\b|\bnew Function\b|\bFunction\(|\bimport\(|\brequire\(|child_process|node:vm|\bwriteFile|\bunlink|\brmSync|\bspawn/,
    )
  })
})

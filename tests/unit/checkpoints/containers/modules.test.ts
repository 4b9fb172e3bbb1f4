// Does a whole pickled module give its state dict, with its class left alone?
import { expect, it } from 'vitest'
import {
  isMap,
  isTensor,
  moduleStateDict,
  openContainer,
} from '../../../../src-main/checkpoints/containers/container.ts'
import { floats } from '../../../tools/files/bytes.ts'
import { torchZip } from '../../../tools/files/checkpointFiles.ts'
import {
  call,
  dict,
  dumps,
  object,
  orderedDict,
  storage,
  tensor,
  type Python,
} from '../../../tools/files/pickleAssembler.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const parameter = (at: number): Python =>
  call('torch._utils', '_rebuild_parameter', tensor(storage('0', 4), at, [1], [1]), true, orderedDict())
type Entries = (readonly [Python, Python])[]
const nnModule = (
  name: string,
  parameters: Entries,
  buffers: Entries,
  children: Entries,
  passing: Python[] = [],
): Python =>
  object(
    'vit',
    name,
    [],
    dict(
      ['training', false],
      ['_parameters', orderedDict(...parameters)],
      ['_buffers', orderedDict(...buffers)],
      ['_non_persistent_buffers_set', call('builtins', 'set', passing)],
      ['_modules', orderedDict(...children)],
    ),
  )

it('parameters, persistent buffers and children are named as state_dict() names them', () => {
  const block = nnModule(
    'Block',
    [
      ['weight', parameter(1)],
      ['bias', null],
    ],
    [],
    [],
  )
  const vit = nnModule(
    'ViT',
    [['cls', parameter(0)]],
    [
      ['kept', parameter(2)],
      ['left', parameter(3)],
    ],
    [['blocks', nnModule('ModuleList', [], [], [['0', block]])]],
    ['left'],
  )
  const container = openContainer(folder.file('vit.pth', torchZip(dumps(vit), { 0: floats(10, 11, 12, 13) })))
  const state = moduleStateDict(container.root)
  const numbers = [...(state ?? [])].map(([key, value]) => [key, isTensor(value) ? [...value.read()] : null])
  expect(numbers).toEqual([
    ['cls', [10]],
    ['kept', [12]],
    ['blocks.0.weight', [11]],
  ])
  expect(container.inert.map(({ global }) => global)).toEqual(['vit.ViT', 'vit.ModuleList', 'vit.Block'])
  container.close()
})

it('anything else gives none', () => {
  const container = openContainer(folder.file('dict.pth', torchZip(dumps(dict(['_parameters', dict()])))))
  expect(isMap(container.root) && moduleStateDict(container.root)).toBeNull()
  expect(moduleStateDict(null)).toBeNull()
  container.close()
})

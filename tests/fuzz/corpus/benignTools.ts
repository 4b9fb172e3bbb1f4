// How do benign corpus files put a value beside a weight, or write NumPy's arrays?
import { floats, latin1 } from '../../tools/files/bytes.ts'
import { torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  call,
  dict,
  dumps,
  global,
  ops,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { opens, type CorpusCase, type Opened } from './case.ts'
import { at, equal, tensorAt } from './look.ts'
export const six = floats(0, 1, 2, 3, 4, 5)

/** A value beside a weight, in PyTorch's zip: the weight must stay readable, whatever stands beside it. */
export const beside = (
  name: string,
  value: Python,
  check?: Opened['check'],
  inert: string[] = [],
): CorpusCase =>
  opens(
    name,
    'benign.pth',
    torchZip(dumps(dict(['weight', tensor(storage('0', 6), 0, [2, 3], [3, 1])], ['x', value])), { 0: six }),
    (container) => {
      equal([...tensorAt(container, 'weight').read()], [0, 1, 2, 3, 4, 5])
      check?.(container)
    },
    inert,
  )
/** One tensor on one storage. */
export const stored = (
  name: string,
  value: Python,
  bytes: Uint8Array,
  shape: number[],
  numbers: number[],
  more = {},
): CorpusCase =>
  opens(name, 'benign.pth', torchZip(dumps(dict(['w', value])), { 0: bytes }, more), (container) => {
    equal(tensorAt(container, 'w').shape, shape)
    equal([...tensorAt(container, 'w').read()], numbers)
  })
export const is =
  (expected: unknown): Opened['check'] =>
  (container) =>
    equal(at(container, 'x'), expected)

export function dtype(code: string, order = '<'): Python {
  return raw(
    py(call('numpy', 'dtype', code, false, true)),
    py(tuple(3, order, null, null, null, -1, -1, 0)),
    ops.build,
  )
}
export function ndarray(
  shape: Python,
  code: string,
  data: Python,
  order = '<',
  fortran = false,
  module = 'numpy.core.multiarray',
): Python {
  return raw(
    py(call(module, '_reconstruct', global('numpy', 'ndarray'), tuple(0), latin1('b'))),
    py(tuple(1, shape, dtype(code, order), fortran, data)),
    ops.build,
  )
}
export const scalar = (
  code: string,
  data: Uint8Array,
  order = '<',
  module = 'numpy.core.multiarray',
): Python => call(module, 'scalar', dtype(code, order), data)

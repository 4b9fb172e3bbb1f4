// Which pickles lie about storages, views and arrays? The smallest one for each rule.
import { latin1 } from '../../tools/files/bytes.ts'
import {
  call,
  global,
  ops,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { type CorpusCase } from './case.ts'

import { damaged, four, p2, unsafe, zip } from './brokenTools.ts'
const view = (offset: Python, shape: Python[], strides: Python[], elements = 4): Uint8Array =>
  zip(
    p2,
    py(
      call(
        'torch._utils',
        '_rebuild_tensor_v2',
        storage('0', elements),
        offset,
        tuple(...shape),
        tuple(...strides),
        false,
        null,
      ),
    ),
    ops.stop,
  )
const persistent = (id: Python): Uint8Array => zip(p2, py(id), ops.binpersid, ops.stop)
const ndarray = (shape: Python, type: string, data: Python, order = '<'): Python =>
  raw(
    py(call('numpy.core.multiarray', '_reconstruct', global('numpy', 'ndarray'), tuple(0), latin1('b'))),
    py(tuple(1, shape, numpyDtype(type, order), false, data)),
    ops.build,
  )
const numpyDtype = (code: string, order = '<'): Python =>
  raw(
    py(call('numpy', 'dtype', code, false, true)),
    py(tuple(3, order, null, null, null, -1, -1, 0)),
    ops.build,
  )

const storages: readonly CorpusCase[] = [
  damaged('a persistent id that is a number', persistent(7), /which is no storage/),
  damaged('a persistent id that is text', zip(ops.persid('storage'), ops.stop), /which is no storage/),
  damaged('a persistent id that is a list', persistent(['storage', 1, 2, 3, 4]), /which is no storage/),
  damaged(
    'a persistent id of three parts',
    persistent(tuple('storage', global('torch', 'FloatStorage'), '0')),
    /no storage/,
  ),
  damaged(
    'a persistent id of six parts',
    persistent(tuple('storage', global('torch', 'FloatStorage'), '0', 'cpu', 4, null)),
    /no storage/,
  ),
  damaged(
    'a persistent id of another kind',
    persistent(tuple('module', global('torch', 'FloatStorage'), '0', 'cpu', 4)),
    /no storage/,
  ),
  damaged(
    'a storage of an unknown class',
    zip(p2, py(storage('0', 4, 'EvilStorage')), ops.stop),
    /no storage/,
  ),
  damaged(
    'a storage whose class is text',
    persistent(tuple('storage', 'FloatStorage', '0', 'cpu', 4)),
    /no storage/,
  ),
  damaged('a storage whose key is a number', zip(p2, py(storage(0, 4)), ops.stop), /no storage/),
  damaged('a storage of negative size', zip(p2, py(storage('0', -4)), ops.stop), /no storage/),
  damaged('a storage of half an element', zip(p2, py(storage('0', 3.5)), ops.stop), /no storage/),
  damaged('a storage of 2^60 elements', zip(p2, py(storage('0', 2n ** 60n)), ops.stop), /no storage/),
  unsafe(
    'a storage that claims more elements than it has',
    zip(p2, py(storage('0', 5)), ops.stop),
    /claims 5 elements/,
  ),
  unsafe(
    'a storage that claims fewer elements than it has',
    zip(p2, py(storage('0', 3)), ops.stop),
    /claims 3 elements/,
  ),
  unsafe(
    'a storage read as another type',
    zip(p2, py(storage('0', 4, 'DoubleStorage')), ops.stop),
    /claims 4 elements of 8/,
  ),
  unsafe(
    'a storage described in two ways',
    zip(p2, py([storage('0', 4), storage('0', 4, 'IntStorage')]), ops.stop),
    /described in two ways/,
  ),
  damaged('a storage that is missing', zip(p2, py(storage('9', 4)), ops.stop), /storage 9 is missing/),
  damaged('a storage outside its folder', zip(p2, py(storage('../data.pkl', 4)), ops.stop), /is missing/),
]

const views: readonly CorpusCase[] = [
  damaged('a view past its storage', view(0, [5], [1]), /reaches past its storage/),
  damaged('a view that starts past its storage', view(4, [1], [1]), /reaches past/),
  damaged('an empty view far outside', view(5, [0], [1]), /reaches past/),
  damaged('a view whose offset and size add up to too much', view(3, [2], [1]), /reaches past/),
  damaged('a view whose strides lead outside', view(0, [2, 2], [3, 1]), /reaches past/),
  damaged('a negative stride', view(3, [2], [-1]), /strides/),
  damaged('a negative offset', view(-1, [2], [1]), /starts at element -1/),
  damaged('a negative side', view(0, [-2], [1]), /claims the shape/),
  damaged('half a side', view(0, [1.5], [1]), /claims the shape/),
  damaged('a NaN for a side', view(0, [NaN], [1]), /claims the shape/),
  damaged('a truth value for a side', view(0, [true], [1]), /is rebuilt from/),
  damaged('a side of 2^63', view(0, [2n ** 63n], [0]), /is rebuilt from/),
  damaged(
    'a shape whose product overflows',
    view(0, [2 ** 30, 2 ** 30, 2 ** 30], [0, 0, 0]),
    /claims the shape/,
  ),
  damaged('a stride that overflows', view(0, [2 ** 20, 2], [2 ** 52, 2 ** 52]), /reaches past/),
  damaged('a billion repeated elements', view(0, [10 ** 9], [0]), /repeats/),
  damaged('65 axes', view(0, Array<number>(65).fill(1), Array<number>(65).fill(1)), /65 axes/),
  damaged('fewer strides than axes', view(0, [2, 2], [1]), /strides/),
  damaged(
    'a tensor rebuilt from too few arguments',
    zip(p2, py(call('torch._utils', '_rebuild_tensor_v2', storage('0', 4), 0, tuple(4), tuple(1))), ops.stop),
    /rebuilt from/,
  ),
  damaged(
    'a tensor rebuilt from text',
    zip(p2, py(call('torch._utils', '_rebuild_tensor', 'x', 0, tuple(4), tuple(1))), ops.stop),
    /rebuilt from/,
  ),
  damaged(
    'a tensor of version 3 without a dtype',
    zip(
      p2,
      py(
        call(
          'torch._utils',
          '_rebuild_tensor_v3',
          storage('0', 16, 'UntypedStorage', 'torch.storage'),
          0,
          tuple(4),
          tuple(1),
          false,
          null,
          'float32',
        ),
      ),
      ops.stop,
    ),
    /rebuilt from/,
  ),
  damaged(
    'a tensor of version 3 whose dtype does not fit',
    zip(
      p2,
      py(
        call(
          'torch._utils',
          '_rebuild_tensor_v3',
          storage('0', 16, 'UntypedStorage', 'torch.storage'),
          0,
          tuple(4),
          tuple(1),
          false,
          null,
          global('torch', 'float64'),
        ),
      ),
      ops.stop,
    ),
    /reaches past/,
  ),
  unsafe(
    'a hundred tensors that repeat one element ten million times',
    () =>
      zip(p2, py(Array.from({ length: 100 }, () => tensor(storage('0', 4), 0, [10_000_000], [0]))), ops.stop),
    /its tensors claim/,
  ),
]

const arrays: readonly CorpusCase[] = [
  damaged(
    'a NumPy array whose shape lies',
    zip(p2, py(ndarray(tuple(5), 'f4', four)), ops.stop),
    /shape \[5\]/,
  ),
  damaged(
    'a NumPy array of negative size',
    zip(p2, py(ndarray(tuple(-4), 'f4', four)), ops.stop),
    /shape \[-4\]/,
  ),
  damaged(
    'a NumPy array with too few objects',
    zip(p2, py(ndarray(tuple(5), 'O8', [1, 2])), ops.stop),
    /has 2 objects/,
  ),
  damaged(
    'a NumPy array built from a number',
    zip(p2, py(ndarray(tuple(4), 'f4', 7)), ops.stop),
    /is built from/,
  ),
  unsafe(
    'a NumPy array built twice',
    zip(
      p2,
      py(ndarray(tuple(4), 'f4', four)),
      py(tuple(1, tuple(4), numpyDtype('f4'), false, four)),
      ops.build,
      ops.stop,
    ),
    /does not take/,
  ),
  damaged(
    'a NumPy scalar of the wrong size',
    zip(p2, py(call('numpy.core.multiarray', 'scalar', numpyDtype('f8'), four)), ops.stop),
    /made of 4 bytes|16 bytes/,
  ),
  damaged(
    'a NumPy scalar without a dtype',
    zip(p2, py(call('numpy.core.multiarray', 'scalar', 'f8', four)), ops.stop),
    /scalar is made of/,
  ),
  damaged(
    'a NumPy dtype built from text',
    zip(p2, py(call('numpy', 'dtype', 'f8', false, true)), py('x'), ops.build, ops.stop),
    /dtype is built from/,
  ),
]

export const brokenTensors: readonly CorpusCase[] = [...storages, ...views, ...arrays]

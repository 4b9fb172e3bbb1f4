// Which odd but honest tensors must open? Every dtype, views, parameters, tensors of odd classes.
import { floats } from '../../tools/files/bytes.ts'
import { torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  built,
  call,
  dict,
  dumps,
  global,
  ops,
  pickle,
  py,
  storage,
  tensor,
  tuple,
} from '../../tools/files/pickleAssembler.ts'
import { opens, type CorpusCase } from './case.ts'
import { at, equal, tensorAt } from './look.ts'
import { beside, is, ndarray, six, stored } from './benignTools.ts'
const dtypes: readonly CorpusCase[] = [
  stored(
    'float64',
    tensor(storage('0', 2, 'DoubleStorage'), 0, [2], [1]),
    new Uint8Array(new Float64Array([0.1, -2]).buffer),
    [2],
    [Math.fround(0.1), -2],
  ),
  stored(
    'float16, with its smallest and largest',
    tensor(storage('0', 5, 'HalfStorage'), 0, [5], [1]),
    new Uint8Array(new Uint16Array([0x3c00, 0x0001, 0x7bff, 0x7c00, 0x8000]).buffer),
    [5],
    [1, 2 ** -24, 65504, Infinity, -0],
  ),
  stored(
    'bfloat16',
    tensor(storage('0', 3, 'BFloat16Storage'), 0, [3], [1]),
    new Uint8Array(new Uint16Array([0x3f80, 0xc000, 0x7f80]).buffer),
    [3],
    [1, -2, Infinity],
  ),
  stored(
    'int64',
    tensor(storage('0', 2, 'LongStorage'), 0, [2], [1]),
    new Uint8Array(new BigInt64Array([-1n, 2n ** 40n]).buffer),
    [2],
    [-1, 2 ** 40],
  ),
  stored(
    'int32, int16 and int8 come as numbers',
    tensor(storage('0', 2, 'IntStorage'), 0, [2], [1]),
    new Uint8Array(new Int32Array([-7, 70000]).buffer),
    [2],
    [-7, 70000],
  ),
  stored('uint8', tensor(storage('0', 2, 'ByteStorage'), 0, [2], [1]), Uint8Array.of(0, 255), [2], [0, 255]),
  stored('bool', tensor(storage('0', 3, 'BoolStorage'), 0, [3], [1]), Uint8Array.of(0, 1, 1), [3], [0, 1, 1]),
  stored(
    'a CUDA storage under its old name',
    tensor(storage('0', 6, 'FloatStorage', 'torch.cuda'), 0, [6], [1]),
    six,
    [6],
    [0, 1, 2, 3, 4, 5],
  ),
  stored(
    'float8 through an untyped storage',
    call(
      'torch._utils',
      '_rebuild_tensor_v3',
      storage('0', 3, 'UntypedStorage', 'torch.storage'),
      0,
      tuple(3),
      tuple(1),
      false,
      call('collections', 'OrderedDict'),
      global('torch', 'float8_e4m3fn'),
      null,
    ),
    Uint8Array.of(0x38, 0x7e, 0xb8),
    [3],
    [1, 448, -1],
  ),
  stored('big-endian storages', tensor(storage('0', 2), 0, [2], [1]), floats(1, 2).reverse(), [2], [2, 1], {
    byteorder: 'big',
  }),
  stored('little-endian storages, said so', tensor(storage('0', 2), 0, [2], [1]), floats(1, 2), [2], [1, 2], {
    byteorder: 'little',
  }),
  opens(
    'a complex tensor opens, and only reading it is refused',
    'complex.pth',
    torchZip(dumps(tensor(storage('0', 3, 'ComplexFloatStorage'), 0, [3], [1])), { 0: six }),
    (container) => {
      equal((container.root as { dtype: string }).dtype, 'complex64')
    },
  ),
  stored(
    'NaN and infinities',
    tensor(storage('0', 3), 0, [3], [1]),
    floats(NaN, Infinity, -Infinity),
    [3],
    [NaN, Infinity, -Infinity],
  ),
]

const views: readonly CorpusCase[] = [
  stored('a transposed view', tensor(storage('0', 6), 0, [3, 2], [1, 3]), six, [3, 2], [0, 3, 1, 4, 2, 5]),
  stored('a column', tensor(storage('0', 6), 1, [2], [3]), six, [2], [1, 4]),
  stored('an offset', tensor(storage('0', 6), 2, [2, 2], [2, 1]), six, [2, 2], [2, 3, 4, 5]),
  stored('a repeated element', tensor(storage('0', 6), 1, [2, 3], [0, 0]), six, [2, 3], [1, 1, 1, 1, 1, 1]),
  stored(
    'overlapping windows',
    tensor(storage('0', 6), 0, [5, 2], [1, 1]),
    six,
    [5, 2],
    [0, 1, 1, 2, 2, 3, 3, 4, 4, 5],
  ),
  stored('a number without axes', tensor(storage('0', 6), 3, [], []), six, [], [3]),
  stored('an empty tensor', tensor(storage('0', 6), 0, [0, 3], [3, 1]), six, [0, 3], []),
  stored('an empty tensor at the end of its storage', tensor(storage('0', 6), 6, [0], [1]), six, [0], []),
  stored('an empty storage', tensor(storage('0', 0), 0, [0], [1]), new Uint8Array(0), [0], []),
  stored(
    'strides of axes of length 1 that lead nowhere',
    tensor(storage('0', 6), 0, [1, 6, 1], [999, 1, 777]),
    six,
    [1, 6, 1],
    [0, 1, 2, 3, 4, 5],
  ),
  opens(
    'two tensors on one storage',
    'shared.pth',
    torchZip(dumps([tensor(storage('0', 6), 0, [2], [1]), tensor(storage('0', 6), 4, [2], [1])]), { 0: six }),
    (container) => {
      equal([...tensorAt(container, 0).read()], [0, 1])
      equal([...tensorAt(container, 1).read()], [4, 5])
    },
  ),
  opens(
    'one tensor under two names',
    'tied.pth',
    torchZip(
      pickle(
        ops.proto(2),
        ops.emptyDict,
        ops.mark,
        py('a'),
        py(tensor(storage('0', 6), 0, [6], [1])),
        ops.binput(9),
        py('b'),
        ops.binget(9),
        ops.setitems,
        ops.stop,
      ),
      { 0: six },
    ),
    (container) => equal(at(container, 'a') === at(container, 'b'), true),
  ),
]

const parameters: readonly CorpusCase[] = [
  beside(
    'a parameter',
    call(
      'torch._utils',
      '_rebuild_parameter',
      tensor(storage('0', 6), 0, [6], [1]),
      true,
      call('collections', 'OrderedDict'),
    ),
    (container) => equal(tensorAt(container, 'x').shape, [6]),
  ),
  beside(
    'a parameter with a state',
    call(
      'torch._utils',
      '_rebuild_parameter_with_state',
      tensor(storage('0', 6), 0, [6], [1]),
      true,
      null,
      dict(['tag', 1]),
    ),
    (container) => equal(tensorAt(container, 'x').shape, [6]),
  ),
  beside(
    'a parameter of PyTorch 0.3',
    built(
      call(
        'torch.nn.parameter',
        'Parameter',
        call('torch._utils', '_rebuild_tensor', storage('0', 6), 0, tuple(6), tuple(1)),
      ),
      tuple(true, false, call('collections', 'OrderedDict')),
    ),
    (container) => equal(tensorAt(container, 'x').shape, [6]),
  ),
  beside(
    'a tensor subclass',
    call(
      'torch._tensor',
      '_rebuild_from_type_v2',
      global('torch._utils', '_rebuild_tensor_v2'),
      global('torch.nn.parameter', 'Parameter'),
      tuple(storage('0', 6), 0, tuple(6), tuple(1), false, null),
      dict(),
    ),
    (container) => equal(tensorAt(container, 'x').shape, [6]),
  ),
  beside(
    'a tensor from a TPU',
    call(
      'torch._utils',
      '_rebuild_device_tensor_from_numpy',
      ndarray(tuple(2), 'f4', floats(7, 8)),
      global('torch', 'float32'),
      'xla:0',
      false,
    ),
    (container) => equal([...tensorAt(container, 'x').read()], [7, 8]),
  ),
  beside(
    'a quantised tensor is named, not read',
    call(
      'torch._utils',
      '_rebuild_qtensor',
      storage('0', 6),
      0,
      tuple(6),
      tuple(1),
      tuple(global('torch', 'per_tensor_affine'), 0.1, 0),
      false,
      null,
    ),
    (container) => equal(container.notices, ['Tensors left out because they are quantised: 1.']),
    ['torch._utils._rebuild_qtensor'],
  ),
  beside(
    'a sparse tensor is named, not read',
    call(
      'torch._utils',
      '_rebuild_sparse_tensor',
      call('torch.serialization', '_get_layout', 'torch.sparse_coo'),
      tuple(1, 2),
    ),
    undefined,
    ['torch._utils._rebuild_sparse_tensor'],
  ),
  beside(
    'dtypes, devices and sizes',
    tuple(global('torch', 'float16'), call('torch', 'device', 'cuda', 1), call('torch', 'Size', tuple(2, 3))),
    is(['torch.float16', 'cuda:1', [2, 3]]),
  ),
]

export const benignTensors: readonly CorpusCase[] = [...dtypes, ...views, ...parameters]

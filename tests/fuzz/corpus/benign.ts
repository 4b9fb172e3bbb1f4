// Which odd but honest files must open? Dtypes, views, protocols, and what training code leaves in checkpoints.
import { concat, floats, latin1, little, utf8 } from '../../tools/files/bytes.ts'
import { npy, safetensors, torchLegacy, torchValue, torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  built,
  call,
  dict,
  dumps,
  global,
  object,
  ops,
  orderedDict,
  pickle,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { writeZip } from '../../tools/files/zipWriter.ts'
import { opens, type CorpusCase, type Opened } from './case.ts'
import { at, equal, mapOf, tensorAt } from './look.ts'

const six = floats(0, 1, 2, 3, 4, 5)

/** A value beside a weight, in PyTorch's zip: the weight must stay readable, whatever stands beside it. */
const beside = (name: string, value: Python, check?: Opened['check'], inert: string[] = []): CorpusCase =>
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
const stored = (
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
const is =
  (expected: unknown): Opened['check'] =>
  (container) =>
    equal(at(container, 'x'), expected)

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

const python: readonly CorpusCase[] = [
  beside(
    'an OrderedDict with metadata',
    built(orderedDict(['b', 1], ['a', 2]), dict(['_metadata', orderedDict(['', dict(['version', 1])])])),
    (container) => equal([...mapOf(at(container, 'x')!).keys()], ['b', 'a']),
  ),
  beside(
    'an OrderedDict of pairs, as Python 2 wrote it',
    call('collections', 'OrderedDict', [
      ['a', 1],
      ['b', 2],
    ]),
    is(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ),
  ),
  beside(
    'a defaultdict',
    raw(py(call('collections', 'defaultdict', global('builtins', 'list'))), py('a'), py([1]), ops.setitem),
    is(new Map([['a', [1]]])),
  ),
  beside('a Counter', call('collections', 'Counter', dict(['a', 3])), is(new Map([['a', 3]]))),
  beside(
    'a deque',
    raw(py(call('collections', 'deque', tuple(), 4)), ops.mark, py(1), py(2), ops.appends),
    is([1, 2]),
  ),
  beside(
    'a Namespace',
    built(object('argparse', 'Namespace', []), dict(['lr', 0.1], ['arch', 'vit'])),
    is(
      new Map<string, unknown>([
        ['lr', 0.1],
        ['arch', 'vit'],
      ]),
    ),
  ),
  beside(
    'a Namespace of protocol 0',
    built(
      call(
        'copy_reg',
        '_reconstructor',
        global('argparse', 'Namespace'),
        global('__builtin__', 'object'),
        null,
      ),
      dict(['lr', 0.1]),
    ),
    is(new Map([['lr', 0.1]])),
  ),
  beside(
    'sets and frozensets',
    [
      call('builtins', 'set', ['a']),
      call('__builtin__', 'frozenset', [1, 2]),
      raw(ops.emptySet, ops.mark, py(1), ops.additems),
      raw(ops.mark, py(2), ops.frozenset),
    ],
    is([['a'], [1, 2], [1], [2]]),
  ),
  beside(
    'complex numbers, slices and ranges',
    [call('builtins', 'complex', 1, -2), call('builtins', 'slice', 0, 3, null), call('builtins', 'range', 5)],
    is(['(1-2j)', 'slice(0, 3, None)', 'range(5)']),
  ),
  beside(
    'bytes of protocol 2',
    [
      call('_codecs', 'encode', '\u00ff\u0000a', 'latin1'),
      call('builtins', 'bytearray', call('_codecs', 'encode', 'ab', 'latin1')),
      call('__builtin__', 'bytes'),
    ],
    is([Uint8Array.of(255, 0, 97), Uint8Array.of(97, 98), new Uint8Array(0)]),
  ),
  beside(
    'large integers',
    [2n ** 100n, -(2n ** 63n), 2 ** 53 - 1],
    is([2n ** 100n, -(2n ** 63n), 2 ** 53 - 1]),
  ),
  beside(
    'numbers for keys, as optimisers have them',
    dict([0, 'a'], [1, 'b']),
    is(
      new Map([
        [0, 'a'],
        [1, 'b'],
      ]),
    ),
  ),
  beside('tuples for keys', dict([tuple(1, 2), 'a']), (container) =>
    equal([...mapOf(at(container, 'x')!).keys()], [[1, 2]]),
  ),
  beside(
    'strings of Python 2',
    [raw(ops.shortBinstring(utf8('caf\u00e9'))), raw(ops.shortBinstring(Uint8Array.of(0xff, 0xfe)))],
    is(['caf\u00e9', Uint8Array.of(0xff, 0xfe)]),
  ),
  beside(
    'a lone surrogate in a path',
    raw(concat([latin1('X'), little(3, 4), latin1('\xed\xb2\x80')])),
    undefined,
  ),
  beside(
    'a schedule of ten thousand numbers',
    Array.from({ length: 10_000 }, (_, i) => i / 7),
    (container) => equal((at(container, 'x') as unknown[]).length, 10_000),
  ),
  beside(
    'values nested a hundred deep',
    Array.from({ length: 100 }).reduce<Python>((inner) => [inner], 1),
    undefined,
  ),
]

const foreign: readonly CorpusCase[] = [
  beside(
    'a path',
    call('pathlib', 'PosixPath', 'data', 'imagenet'),
    (container) =>
      equal(container.inert[0], {
        global: 'pathlib.PosixPath',
        use: 'called',
        count: 1,
        arguments: "'data', 'imagenet'",
        where: 'x',
      }),
    ['pathlib.PosixPath'],
  ),
  beside('a path of Windows', call('pathlib', 'WindowsPath', 'C:\\', 'data'), undefined, [
    'pathlib.WindowsPath',
  ]),
  beside('a date', call('datetime', 'datetime', Uint8Array.of(7, 230, 1, 2, 3, 4, 5, 0, 0, 0)), undefined, [
    'datetime.datetime',
  ]),
  beside('an enum', call('dinov2.configs', 'Mode', 'train'), undefined, ['dinov2.configs.Mode']),
  beside('a UUID', object('uuid', 'UUID', [], dict(['int', 2n ** 90n])), undefined, ['uuid.UUID']),
  beside(
    'a partial function',
    built(
      call('functools', 'partial', global('torch.nn.modules.normalization', 'LayerNorm')),
      tuple(global('torch.nn.modules.normalization', 'LayerNorm'), tuple(), dict(['eps', 1e-6]), null),
    ),
    undefined,
    ['torch.nn.modules.normalization.LayerNorm', 'functools.partial'],
  ),
  beside(
    'an EasyDict',
    raw(
      py(object('easydict', 'EasyDict', [])),
      ops.mark,
      py('lr'),
      py(0.1),
      ops.setitems,
      py(dict(['lr', 0.1])),
      ops.build,
    ),
    (container) => {
      const value = at(container, 'x') as { entries: Map<string, unknown> }
      equal(value.entries.get('lr'), 0.1)
    },
    ['easydict.EasyDict'],
  ),
  beside(
    'a list of its own class',
    raw(py(object('mmcv', 'List', [])), ops.mark, py(1), py(2), ops.appends),
    (container) => equal((at(container, 'x') as { items: unknown }).items, [1, 2]),
    ['mmcv.List'],
  ),
  beside(
    'an OmegaConf settings object that knows its parent',
    raw(
      py(object('omegaconf.dictconfig', 'DictConfig', [])),
      ops.binput(50),
      ops.emptyDict,
      ops.mark,
      py('_content'),
      py(
        dict([
          'lr',
          built(
            object('omegaconf.nodes', 'AnyNode', []),
            dict(['_val', 0.1], ['_parent', raw(ops.binget(50))]),
          ),
        ]),
      ),
      py('_parent'),
      ops.none,
      ops.setitems,
      ops.build,
    ),
    (container) => equal(container.notices.length, 1),
    ['omegaconf.dictconfig.DictConfig', 'omegaconf.nodes.AnyNode'],
  ),
  beside('a random state of Python', tuple(3, tuple(1, 2, 3), null), is([3, [1, 2, 3], null])),
  beside(
    'a random state of NumPy',
    tuple(
      'MT19937',
      ndarray(tuple(2), 'u4', new Uint8Array(new Uint32Array([1, 4294967295]).buffer)),
      1,
      0,
      0,
    ),
    (container) => equal([...tensorAt(container, 'x', 1).read()], [1, 4294967296]),
  ),
]

function dtype(code: string, order = '<'): Python {
  return raw(
    py(call('numpy', 'dtype', code, false, true)),
    py(tuple(3, order, null, null, null, -1, -1, 0)),
    ops.build,
  )
}
function ndarray(
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
const scalar = (code: string, data: Uint8Array, order = '<', module = 'numpy.core.multiarray'): Python =>
  call(module, 'scalar', dtype(code, order), data)

const numpy: readonly CorpusCase[] = [
  beside(
    'NumPy scalars',
    [
      scalar('f8', new Uint8Array(new Float64Array([0.1]).buffer)),
      scalar('f4', floats(0.5)),
      scalar('i8', little(-3, 8)),
      scalar('i4', little(7, 4)),
      scalar('b1', Uint8Array.of(1)),
      scalar('u8', little(2n ** 64n - 1n, 8)),
    ],
    is([0.1, 0.5, -3, 7, true, 2n ** 64n - 1n]),
  ),
  beside(
    'a big-endian NumPy scalar',
    scalar('f8', new Uint8Array(new Float64Array([0.1]).buffer).reverse(), '>'),
    is(0.1),
  ),
  beside(
    'NumPy scalars of NumPy 2',
    scalar('f8', new Uint8Array(new Float64Array([2]).buffer), '<', 'numpy._core.multiarray'),
    is(2),
  ),
  beside(
    'NumPy text',
    [scalar('U3', concat([little(97, 4), little(0x1f600, 4), little(0, 4)])), scalar('S4', latin1('ab\0\0'))],
    is(['a\u{1f600}', 'ab']),
  ),
  beside('a NumPy date', scalar('M8', little(5, 8)), undefined, ['numpy.core.multiarray.scalar']),
  beside('a NumPy array', ndarray(tuple(2, 3), 'f4', six), (container) =>
    equal([...tensorAt(container, 'x').read()], [0, 1, 2, 3, 4, 5]),
  ),
  beside('a NumPy array in Fortran order', ndarray(tuple(2, 3), 'f4', six, '<', true), (container) =>
    equal([...tensorAt(container, 'x').read()], [0, 2, 4, 1, 3, 5]),
  ),
  beside('a big-endian NumPy array', ndarray(tuple(2), 'i2', Uint8Array.of(1, 0, 0, 1), '>'), (container) =>
    equal([...tensorAt(container, 'x').read()], [256, 1]),
  ),
  beside('a NumPy array of objects is a list', ndarray(tuple(2), 'O8', ['a', null], '|'), is(['a', null])),
  beside(
    'a NumPy array of text',
    ndarray(tuple(2), 'U1', concat([little(97, 4), little(98, 4)])),
    (container) => equal(tensorAt(container, 'x').dtype, 'other'),
  ),
  beside(
    'a NumPy array of protocol 5',
    call('numpy._core.numeric', '_frombuffer', raw(ops.bytearray8(six)), dtype('f4'), tuple(3, 2), 'C'),
    (container) => equal(tensorAt(container, 'x').shape, [3, 2]),
  ),
  beside('an empty NumPy array', ndarray(tuple(0, 4), 'f4', new Uint8Array(0)), (container) =>
    equal(tensorAt(container, 'x').shape, [0, 4]),
  ),
]

function framed(...instructions: Uint8Array[]): Uint8Array {
  const body = concat(instructions)
  return concat([ops.proto(4), ops.frame(body.length), body])
}

const protocols: readonly CorpusCase[] = [
  opens(
    'protocol 0, all in text',
    'p0.pth',
    torchZip(latin1("(dp0\nS'a'\np1\nI01\nsS'b'\np2\n(lp3\nI7\naL8L\naF1.5\naV\\u00e9\nasS'c\\n'\nNs.")),
    (container) =>
      equal(
        container.root,
        new Map<string, unknown>([
          ['a', true],
          ['b', [7, 8, 1.5, '\u00e9']],
          ['c\n', null],
        ]),
      ),
  ),
  opens(
    'protocol 1',
    'p1.pth',
    torchZip(pickle(ops.emptyDict, ops.binput(0), ops.mark, py('a'), ops.binint1(1), ops.setitems, ops.stop)),
    (container) => equal(at(container, 'a'), 1),
  ),
  opens(
    'protocol 3',
    'p3.pth',
    torchZip(pickle(ops.proto(3), ops.shortBinbytes(latin1('x')), ops.stop)),
    (container) => equal(container.root, latin1('x')),
  ),
  opens(
    'protocol 4, framed',
    'p4.pth',
    torchZip(
      framed(
        ops.emptyDict,
        ops.memoize,
        ops.mark,
        ops.shortBinunicode('a'),
        ops.memoize,
        ops.binint1(5),
        ops.tuple1,
        ops.setitems,
        ops.stop,
      ),
    ),
    (container) => equal(at(container, 'a'), [5]),
  ),
  opens(
    'protocol 5 with a bytearray',
    'p5.pth',
    torchZip(pickle(ops.proto(5), ops.bytearray8(latin1('xy')), ops.stop)),
    (container) => equal(container.root, latin1('xy')),
  ),
  opens(
    'allow-listed names by STACK_GLOBAL',
    'p4.pth',
    torchZip(
      pickle(
        ops.proto(4),
        ops.shortBinunicode('collections'),
        ops.memoize,
        ops.shortBinunicode('OrderedDict'),
        ops.memoize,
        ops.stackGlobal,
        ops.memoize,
        ops.emptyTuple,
        ops.reduce,
        ops.stop,
      ),
    ),
    (container) => equal(container.root, new Map()),
  ),
  opens(
    'what is left on the stack',
    'rest.pth',
    torchZip(pickle(ops.proto(2), ops.none, ops.mark, ops.none, ops.binint1(5), ops.stop)),
    (container) => equal(container.root, 5),
  ),
  opens(
    'a memo index of a billion',
    'memo.pth',
    torchZip(
      pickle(
        ops.proto(2),
        ops.none,
        ops.longBinput(1_000_000_000),
        ops.pop,
        ops.longBinget(1_000_000_000),
        ops.stop,
      ),
    ),
    (container) => equal(container.root, null),
  ),
]

const trainings: readonly CorpusCase[] = [
  opens(
    'a checkpoint of Lightning',
    'epoch=3.ckpt',
    torchZip(
      dumps(
        dict(
          ['epoch', 3],
          ['global_step', 1200],
          ['pytorch-lightning_version', '2.1.0'],
          ['state_dict', orderedDict(['model.weight', tensor(storage('0', 6), 0, [6], [1])])],
          [
            'callbacks',
            dict([
              global('pytorch_lightning.callbacks.model_checkpoint', 'ModelCheckpoint'),
              dict(['best', null]),
            ]),
          ],
          ['hparams_name', 'kwargs'],
          [
            'hyper_parameters',
            raw(
              py(object('pytorch_lightning.utilities.parsing', 'AttributeDict', [])),
              py('lr'),
              py(0.1),
              ops.setitem,
            ),
          ],
        ),
      ),
      { 0: six },
    ),
    (container) => {
      equal(tensorAt(container, 'state_dict', 'model.weight').shape, [6])
      equal(container.metadata.epoch, '3')
      equal(container.metadata['hyper_parameters.lr'], '0.1')
    },
    [
      'pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint',
      'pytorch_lightning.utilities.parsing.AttributeDict',
    ],
  ),
  opens(
    'a whole module pickled with its class',
    'module.pth',
    torchZip(
      dumps(
        object(
          'vit',
          'ViT',
          [],
          dict(
            ['training', false],
            [
              '_parameters',
              orderedDict([
                'cls',
                call('torch._utils', '_rebuild_parameter', tensor(storage('0', 6), 0, [6], [1]), true, null),
              ]),
            ],
            ['_modules', orderedDict()],
          ),
        ),
      ),
      { 0: six },
    ),
    (container) => {
      const root = container.root as { kind: string; state: Map<string, Map<string, unknown>> }
      equal(root.kind, 'inert')
      equal(root.state.get('_parameters')?.has('cls'), true)
    },
    ['vit.ViT'],
  ),
  opens(
    'a bare tensor',
    'tensor.pt',
    torchZip(dumps(tensor(storage('0', 6), 0, [6], [1])), { 0: six }),
    (container) => equal((container.root as { kind: string }).kind, 'tensor'),
  ),
  opens('a bare list', 'list.pt', torchValue([1, 'a', null]), (container) =>
    equal(container.root, [1, 'a', null]),
  ),
  opens(
    'a checkpoint that was zipped anew, deflated',
    'again.pth',
    torchZip(
      dumps(tensor(storage('0', 6), 0, [3, 2], [1, 3])),
      { 0: six },
      { edit: (member) => ({ ...member, deflate: true }) },
    ),
    (container) => equal([...(container.root as { read(): Float32Array }).read()], [0, 3, 1, 4, 2, 5]),
  ),
  opens(
    'descriptors behind the data, as PyTorch writes them',
    'descriptors.pth',
    torchZip(
      dumps(tensor(storage('0', 6), 0, [6], [1])),
      { 0: six },
      { edit: (member) => ({ ...member, descriptor: 'signed' }), options: { zip64: true } },
    ),
    undefined,
  ),
  opens(
    'wide and unsigned descriptors',
    'descriptors.pth',
    torchZip(
      dumps(tensor(storage('0', 6), 0, [6], [1])),
      { 0: six },
      { edit: (member) => ({ ...member, descriptor: member.name.endsWith('0') ? 'wide' : 'short' }) },
    ),
    undefined,
  ),
  opens(
    'a comment at the end of the archive',
    'comment.pth',
    torchZip(dumps(null), {}, { options: { comment: utf8('made by hand') } }),
    undefined,
  ),
  opens(
    'a folder among the members',
    'folder.pth',
    torchZip(dumps(null), {}, { extra: [{ name: 'archive/data/', data: new Uint8Array(0) }] }),
    undefined,
  ),
  opens(
    'no checksums, as PyTorch may be told',
    'unchecked.pth',
    torchZip(
      dumps(tensor(storage('0', 6), 0, [6], [1])),
      { 0: six },
      {
        edit: (member) => ({
          ...member,
          descriptor: 'signed',
          central: { crc: 0 },
          descriptorLies: { crc: 0 },
        }),
      },
    ),
    (container) => equal(container.notices.length, 1),
  ),
  opens(
    'a legacy file with two views of one storage',
    'legacy.pth',
    torchLegacy(
      dumps([tensor(legacyStorage(null), 0, [6], [1]), tensor(legacyStorage(tuple('v', 2, 3)), 1, [2], [1])]),
      [{ key: 'k', count: 6, data: six }],
    ),
    (container) => {
      equal([...tensorAt(container, 0).read()], [0, 1, 2, 3, 4, 5])
      equal([...tensorAt(container, 1).read()], [3, 4])
    },
  ),
  opens(
    'a big-endian legacy file',
    'legacy.pth',
    torchLegacy(
      dumps(tensor(legacyStorage(null), 0, [6], [1])),
      [{ key: 'k', count: 6, data: floats(5, 4, 3, 2, 1, 0).reverse() }],
      { bigEndian: true },
    ),
    (container) => equal([...(container.root as { read(): Float32Array }).read()], [0, 1, 2, 3, 4, 5]),
  ),
  opens(
    'a legacy module with its source',
    'legacy.pth',
    torchLegacy(
      dumps(
        raw(
          py(tuple('module', global('vit', 'ViT'), 'vit.py', 'class ViT: pass')),
          ops.binpersid,
          ops.emptyTuple,
          ops.newobj,
        ),
      ),
    ),
    undefined,
    ['vit.ViT'],
  ),
]
function legacyStorage(window: Python): Python {
  return raw(py(tuple('storage', global('torch', 'FloatStorage'), 'k', 'cuda:0', 6, window)), ops.binpersid)
}

const dtypeBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
}

/** Two elements of each dtype, one after another. */
function everyDtype(): Uint8Array {
  let offset = 0
  const header = Object.entries(dtypeBytes).map(([dtype, bytes]) => {
    const data_offsets = [offset, (offset += 2 * bytes)]
    return [dtype, { dtype, shape: [2], data_offsets }]
  })
  return safetensors(Object.fromEntries(header), new Uint8Array(offset).fill(1))
}

const others: readonly CorpusCase[] = [
  opens('safetensors of every dtype', 'all.safetensors', everyDtype(), (container) => {
    equal(mapOf(container.root).size, 15)
    for (const value of mapOf(container.root).values())
      if (value && typeof value === 'object' && 'read' in value) value.read()
  }),
  opens(
    'safetensors with blanks behind the header',
    'pad.safetensors',
    safetensors('{"a":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}      ', six),
    (container) => equal([...tensorAt(container, 'a').read()], [0, 1, 2, 3, 4, 5]),
  ),
  opens(
    'safetensors in another order than their bytes',
    'order.safetensors',
    safetensors(
      {
        b: { dtype: 'F32', shape: [2], data_offsets: [16, 24] },
        a: { dtype: 'F32', shape: [4], data_offsets: [0, 16] },
      },
      six,
    ),
    (container) => equal([...mapOf(container.root).keys()], ['b', 'a']),
  ),
  opens(
    'safetensors without tensors',
    'none.safetensors',
    safetensors({ __metadata__: { format: 'pt' } }),
    (container) => equal(container.metadata, { format: 'pt' }),
  ),
  opens(
    'safetensors with a number and an empty tensor',
    'zero.safetensors',
    safetensors(
      {
        a: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
        b: { dtype: 'F32', shape: [0, 5], data_offsets: [4, 4] },
      },
      floats(9),
    ),
    (container) => equal([...tensorAt(container, 'a').read()], [9]),
  ),
  opens(
    'safetensors with a name that means something to JavaScript',
    'proto.safetensors',
    safetensors('{"__proto__":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}', six),
    (container) => equal(tensorAt(container, '__proto__').shape, [6]),
  ),
  opens(
    'safetensors that hold NaN',
    'nan.safetensors',
    safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, floats(NaN)),
    (container) => equal([...tensorAt(container, 'a').read()], [NaN]),
  ),
  opens(
    'a NumPy array in Fortran order',
    'f.npy',
    npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", six),
    (container) => equal([...(container.root as { read(): Float32Array }).read()], [0, 2, 4, 1, 3, 5]),
  ),
  opens(
    'a big-endian NumPy array',
    'b.npy',
    npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }", floats(1, 2).reverse()),
    (container) => equal([...(container.root as { read(): Float32Array }).read()], [2, 1]),
  ),
  opens(
    'a NumPy header of format 2 in another order',
    'v2.npy',
    npy(`{"shape": (6,), "fortran_order": False, "descr": "<f4"}`, six, 2),
    undefined,
  ),
  opens(
    'a NumPy number without axes',
    'zero.npy',
    npy(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
      new Uint8Array(new Float64Array([3]).buffer),
    ),
    (container) => equal([...(container.root as { read(): Float32Array }).read()], [3]),
  ),
  opens(
    'a NumPy shape of Python 2',
    'py2.npy',
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }", six),
    undefined,
  ),
  opens(
    'an archive of arrays, some deflated',
    'w.npz',
    writeZip([
      {
        name: 'Transformer/a/kernel.npy',
        data: npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", six),
        deflate: true,
      },
      {
        name: 'b.npy',
        data: npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(1, 2)),
      },
    ]),
    (container) => {
      equal([...tensorAt(container, 'Transformer/a/kernel').read()], [0, 1, 2, 3, 4, 5])
      equal([...tensorAt(container, 'b').read()], [1, 2])
    },
  ),
  opens(
    'bfloat16 as JAX saves it',
    'jax.npz',
    writeZip([
      {
        name: 'w.npy',
        data: npy(
          "{'descr': '|V2', 'fortran_order': False, 'shape': (2,), }",
          Uint8Array.of(0x80, 0x3f, 0x00, 0xc0),
        ),
      },
    ]),
    (container) => equal([...tensorAt(container, 'w').read()], [1, -2]),
  ),
  opens(
    'an array of text beside weights',
    'text.npz',
    writeZip([
      {
        name: 't.npy',
        data: npy("{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)),
      },
    ]),
    undefined,
  ),
]

export const benign: readonly CorpusCase[] = [
  ...dtypes,
  ...views,
  ...parameters,
  ...python,
  ...foreign,
  ...numpy,
  ...protocols,
  ...trainings,
  ...others,
]

// Which odd but honest values must open? What Python, NumPy and training code leave beside the weights.
import { concat, floats, latin1, little, utf8 } from '../../tools/files/bytes.ts'
import { torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  built,
  call,
  dict,
  global,
  object,
  ops,
  orderedDict,
  pickle,
  py,
  raw,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { opens, type CorpusCase } from './case.ts'
import { at, equal, mapOf, tensorAt } from './look.ts'
import { beside, dtype, is, ndarray, scalar, six } from './benignTools.ts'
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

export const benignValues: readonly CorpusCase[] = [...python, ...foreign, ...numpy, ...protocols]

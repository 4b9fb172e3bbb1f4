// Which pickles break a rule? The smallest one for each: claims, types, depth, doubling, frames, storages, views.
import { concat, floats, latin1, little } from '../../tools/files/bytes.ts'
import { torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  call,
  global,
  ops,
  pickle,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { opens, refused, type CorpusCase } from './case.ts'
import { at, equal } from './look.ts'

const p2 = ops.proto(2)
const four = floats(1, 2, 3, 4)
const zip = (...instructions: Uint8Array[]): Uint8Array => torchZip(pickle(...instructions), { 0: four })

const damaged = (name: string, bytes: Uint8Array | (() => Uint8Array), says: RegExp): CorpusCase =>
  refused(name, 'broken.pth', bytes, 'damaged-file', says)
const unsafe = (name: string, bytes: Uint8Array | (() => Uint8Array), says: RegExp): CorpusCase =>
  refused(name, 'broken.pth', bytes, 'unsafe-file', says)

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

const stackMachine: readonly CorpusCase[] = [
  damaged('an empty pickle', zip(), /claims 1 bytes where 0 are left/),
  damaged('no STOP', zip(p2, ops.none), /claims 1 bytes/),
  damaged('STOP on an empty stack', zip(p2, ops.stop), /takes more from the stack/),
  damaged('REDUCE on an empty stack', zip(p2, ops.reduce, ops.stop), /takes more from the stack/),
  damaged('a value taken from below a mark', zip(p2, ops.none, ops.mark, ops.tuple1, ops.stop), /takes more/),
  damaged('a mark that was never set', zip(p2, ops.none, ops.tuple, ops.stop), /mark that it did not set/),
  damaged('a memo that was never set', zip(p2, ops.binget(3), ops.stop), /memo 3/),
  damaged('a negative memo index', zip(ops.none, latin1('p-1\n'), ops.stop), /memo index/),
  damaged('an instruction that does not exist', zip(p2, Uint8Array.of(0xff), ops.stop), /instruction 255/),
  damaged('a zero byte for an instruction', zip(p2, Uint8Array.of(0), ops.stop), /instruction 0/),
  damaged('protocol 6', zip(ops.proto(6), ops.none, ops.stop), /protocol 6/),
  damaged(
    'data in buffers outside the file',
    zip(ops.proto(5), ops.nextBuffer, ops.stop),
    /outside the file/,
  ),
  damaged(
    'a read-only buffer',
    zip(ops.proto(5), ops.none, ops.readonlyBuffer, ops.stop),
    /outside the file/,
  ),
  damaged('an OBJ without a class', zip(ops.mark, ops.obj, ops.stop), /object of nothing/),
]

const frames: readonly CorpusCase[] = [
  damaged(
    'a frame longer than the file',
    zip(ops.proto(4), ops.frame(1000), ops.none, ops.stop),
    /claims 1000 bytes/,
  ),
  damaged('a frame of 2^63 bytes', zip(ops.proto(4), ops.frame(2n ** 63n), ops.none, ops.stop), /claims/),
  damaged(
    'a frame that ends inside an instruction',
    zip(ops.proto(4), ops.frame(3), ops.binunicode('abc'), ops.stop),
    /crosses the end of its frame/,
  ),
  damaged(
    'a frame inside a frame',
    zip(ops.proto(4), ops.frame(11), ops.frame(1), ops.none, ops.stop),
    /frame of its pickle begins inside/,
  ),
  damaged(
    'a pickle that ends before its frame',
    zip(ops.proto(4), ops.frame(3), ops.none, ops.stop, ops.none),
    /ends before its frame/,
  ),
]

const claims: readonly CorpusCase[] = [
  damaged('text of 4 GB', zip(p2, latin1('X'), little(0xfffffff0, 4), ops.stop), /claims 4294967280 bytes/),
  damaged(
    'bytes of 2^63',
    zip(ops.proto(4), Uint8Array.of(0x8e), little(2n ** 63n, 8), ops.stop),
    /claims 9223/,
  ),
  damaged(
    'a bytearray of 2^40',
    zip(ops.proto(5), Uint8Array.of(0x96), little(2n ** 40n, 8), ops.stop),
    /claims/,
  ),
  damaged('text of 2^62', zip(ops.proto(4), Uint8Array.of(0x8d), little(2n ** 62n, 8), ops.stop), /claims/),
  damaged('a string of negative length', zip(latin1('T'), little(-5, 4), ops.stop), /length of -5/),
  damaged('an integer of negative length', zip(Uint8Array.of(0x8b), little(-1, 4), ops.stop), /length of -1/),
  unsafe(
    'an integer of 2 GB',
    zip(Uint8Array.of(0x8b), little(0x7fffffff, 4), ops.stop),
    /integer of 2147483647/,
  ),
  unsafe('an integer of 5,000 bytes', zip(ops.long4(1n, 5000), ops.stop), /integer of 5000/),
  damaged('an integer of 5,000 digits', zip(ops.long('7'.repeat(5000)), ops.stop), /has the integer/),
  damaged('an integer with an underscore', zip(ops.int('1_0'), ops.stop), /has the integer/),
  damaged('a float that is none', zip(ops.float('1.0e'), ops.stop), /has the float/),
  damaged('a string without quotes', zip(ops.string('abc'), ops.stop), /without quotes/),
  damaged('a line that does not end', zip(latin1('cos')), /ends inside a line/),
  unsafe('a line of 100 KB', zip(ops.global('o'.repeat(100_000), 's'), ops.stop), /endless line/),
  unsafe(
    'a megabyte of text encoded a thousand times over',
    () =>
      zip(
        p2,
        ops.binunicode('x'.repeat(1_000_000)),
        ops.binput(1),
        ops.pop,
        ops.mark,
        ...repeat(
          1000,
          concat([ops.global('_codecs', 'encode'), ops.binget(1), py('latin1'), ops.tuple2, ops.reduce]),
        ),
        ops.list,
        ops.stop,
      ),
    /blows a few bytes up/,
  ),
  unsafe(
    'a list copied a thousand times over',
    () =>
      zip(
        p2,
        ops.mark,
        ...repeat(200_000, ops.none),
        ops.list,
        ops.binput(1),
        ops.pop,
        ops.mark,
        ...repeat(1000, concat([ops.global('builtins', 'set'), ops.binget(1), ops.tuple1, ops.reduce])),
        ops.list,
        ops.stop,
      ),
    /blows a few bytes up/,
  ),
  damaged(
    'a bytearray of a trillion zeros',
    zip(p2, py(call('builtins', 'bytearray', 10 ** 12)), ops.stop),
    /encode/,
  ),
  unsafe(
    'three million values on the stack',
    () => zip(p2, ...repeat(3_000_000, ops.none), ops.stop),
    /piles up/,
  ),
  unsafe('two hundred thousand marks', () => zip(p2, ...repeat(200_000, ops.mark), ops.stop), /piles up/),
  unsafe(
    'five million instructions',
    () => zip(p2, ...repeat(2_500_000, concat([ops.none, ops.pop])), ops.none, ops.stop),
    /more than 4000000 instructions/,
  ),
  unsafe(
    'two million dicts',
    () => zip(p2, ...repeat(2_000_000, concat([ops.emptyDict, ops.pop])), ops.none, ops.stop),
    /more than 1000000 objects/,
  ),
  unsafe(
    'two million empty byte strings',
    () =>
      zip(
        p2,
        ...repeat(2_000_000, concat([ops.shortBinbytes(new Uint8Array(0)), ops.pop])),
        ops.none,
        ops.stop,
      ),
    /more than 1000000 objects/,
  ),
]

const structures: readonly CorpusCase[] = [
  unsafe(
    'lists nested 100,000 deep',
    () => zip(p2, ...repeat(100_000, ops.emptyList), ...repeat(99_999, ops.append), ops.stop),
    /nested more than 500/,
  ),
  unsafe(
    'tuples nested 500,000 deep',
    () => zip(p2, ops.none, ...repeat(500_000, ops.tuple1), ops.stop),
    /nested more than 500/,
  ),
  unsafe(
    'a doubling by the memo, 40 times',
    zip(p2, py('lol'), ...repeat(40, concat([ops.dup, ops.tuple2])), ops.stop),
    /multiply to more than/,
  ),
  unsafe(
    'a doubling of lists, 100 times',
    zip(
      p2,
      ops.emptyList,
      ops.binput(0),
      ...repeat(100, concat([ops.pop, ops.mark, ops.binget(0), ops.binget(0), ops.list, ops.binput(0)])),
      ops.stop,
    ),
    /multiply to more than/,
  ),
  opens(
    'a list that holds itself',
    'cycle.pth',
    zip(p2, ops.emptyList, ops.binput(0), ops.binget(0), ops.append, ops.stop),
    (container) => {
      equal(container.root, [null])
      equal(container.notices.length, 1)
    },
  ),
  opens(
    'a dict that holds itself through a tuple',
    'cycle.pth',
    zip(p2, ops.emptyDict, ops.binput(0), py('self'), ops.binget(0), ops.tuple1, ops.setitem, ops.stop),
    (container) => equal(at(container, 'self'), [null]),
  ),
  unsafe(
    'a rebuild inside a rebuild, 50,000 deep',
    () =>
      zip(
        p2,
        ops.global('torch._tensor', '_rebuild_from_type_v2'),
        ops.binput(1),
        ...repeat(50_000, concat([ops.mark, ops.binget(1), ops.none])),
        ops.emptyTuple,
        ...repeat(50_000, concat([ops.none, ops.tuple])),
        ops.reduce,
        ops.stop,
      ),
    /nested more than 500/,
  ),
  unsafe('SETITEM on a list', zip(p2, ops.emptyList, ops.none, ops.none, ops.setitem, ops.stop), /no dict/),
  unsafe('SETITEM on a tuple', zip(p2, ops.emptyTuple, ops.none, ops.none, ops.setitem, ops.stop), /no dict/),
  unsafe(
    'SETITEM on a number',
    zip(p2, ops.binint1(1), ops.none, ops.none, ops.setitem, ops.stop),
    /no dict/,
  ),
  unsafe(
    'SETITEM on a tensor',
    zip(p2, py(tensor(storage('0', 4), 0, [4], [1])), ops.none, ops.none, ops.setitem, ops.stop),
    /no dict/,
  ),
  unsafe(
    'SETITEMS on a storage',
    zip(p2, py(storage('0', 4)), ops.mark, ops.none, ops.none, ops.setitems, ops.stop),
    /no dict/,
  ),
  unsafe(
    'SETITEM on a class',
    zip(p2, ops.global('os', 'environ'), ops.none, ops.none, ops.setitem, ops.stop),
    /no dict/,
  ),
  unsafe('SETITEM on a set', zip(p2, ops.emptySet, ops.none, ops.none, ops.setitem, ops.stop), /no dict/),
  unsafe('APPEND on a dict', zip(p2, ops.emptyDict, ops.none, ops.append, ops.stop), /no list/),
  unsafe('APPENDS on a tuple', zip(p2, ops.emptyTuple, ops.mark, ops.none, ops.appends, ops.stop), /no list/),
  unsafe('APPEND on bytes', zip(p2, py(latin1('x')), ops.none, ops.append, ops.stop), /no list/),
  unsafe(
    'APPEND on a function',
    zip(p2, ops.global('os', 'system'), ops.none, ops.append, ops.stop),
    /no list/,
  ),
  unsafe(
    'ADDITEMS on a list',
    zip(ops.proto(4), ops.emptyList, ops.mark, ops.none, ops.additems, ops.stop),
    /no set/,
  ),
  unsafe('BUILD on a list', zip(p2, ops.emptyList, ops.emptyDict, ops.build, ops.stop), /does not take/),
  unsafe(
    'BUILD on a plain dict',
    zip(p2, ops.emptyDict, ops.emptyDict, ops.build, ops.stop),
    /does not take/,
  ),
  unsafe('BUILD on a number', zip(p2, ops.binint1(1), ops.emptyDict, ops.build, ops.stop), /does not take/),
  unsafe(
    'BUILD on a class',
    zip(p2, ops.global('os', 'path'), ops.emptyDict, ops.build, ops.stop),
    /does not take/,
  ),
  unsafe(
    'BUILD on an allowed class',
    zip(p2, ops.global('torch', 'Tensor'), ops.emptyDict, ops.build, ops.stop),
    /does not take/,
  ),
  unsafe(
    'BUILD of a Namespace from a list',
    zip(p2, py(call('argparse', 'Namespace')), ops.emptyList, ops.build, ops.stop),
    /does not take/,
  ),
  damaged(
    'a key without a value',
    zip(p2, ops.emptyDict, ops.mark, ops.none, ops.setitems, ops.stop),
    /key without/,
  ),
  damaged(
    'a list as a key',
    zip(p2, ops.emptyDict, ops.emptyList, ops.none, ops.setitem, ops.stop),
    /as a key/,
  ),
  damaged('a dict as a key', zip(p2, ops.mark, ops.emptyDict, ops.none, ops.dict, ops.stop), /as a key/),
  damaged(
    'REDUCE with a list for arguments',
    zip(p2, ops.global('os', 'system'), ops.emptyList, ops.reduce, ops.stop),
    /for arguments/,
  ),
  unsafe('REDUCE of text', zip(p2, py('os.system'), ops.emptyTuple, ops.reduce, ops.stop), /no function/),
  unsafe('REDUCE of a list', zip(p2, ops.emptyList, ops.emptyTuple, ops.reduce, ops.stop), /no function/),
  damaged(
    'STACK_GLOBAL of numbers',
    zip(p2, ops.binint1(1), ops.binint1(2), ops.stackGlobal, ops.stop),
    /names a global by/,
  ),
  damaged(
    'NEWOBJ_EX with a list of names',
    zip(p2, ops.global('a', 'b'), ops.emptyTuple, ops.emptyList, ops.newobjEx, ops.stop),
    /named arguments/,
  ),
  damaged(
    'an OrderedDict of numbers',
    zip(p2, py(call('collections', 'OrderedDict', 5)), ops.stop),
    /OrderedDict is made of/,
  ),
  damaged('a set of a number', zip(p2, py(call('builtins', 'set', 5)), ops.stop), /a set is made of/),
  damaged(
    'a Namespace with arguments',
    zip(p2, py(call('argparse', 'Namespace', 5)), ops.stop),
    /Namespace is made of/,
  ),
  damaged(
    'a parameter of text',
    zip(p2, py(call('torch._utils', '_rebuild_parameter', 'x', true, null)), ops.stop),
    /parameter is made of/,
  ),
]

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

export const brokenPickles: readonly CorpusCase[] = [
  ...stackMachine,
  ...frames,
  ...claims,
  ...structures,
  ...storages,
  ...views,
  ...arrays,
]

/** `bytes` so many times, in a few large pieces. */
function repeat(times: number, bytes: Uint8Array): Uint8Array[] {
  const whole = new Uint8Array(times * bytes.length)
  for (let i = 0; i < times; i++) whole.set(bytes, i * bytes.length)
  return [whole]
}

// Which pickles break a rule of the language? The smallest one for each: stack, frames, claims, types, depth.
import { concat, latin1, little } from '../../tools/files/bytes.ts'
import { call, ops, py, storage, tensor } from '../../tools/files/pickleAssembler.ts'
import { opens, type CorpusCase } from './case.ts'
import { at, equal } from './look.ts'

import { damaged, p2, repeat, unsafe, zip } from './brokenTools.ts'
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

export const brokenPickles: readonly CorpusCase[] = [...stackMachine, ...frames, ...claims, ...structures]

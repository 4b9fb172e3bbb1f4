// Which safetensors and NumPy files break a rule? Headers, offsets, shapes and dtypes that lie.
import { concat, floats, latin1, little, utf8 } from '../../tools/files/bytes.ts'
import { npy, safetensors } from '../../tools/files/checkpointFiles.ts'
import { dumps } from '../../tools/files/pickleAssembler.ts'
import { writeZip } from '../../tools/files/zipWriter.ts'
import { refused, type CorpusCase } from './case.ts'

const four = floats(1, 2, 3, 4)
const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown): unknown => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

const st = (
  name: string,
  bytes: Uint8Array | (() => Uint8Array),
  says: RegExp,
  code: 'damaged-file' | 'unsafe-file' | 'unsupported-model' = 'damaged-file',
): CorpusCase => refused(name, 'broken.safetensors', bytes, code, says)

const header = (
  tensors: unknown,
  says: RegExp,
  name: string,
  code: 'damaged-file' | 'unsafe-file' | 'unsupported-model' = 'damaged-file',
): CorpusCase => st(name, safetensors(tensors, four), says, code)

const safetensorsFiles: readonly CorpusCase[] = [
  st(
    'a safetensors header past the end',
    safetensors({ a: entry('F32', [4], 0, 16) }, four, 1000),
    /header claims 1000 bytes/,
  ),
  st(
    'a safetensors header over 100 MB',
    safetensors('{}', four, 100_000_001),
    /100000001 bytes, and 100000000 are allowed/,
    'unsafe-file',
  ),
  st(
    'a safetensors header of 2^63 bytes',
    safetensors('{}', four, 2n ** 63n),
    /9223372036854775808/,
    'unsafe-file',
  ),
  st('a safetensors file of nine bytes', concat([little(1, 8), latin1('{')]), /has 9 bytes/),
  st('a safetensors header that is a list', safetensors('[]   ', four), /no JSON object/),
  header('{"a":', /cannot be read/, 'a safetensors header that breaks off'),
  header('{} {}', /follows the value/, 'a safetensors header of two objects'),
  header("{'a':1}", /cannot be read/, 'a safetensors header in Python'),
  header(
    '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}',
    /second time/,
    'a tensor described twice',
  ),
  header(
    '{"a":{"dtype":"F32","dtype":"F16","shape":[4],"data_offsets":[0,16]}}',
    /second time/,
    'a dtype given twice',
  ),
  header(
    '{"\\u0061":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}',
    /second time/,
    'a tensor described twice in two spellings',
  ),
  st(
    'a safetensors header that is not UTF-8',
    safetensors('x', four)
      .map((byte, i) => (i === 8 ? 0x7b : byte))
      .fill(0xff, 9),
    /not UTF-8|claims|cannot/,
  ),
  header(
    { a: entry('F32', [4], 0, 16), b: entry('F32', [2], 8, 16) },
    /overlaps/,
    'two tensors that overlap',
    'unsafe-file',
  ),
  header(
    { a: entry('F32', [1], 0, 4), b: entry('F32', [2], 8, 16) },
    /hole of 4 bytes/,
    'a hole between tensors',
    'unsafe-file',
  ),
  header({ a: entry('F32', [3], 4, 16) }, /hole of 4 bytes/, 'a hole before the first tensor', 'unsafe-file'),
  header({ a: entry('F32', [3], 0, 12) }, /4 bytes at its end/, 'bytes left over', 'unsafe-file'),
  header({}, /16 bytes at its end/, 'bytes without any tensor', 'unsafe-file'),
  header({ a: entry('F32', [5], 0, 16) }, /shape \[5\]/, 'a shape that does not fill its bytes'),
  header({ a: entry('F32', [4], 0, 20) }, /claims bytes 0 to 20/, 'a tensor past the end'),
  header({ a: entry('F32', [4], 16, 0) }, /claims bytes 16 to 0/, 'offsets the wrong way round'),
  header({ a: entry('F32', [4], -16, 0) }, /where its bytes are/, 'a negative offset'),
  header({ a: entry('F32', [4], 0, 16.5) }, /where its bytes are/, 'half a byte'),
  header(
    '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,18446744073709551632]}}',
    /where its bytes are/,
    'an offset that wraps round',
  ),
  header(
    '{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,16]}}',
    /shape/,
    'a shape whose product wraps round',
  ),
  header(
    '{"a":{"dtype":"F32","shape":[9007199254740993,0],"data_offsets":[0,16]}}',
    /shape/,
    'a side beyond exact integers',
  ),
  header({ a: entry('F32', [-4], 0, 16) }, /no shape/, 'a negative side'),
  header({ a: entry('F32', ['4'], 0, 16) }, /no shape/, 'a side in words'),
  header({ a: entry('F32', 4, 0, 16) }, /no shape/, 'a shape that is a number'),
  header({ a: entry('F32', Array<number>(70).fill(1), 0, 4) }, /70 axes/, 'seventy axes'),
  header({ a: { dtype: 'F32', shape: [4] } }, /where its bytes are/, 'a tensor without offsets'),
  header(
    { a: { dtype: 'F32', shape: [4], data_offsets: [0, 8, 16] } },
    /where its bytes are/,
    'three offsets',
  ),
  header({ a: { shape: [4], data_offsets: [0, 16] } }, /names no dtype/, 'a tensor without a dtype'),
  header({ a: 5 }, /no description/, 'a tensor that is a number'),
  header({ a: entry('F4', [32], 0, 16) }, /stored as F4/, 'four bits per number', 'unsupported-model'),
  header(
    { a: entry('F8_E8M0', [16], 0, 16) },
    /stored as F8_E8M0/,
    'an exponent without a number',
    'unsupported-model',
  ),
  header({ a: entry('Q4_0', [32], 0, 16) }, /stored as Q4_0/, 'an unknown dtype', 'unsupported-model'),
  header(
    { a: entry('__proto__', [4], 0, 16) },
    /stored as __proto__/,
    'a dtype that is a name in JavaScript',
    'unsupported-model',
  ),
  header(
    { __metadata__: { a: 1 }, a: entry('F32', [4], 0, 16) },
    /value that is no text/,
    'metadata that are numbers',
  ),
  header(
    { __metadata__: ['a'], a: entry('F32', [4], 0, 16) },
    /__metadata__ is no JSON object/,
    'metadata that are a list',
  ),
  header(`{"a":${'['.repeat(100_000)}`, /nested more than/, 'a header nested 100,000 deep'),
  st(
    'five million values in a header',
    () => safetensors(`{"a":[${'0,'.repeat(5_000_000)}0]}`, four),
    /more than 4000000 values/,
  ),
]

const npyFile = (
  text: string,
  data: Uint8Array,
  says: RegExp,
  name: string,
  code: 'damaged-file' | 'unsafe-file' = 'damaged-file',
): CorpusCase => refused(name, 'broken.npy', npy(text, data), code, says)
const literal = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`
const npz = (
  name: string,
  array: Uint8Array,
  says: RegExp,
  code: 'damaged-file' | 'unsafe-file' = 'damaged-file',
  deflate = false,
): CorpusCase => refused(name, 'broken.npz', writeZip([{ name: 'w.npy', data: array, deflate }]), code, says)

const numpyFiles: readonly CorpusCase[] = [
  npyFile(
    literal('|O', '(1,)'),
    dumps(null),
    /array of Python objects/,
    'an array of objects',
    'unsafe-file',
  ),
  npz(
    'an archive with an array of objects',
    npy(literal('|O', '(1,)'), dumps(null)),
    /array of Python objects/,
    'unsafe-file',
  ),
  npyFile(literal('<f4', '(5,)'), four, /shape \[5\]/, 'a NumPy shape that claims too much'),
  npyFile(literal('<f4', '(3,)'), four, /shape \[3\]/, 'a NumPy shape that claims too little'),
  npyFile(
    literal('<f4', '(4294967296, 4294967296, 4)'),
    four,
    /shape/,
    'a NumPy shape whose product wraps round',
  ),
  npyFile(literal('<f4', '(-4,)'), four, /has the header/, 'a negative NumPy side'),
  npyFile(literal('<f4', '(4.0,)'), four, /has the header/, 'a NumPy side with a point'),
  npyFile(literal('<f4', '(__import__("os").system("x"),)'), four, /has the header/, 'code in a NumPy shape'),
  npyFile(
    `{'descr': __import__('os'), 'fortran_order': False, 'shape': (4,)}`,
    four,
    /has the header/,
    'code in a NumPy type',
  ),
  npyFile(
    `{'descr': '<f4', 'fortran_order': exit(), 'shape': (4,)}`,
    four,
    /has the header/,
    'code in a NumPy order',
  ),
  npyFile(
    `{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,)}`,
    four,
    /records of several fields/,
    'records of fields',
  ),
  npyFile(
    `{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (4,)}`,
    four,
    /has the header/,
    'a NumPy type given twice',
  ),
  npyFile(`{'descr': '<f4', 'shape': (4,)}`, four, /has the header/, 'a NumPy header without an order'),
  npyFile(
    `{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}`,
    four,
    /has the header/,
    'a NumPy header with more in it',
  ),
  npyFile(literal('<M8[ns]', '(2,)'), four, /has the header|of the type/, 'an array of dates'),
  npyFile(literal('<q9', '(4,)'), four, /of the type/, 'a NumPy type that does not exist'),
  npyFile(
    literal('constructor', '(4,)'),
    four,
    /has the header|of the type/,
    'a NumPy type that is a name in JavaScript',
  ),
  npyFile(literal('<f4', `(${'1, '.repeat(70)})`), floats(1), /70 axes/, 'a NumPy array of seventy axes'),
  npyFile(`{${' '.repeat(60000)}`, four, /has the header/, 'a NumPy header of blanks'),
  refused(
    'a NumPy header past the end',
    'broken.npy',
    concat([latin1('\x93NUMPY\x01\x00'), little(60000, 2), utf8('{ }')]),
    'damaged-file',
    /ends inside its header/,
  ),
  refused(
    'a NumPy header of 4 GB',
    'broken.npy',
    concat([latin1('\x93NUMPY\x02\x00'), little(0xffffffff, 4), utf8('{')]),
    'unsafe-file',
    /header of/,
  ),
  refused(
    'a NumPy file of format 9',
    'broken.npy',
    npy(literal('<f4', '(4,)'), four, 9),
    'damaged-file',
    /format 9/,
  ),
  refused(
    'a NumPy file of seven bytes',
    'broken.npy',
    latin1('\x93NUMPY\x01'),
    'damaged-file',
    /does not begin/,
  ),
  npz('a member that is no array', utf8('hello, world'), /does not begin/),
  npz('an empty member', new Uint8Array(0), /does not begin/),
  npz('a deflated member that is no array', utf8('hello, world'), /does not begin/, 'damaged-file', true),
  npz(
    'an array in an archive that claims too much',
    npy(literal('<f4', '(1000000,)'), four),
    /shape \[1000000\]/,
  ),
]

export const brokenArrays: readonly CorpusCase[] = [...safetensorsFiles, ...numpyFiles]

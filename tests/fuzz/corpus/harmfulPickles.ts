// Which pickles carry code? By every opcode that reaches a global: each opens, nothing runs, and the report names it.
import { concat, latin1 } from '../../tools/files/bytes.ts'
import { torchLegacy, torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  built,
  call,
  dict,
  dumps,
  global,
  object,
  ops,
  pickle,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { opens, refused, type CorpusCase, type Opened } from './case.ts'
import { equal, mapOf, tensorAt } from './look.ts'

const p2 = ops.proto(2)
const weights = tensor(storage('0', 4), 0, [2, 2], [2, 1])
const four = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer)

/** A pickle of any instructions in PyTorch's zip. */
const harmful = (
  name: string,
  instructions: (canary: string) => Uint8Array,
  inert: readonly string[],
  check?: Opened['check'],
): CorpusCase =>
  opens(name, 'harmful.pth', (canary) => torchZip(pickle(instructions(canary)), { 0: four }), check, inert)

const shell = (canary: string): string => `touch ${canary}`

/** Callables of published attacks and of scanners' blind spots: none is on any list here, and none needs to be. */
const callables: readonly (readonly [string, string])[] = [
  ['os', 'system'],
  ['posix', 'system'],
  ['nt', 'system'],
  ['subprocess', 'Popen'],
  ['subprocess', 'check_output'],
  ['builtins', 'eval'],
  ['builtins', 'exec'],
  ['builtins', 'compile'],
  ['builtins', 'open'],
  ['builtins', '__import__'],
  ['builtins', 'getattr'],
  ['builtins', 'map'],
  ['__builtin__', 'eval'],
  ['runpy', '_run_code'],
  ['pty', 'spawn'],
  ['timeit', 'timeit'],
  ['pip', 'main'],
  ['pydoc', 'pipepager'],
  ['bdb', 'Bdb'],
  ['asyncio.unix_events', '_UnixSubprocessTransport._start'],
  ['idlelib.run', 'Executive.runcode'],
  ['cProfile', 'runctx'],
  ['doctest', 'debug_script'],
  ['ensurepip', '_run_pip'],
  ['lib2to3.pgen2.pgen', 'ParserGenerator.make_label'],
  ['operator', 'attrgetter'],
  ['functools', 'partial'],
  ['importlib', 'import_module'],
  ['ctypes', 'CDLL'],
  ['socket', 'socket'],
  ['shutil', 'rmtree'],
  ['pickle', 'loads'],
  ['_pickle', 'loads'],
  ['marshal', 'loads'],
  ['types', 'CodeType'],
  ['types', 'FunctionType'],
  ['numpy', 'load'],
  ['numpy.testing._private.utils', 'runstring'],
  ['numpy.f2py.crackfortran', 'getlincoef'],
  ['torch', 'load'],
  ['torch.storage', '_load_from_bytes'],
  ['torch.serialization', 'load'],
  ['torch.hub', 'load'],
  ['torch.jit', 'load'],
  ['torch.utils._config_module', 'ConfigModule.load_config'],
  ['torch.utils.bottleneck.__main__', 'run_cprofile'],
  ['torch._dynamo.guards', 'GuardBuilder.get'],
  ['torch.fx.experimental.symbolic_shapes', 'ShapeEnv.evaluate_guards_expression'],
  ['torch.package', 'PackageImporter'],
  ['torch._utils', '_rebuild_tensor_v2.__globals__'],
  ['torch._utils', '_import_dotted_name'],
  ['cloudpickle.cloudpickle', '_make_function'],
  ['dill._dill', '_create_function'],
  ['joblib.numpy_pickle', 'NumpyArrayWrapper'],
  ['collections', 'namedtuple'],
  ['copyreg', 'add_extension'],
  ['_codecs', 'decode'],
  ['os\u200b', 'system'],
  ['', ''],
]

export const harmfulPickles: readonly CorpusCase[] = [
  ...callables.map(([module, name]) =>
    harmful(
      `${module}.${name} called by REDUCE is kept as data`,
      (canary) => dumps(call(module, name, shell(canary))),
      [`${module.replace('\u200b', '\\u200b')}.${name}`],
    ),
  ),
  harmful(
    'STACK_GLOBAL with names from the memo',
    (canary) =>
      pickle(
        ops.proto(4),
        ops.shortBinunicode('system'),
        ops.memoize,
        ops.pop,
        ops.shortBinunicode('os'),
        ops.binget(0),
        ops.stackGlobal,
        ops.shortBinunicode(shell(canary)),
        ops.tuple1,
        ops.reduce,
        ops.stop,
      ),
    ['os.system'],
  ),
  harmful(
    'INST, the opcode of protocol 0',
    (canary) => pickle(ops.mark, ops.unicode(shell(canary)), ops.inst('os', 'system'), ops.stop),
    ['os.system'],
  ),
  harmful(
    'OBJ, the opcode of protocol 1',
    (canary) =>
      pickle(ops.mark, ops.global('os', 'system'), ops.binunicode(shell(canary)), ops.obj, ops.stop),
    ['os.system'],
  ),
  harmful('NEWOBJ', (canary) => dumps(object('subprocess', 'Popen', [shell(canary)])), ['subprocess.Popen']),
  harmful(
    'NEWOBJ_EX with named arguments',
    (canary) =>
      pickle(
        ops.proto(4),
        py(global('subprocess', 'Popen')),
        py(tuple(shell(canary))),
        py(dict(['shell', true])),
        ops.newobjEx,
        ops.stop,
      ),
    ['subprocess.Popen'],
  ),
  harmful(
    'BUILD on an object with a __setstate__ of its own',
    (canary) => dumps(object('evil', 'Thing', [], dict(['command', shell(canary)]))),
    ['evil.Thing'],
  ),
  ...([ops.ext1(7), ops.ext2(700), ops.ext4(70000)] as const).map((extension, i) =>
    harmful(
      `an extension code of ${[1, 2, 4][i]} bytes`,
      (canary) => pickle(p2, extension, py(tuple(shell(canary))), ops.reduce, ops.stop),
      [`copyreg.extension ${[7, 700, 70000][i]}`],
    ),
  ),
  harmful(
    'a call whose result is thrown away',
    (canary) =>
      pickle(p2, py(call('os', 'system', shell(canary))), ops.pop, py(dict(['weight', weights])), ops.stop),
    ['os.system'],
    (container) => {
      equal(container.inert[0]?.where, '')
      equal([...tensorAt(container, 'weight').read()], [1, 2, 3, 4])
    },
  ),
  harmful(
    'a call whose result is thrown away with its mark',
    (canary) =>
      pickle(p2, ops.mark, py(call('os', 'system', shell(canary))), ops.popMark, ops.none, ops.stop),
    ['os.system'],
  ),
  harmful(
    'a global that is never used',
    () => pickle(p2, ops.global('os', 'system'), ops.pop, ops.none, ops.stop),
    ['os.system'],
  ),
  harmful('a call in the place of a key', (canary) => dumps(dict([call('os', 'system', shell(canary)), 1])), [
    'os.system',
  ]),
  harmful(
    'a call beside weights leaves the weights readable and says where it stands',
    (canary) =>
      dumps(
        dict(
          ['model', dict(['weight', weights])],
          ['args', dict(['x', call('os', 'system', shell(canary))])],
        ),
      ),
    ['os.system'],
    (container) => {
      equal(container.inert[0]?.where, 'args.x')
      equal([...tensorAt(container, 'model', 'weight').read()], [1, 2, 3, 4])
    },
  ),
  harmful(
    'a call of what a call returned',
    (canary) =>
      pickle(
        p2,
        py(call('builtins', 'getattr', global('os', 'path'), 'system')),
        py(tuple(shell(canary))),
        ops.reduce,
        ops.stop,
      ),
    ['os.path', 'builtins.getattr', 'builtins.getattr(…)'],
  ),
  harmful(
    'an allow-listed wrapper around a harmful function',
    (canary) =>
      dumps([
        call(
          'torch._tensor',
          '_rebuild_from_type_v2',
          global('os', 'system'),
          global('torch', 'Tensor'),
          tuple(shell(canary)),
          null,
        ),
        call('copyreg', '_reconstructor', global('posix', 'system'), global('builtins', 'object'), null),
      ]),
    ['os.system', 'torch._tensor._rebuild_from_type_v2', 'posix.system'],
  ),
  harmful(
    'a factory of a defaultdict',
    (canary) =>
      dumps(
        call(
          'collections',
          'defaultdict',
          call('functools', 'partial', global('os', 'system'), shell(canary)),
        ),
      ),
    ['os.system', 'functools.partial'],
  ),
  harmful(
    'hooks of a tensor',
    (canary) =>
      dumps(
        call(
          'torch._utils',
          '_rebuild_tensor_v2',
          storage('0', 4),
          0,
          tuple(4),
          tuple(1),
          true,
          call('os', 'system', shell(canary)),
        ),
      ),
    ['os.system'],
  ),
  harmful(
    'the attributes of an OrderedDict',
    (canary) =>
      dumps(
        built(call('collections', 'OrderedDict'), dict(['_metadata', call('os', 'system', shell(canary))])),
      ),
    ['os.system'],
  ),
  harmful(
    'names with escape sequences reach no terminal',
    () => dumps(call('\u001b[2Jos', 'sys\u0007tem\u202e', 'x\u001b]0;')),
    ['\\u001b[2Jos.sys\\u0007tem\\u202e'],
    (container) => {
      // eslint-disable-next-line no-control-regex
      if (/[\u0000-\u001f\u007f-\u009f\u202e]/.test(JSON.stringify(container.inert).replaceAll('\\\\', '')))
        throw new Error('a control character got through')
    },
  ),
  harmful(
    'more different names than a report can list',
    () => dumps(Array.from({ length: 300 }, (_, i) => global('module', `name${i}`))),
    Array.from({ length: 200 }, (_, i) => `module.name${i}`),
    (container) => equal(container.notices.length, 1),
  ),
  harmful(
    'keys that mean something to JavaScript are only keys',
    () =>
      dumps(
        dict(
          ['__proto__', dict(['polluted', true])],
          ['constructor', 1],
          ['toString', 2],
          ['hasOwnProperty', null],
        ),
      ),
    [],
    (container) => {
      equal([...mapOf(container.root).keys()], ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      equal((Object.prototype as { polluted?: boolean }).polluted, undefined)
      equal(({} as { polluted?: boolean }).polluted, undefined)
      equal(Object.getPrototypeOf(container.metadata), Object.prototype)
    },
  ),
  opens(
    'code in the model of a legacy file',
    'harmful-legacy.pth',
    (canary) => torchLegacy(dumps(call('os', 'system', shell(canary)))),
    undefined,
    ['os.system'],
  ),
  refused(
    'a bare pickle that calls a shell',
    'harmful.pkl.pth',
    () => dumps(call('os', 'system', 'touch x')),
    'not-a-checkpoint',
    /Python pickle that PyTorch did not write: it calls os\.system, and nothing was run/,
  ),
  refused(
    'a bare pickle in text opcodes',
    'harmful.txt.pth',
    () => latin1("cos\nsystem\n(S'touch x'\ntR."),
    'not-a-checkpoint',
    /calls os\.system, and nothing was run/,
  ),
  refused(
    'code in the first pickle of a legacy file',
    'harmful-magic.pth',
    () => torchLegacy(dumps(null), [], { magic: dumps(call('os', 'system', 'touch x')) }),
    'not-a-checkpoint',
    /Python pickle/,
  ),
  refused(
    'code in the version of a legacy file',
    'harmful-version.pth',
    () => torchLegacy(dumps(null), [], { version: call('os', 'system', 'touch x') }),
    'damaged-file',
    /format is not 1001/,
  ),
  refused(
    'code in the list of storages of a legacy file',
    'harmful-keys.pth',
    () => torchLegacy(dumps(null), [], { keys: [call('os', 'system', 'touch x')] }),
    'unsafe-file',
    /list of storages/,
  ),
  refused(
    'a stream that breaks after the harmful part',
    'broken.pth',
    () => torchZip(concat([p2, py(call('os', 'system', 'touch x'))])),
    'damaged-file',
    /claims 1 bytes where 0 are left/,
  ),
  refused(
    'a second pickle behind the first',
    'two.pth',
    () => torchZip(concat([dumps(null), dumps(call('os', 'system', 'touch x'))])),
    'unsafe-file',
    /follow the end of its pickle/,
  ),
  refused(
    'so many harmful calls that they cannot be meant',
    'many.pth',
    () => torchZip(pickle(p2, repeat(300_000, raw(ops.global('a', 'b'), ops.pop)), ops.none, ops.stop)),
    'unsafe-file',
    /more than 200000 times/,
  ),
]

function repeat(times: number, value: Python): Uint8Array {
  const bytes = py(value)
  const whole = new Uint8Array(times * bytes.length)
  for (let i = 0; i < times; i++) whole.set(bytes, i * bytes.length)
  return whole
}

// Which odd but honest files must open? Whole checkpoints, zips written otherwise, legacy files, safetensors, NumPy.
import { floats, utf8 } from '../../tools/files/bytes.ts'
import { npy, safetensors, torchLegacy, torchValue, torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  call,
  dict,
  dumps,
  global,
  object,
  ops,
  orderedDict,
  py,
  raw,
  storage,
  tensor,
  tuple,
  type Python,
} from '../../tools/files/pickleAssembler.ts'
import { writeZip } from '../../tools/files/zipWriter.ts'
import { opens, type CorpusCase } from './case.ts'
import { equal, mapOf, tensorAt } from './look.ts'
import { six } from './benignTools.ts'
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

export const benignFiles: readonly CorpusCase[] = [...trainings, ...others]

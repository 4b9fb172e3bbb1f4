// Which archives and legacy files break a rule? Records that disagree, names that lead out, bombs, bytes too many.
import { deflateRawSync } from 'node:zlib'
import { concat, floats, latin1, little, patched, utf8 } from '../../tools/files/bytes.ts'
import { torchLegacy, torchZip } from '../../tools/files/checkpointFiles.ts'
import {
  dict,
  dumps,
  global,
  py,
  raw,
  ops,
  storage,
  tensor,
  tuple,
} from '../../tools/files/pickleAssembler.ts'
import { writeZip, type Lies, type MemberToWrite } from '../../tools/files/zipWriter.ts'
import { refused, type CorpusCase } from './case.ts'

const damaged = (
  name: string,
  bytes: Uint8Array | (() => Uint8Array),
  says: RegExp,
  file = 'broken.pth',
): CorpusCase => refused(name, file, bytes, 'damaged-file', says)
const unsafe = (
  name: string,
  bytes: Uint8Array | (() => Uint8Array),
  says: RegExp,
  file = 'broken.pth',
): CorpusCase => refused(name, file, bytes, 'unsafe-file', says)

const model = dumps(dict(['weight', tensor(storage('0', 4), 0, [4], [1])]))
const four = floats(1, 2, 3, 4)
const good = torchZip(model, { 0: four })

/** The good archive with its second member, the storage, written otherwise. */
const edited = (edit: (member: MemberToWrite) => MemberToWrite, options = {}): Uint8Array =>
  torchZip(
    model,
    { 0: four },
    { edit: (member) => (member.name.endsWith('data/0') ? edit(member) : member), options },
  )
const lying = (
  where: 'local' | 'central' | 'descriptorLies',
  lies: Lies,
  more: Partial<MemberToWrite> = {},
): Uint8Array => edited((member) => ({ ...member, ...more, [where]: lies }))
const both = (lies: Lies): Uint8Array => edited((member) => ({ ...member, local: lies, central: lies }))
const named = (name: string): Uint8Array =>
  torchZip(model, { 0: four }, { extra: [{ name, data: utf8('x') }] })
const zip64Field = (...values: number[]): Uint8Array =>
  concat([little(1, 2), little(8 * values.length, 2), ...values.map((value) => little(value, 8))])

const archives: readonly CorpusCase[] = [
  unsafe('two names for one member', lying('local', { name: 'archive/data/1' }), /disagree about its name/),
  unsafe('two sizes for one member', lying('local', { bytes: 8 }), /disagree about its size/),
  unsafe('two packed sizes for one member', lying('local', { packed: 8 }), /disagree about its size/),
  unsafe('two checksums for one member', lying('local', { crc: 1 }), /disagree about its checksum/),
  unsafe('two sets of flags for one member', lying('local', { flags: 0x800 }), /disagree about its flags/),
  unsafe('two compressions for one member', lying('local', { method: 8 }), /disagree about its compression/),
  unsafe(
    'a descriptor with another size',
    lying('descriptorLies', { bytes: 8 }, { descriptor: 'signed' }),
    /disagree/,
  ),
  unsafe(
    'a descriptor with another checksum',
    lying('descriptorLies', { crc: 8 }, { descriptor: 'short' }),
    /disagree/,
  ),
  unsafe(
    'a wide descriptor with another size',
    lying('descriptorLies', { packed: 8 }, { descriptor: 'wide' }),
    /disagree/,
  ),
  unsafe('a promised descriptor that is missing', both({ flags: 8 }), /disagree/),
  unsafe('an encrypted member', both({ flags: 1 }), /encrypted/),
  unsafe('an encrypted directory', both({ flags: 0x2000 }), /encrypted/),
  unsafe('a patch in place of a member', both({ flags: 0x20 }), /patch/),
  damaged('compression that is neither stored nor deflated', both({ method: 12 }), /method 12/),
  unsafe('a stored member of two sizes', both({ bytes: 8 }), /has two sizes/),
  unsafe(
    'a storage shorter than its pickle says',
    torchZip(model, { 0: floats(1, 2, 3) }),
    /claims 4 elements/,
  ),
  unsafe(
    'two members of one name',
    torchZip(model, { 0: four }, { extra: [{ name: 'archive/data/0', data: four }] }),
    /two members/,
  ),
  unsafe(
    'two members whose names differ by case',
    torchZip(model, { 0: four }, { extra: [{ name: 'archive/DATA/0', data: four }] }),
    /two members/,
  ),
  unsafe('a second pickle', named('archive/sub/data.pkl'), /2 pickles/),
  unsafe('a second pickle in capitals', named('archive/sub/DATA.PKL'), /2 pickles/),
  unsafe('a second folder', named('other/version'), /outside the folder/),
  unsafe('a member that climbs out', named('archive/../../x'), /member called/),
  unsafe('an absolute member', named('/etc/passwd'), /member called/),
  unsafe('a member with a drive letter', named('C:x'), /member called/),
  unsafe('a member with backslashes', named('archive\\x'), /member called/),
  unsafe('a member with a zero in its name', named('archive/data.pkl\0.txt'), /member called/),
  unsafe('a member without a name', named(''), /member called/),
  unsafe(
    'a second name in Unicode',
    lying('central', {
      extra: concat([
        little(0x7075, 2),
        little(20, 2),
        Uint8Array.of(1),
        little(0, 4),
        utf8('archive/evil/xx'),
      ]),
    }),
    /two names/,
  ),
  damaged(
    'extra data that reach too far',
    lying('central', { extra: latin1('\x01\x00\xff\x00') }),
    /broken extra/,
  ),
  unsafe('a zip64 field that says otherwise', lying('central', { extra: zip64Field(8, 8) }), /zip64/),
  unsafe(
    'a zip64 field with numbers too many',
    lying('central', { bytes: 0xffffffff, packed: 0xffffffff, extra: zip64Field(16, 16, 3) }),
    /zip64/,
  ),
  unsafe(
    'two zip64 fields',
    lying('central', { extra: concat([zip64Field(16), zip64Field(16)]) }),
    /two zip64/,
  ),
  damaged(
    'a zip64 number that is missing',
    lying('central', { bytes: 0xffffffff, packed: 0xffffffff, extra: zip64Field(16) }),
    /lacks a zip64/,
  ),
  damaged(
    'a zip64 size beyond all files',
    lying('central', {
      bytes: 0xffffffff,
      extra: concat([little(1, 2), little(8, 2), little(2n ** 63n, 8)]),
    }),
    /more bytes than a file/,
  ),
  unsafe('overlapping members', lying('central', { offset: 0 }), /overlaps/),
  unsafe(
    'a member that starts past the end',
    lying('central', { offset: 0x7fffffff }),
    /belong to no member/,
  ),
  unsafe(
    'bytes before the archive',
    torchZip(model, { 0: four }, { options: { before: latin1('PK\x03\x04') } }),
    /belong to no member/,
  ),
  unsafe(
    'bytes after the archive',
    torchZip(model, { 0: four }, { options: { after: latin1('more') } }),
    /follow the end/,
  ),
  unsafe(
    'bytes between members and directory',
    torchZip(model, { 0: four }, { options: { gap: latin1('more') } }),
    /belong to no member/,
  ),
  unsafe(
    'an archive inside the comment',
    torchZip(model, { 0: four }, { options: { comment: good } }),
    /directory|follow the end|no member/,
  ),
  unsafe(
    'fewer members than the directory holds',
    torchZip(model, { 0: four }, { options: { end: { count: 1 } } }),
    /belong to no member/,
  ),
  damaged(
    'more members than the directory holds',
    torchZip(model, { 0: four }, { options: { end: { count: 9 } } }),
    /ends after/,
  ),
  unsafe(
    'a directory somewhere else',
    torchZip(model, { 0: four }, { options: { end: { directory: 3 } } }),
    /does not stand where/,
  ),
  unsafe('several volumes', torchZip(model, { 0: four }, { options: { end: { disk: 1 } } }), /volumes/),
  unsafe(
    'two end records that disagree',
    torchZip(model, { 0: four }, { options: { zip64: true, end64: { count: 1 } } }),
    /disagree/,
  ),
  unsafe(
    'a zip64 end with a directory elsewhere',
    torchZip(
      model,
      { 0: four },
      { options: { zip64: true, end: { directory: 0xffffffff }, end64: { directory: 2 ** 40 } } },
    ),
    /does not stand where/,
  ),
  damaged('an archive that breaks off', good.subarray(0, good.length - 60), /no end/),
  damaged('an archive of which only the beginning is there', good.subarray(0, 100), /no end/),
  damaged('a damaged pickle', patched(good, good.indexOf(0x80), latin1('\x81')), /checksum/),
  unsafe('a folder with bytes in it', named('archive/x/'), /holds bytes/),
  damaged(
    'a byte order that does not exist',
    torchZip(model, { 0: four }, { byteorder: 'middle' }),
    /byte order/,
  ),
  unsafe(
    'a claim to inflate beyond what deflate can',
    edited((member) => ({
      ...member,
      deflate: true,
      local: { bytes: 2 ** 31 },
      central: { bytes: 2 ** 31 },
    })),
    /claims to inflate/,
  ),
  damaged(
    'a deflated pickle that inflates to less',
    torchZip(
      model,
      { 0: four },
      {
        edit: (member) =>
          member.name.endsWith('.pkl')
            ? {
                ...member,
                deflate: true,
                local: { bytes: model.length + 1 },
                central: { bytes: model.length + 1 },
              }
            : member,
      },
    ),
    /inflate/,
  ),
  damaged(
    'a deflated pickle that inflates to more',
    torchZip(
      model,
      { 0: four },
      {
        edit: (member) =>
          member.name.endsWith('.pkl')
            ? { ...member, deflate: true, local: { bytes: 10 }, central: { bytes: 10 } }
            : member,
      },
    ),
    /inflate/,
  ),
  damaged(
    'a deflated pickle that is no deflate stream',
    torchZip(
      model,
      { 0: four },
      {
        edit: (member) =>
          member.name.endsWith('.pkl')
            ? { ...member, deflate: true, packedData: latin1('\xff\xff\xff\xff') }
            : member,
      },
    ),
    /inflate/,
  ),
  damaged(
    'bytes behind the end of a deflate stream',
    torchZip(
      model,
      { 0: four },
      {
        edit: (member) =>
          member.name.endsWith('.pkl')
            ? {
                ...member,
                deflate: true,
                packedData: concat([new Uint8Array(deflateRawSync(member.data)), latin1('more')]),
              }
            : member,
      },
    ),
    /inflates to/,
  ),
  unsafe(
    'a pickle of 100 MB in 100 KB',
    () =>
      torchZip(
        new Uint8Array(100 * 1024 * 1024),
        {},
        { edit: (member) => ({ ...member, deflate: member.name.endsWith('.pkl') }) },
      ),
    /would inflate|claims/,
  ),
  unsafe(
    'two hundred members that inflate a thousandfold',
    () =>
      torchZip(
        model,
        { 0: four },
        {
          extra: Array.from({ length: 200 }, (_, i) => ({
            name: `archive/data/x${i}`,
            data: zeros,
            deflate: true,
          })),
        },
      ),
    /would inflate/,
  ),
  refused(
    'a TorchScript program',
    'script.pt',
    torchZip(model, { 0: four }, { extra: [{ name: 'archive/constants.pkl', data: dumps(null) }] }),
    'not-a-checkpoint',
    /TorchScript/,
  ),
  refused(
    'an archive of other things',
    'stuff.zip',
    writeZip([{ name: 'readme.txt', data: utf8('hello') }]),
    'not-a-checkpoint',
    /without a checkpoint/,
  ),
  refused(
    'an archive with a checkpoint inside',
    'model.zip',
    writeZip([{ name: 'model.pth', data: good }]),
    'not-a-checkpoint',
    /checkpoints in it/,
  ),
  refused('an empty archive', 'empty.zip', writeZip([]), 'not-a-checkpoint', /empty zip/),
]

const zeros = new Uint8Array(1024 * 1024)
const legacyModel = dumps(dict(['weight', tensor(legacyStorage('a', 4), 0, [4], [1])]))

function legacyStorage(key: string, elements: number, window: Parameters<typeof tuple>[0] = null) {
  return raw(
    py(tuple('storage', global('torch', 'FloatStorage'), key, 'cpu', elements, window)),
    ops.binpersid,
  )
}
const legacy = torchLegacy(legacyModel, [{ key: 'a', count: 4, data: four }])

const legacyFiles: readonly CorpusCase[] = [
  unsafe(
    'a legacy storage of another size',
    torchLegacy(legacyModel, [{ key: 'a', count: 5, data: four }]),
    /5 elements where its pickle says 4/,
  ),
  unsafe(
    'a legacy storage of negative size',
    torchLegacy(legacyModel, [{ key: 'a', count: -4, data: four }]),
    /-4 elements/,
  ),
  damaged(
    'a legacy file that breaks off in a storage',
    legacy.subarray(0, legacy.length - 1),
    /ends before its storage/,
  ),
  damaged('a legacy file that breaks off in a pickle', legacy.subarray(0, 60), /claims|ends/),
  unsafe(
    'bytes behind the last legacy storage',
    torchLegacy(legacyModel, [{ key: 'a', count: 4, data: four }], { after: latin1('more') }),
    /follow its last storage/,
  ),
  damaged('a legacy storage that is not listed', torchLegacy(legacyModel, [], { keys: [] }), /is missing/),
  unsafe(
    'a legacy storage listed twice',
    torchLegacy(legacyModel, [
      { key: 'a', count: 4, data: four },
      { key: 'a', count: 4, data: four },
    ]),
    /one twice/,
  ),
  unsafe(
    'a legacy storage that the model does not have',
    torchLegacy(legacyModel, [{ key: 'b', count: 4, data: four }]),
    /does not have/,
  ),
  damaged('legacy storages that are no list', torchLegacy(legacyModel, [], { keys: 5 }), /list its storages/),
  damaged(
    'a legacy file of another version',
    torchLegacy(legacyModel, [], { version: 1002 }),
    /format is not 1001/,
  ),
  damaged('a legacy file without a system', torchLegacy(legacyModel, [], { system: 5 }), /computer/),
  damaged(
    'a legacy storage beside the model',
    torchLegacy(legacyModel, [], { keys: [legacyStorage('a', 4)] }),
    /beside the model/,
  ),
  damaged(
    'a part of a legacy storage that lies outside it',
    torchLegacy(dumps(legacyStorage('a', 4, tuple('v', 2, 3))), [{ key: 'a', count: 4, data: four }]),
    /lies outside/,
  ),
  damaged(
    'a legacy pickle that claims a gigabyte',
    torchLegacy(concat([ops.proto(2), latin1('X'), little(1_000_000_000, 4)])),
    /claims 1000000000/,
  ),
]

export const brokenArchives: readonly CorpusCase[] = [...archives, ...legacyFiles]

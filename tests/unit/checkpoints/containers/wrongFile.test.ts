// Is a file that is no checkpoint named as what it is, with what to give instead?
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { nameWrongFile, openContainer } from '../../../../src-main/checkpoints/containers/container.ts'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { concat, latin1, little, utf8 } from '../../../tools/files/bytes.ts'
import { call, dumps } from '../../../tools/files/pickleAssembler.ts'
import { writeZip } from '../../../tools/files/zipWriter.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()

function failureOf(path: string): Failure {
  try {
    openContainer(path).close()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error(`${path} opened`)
}

const after = (start: number, text: string): Uint8Array =>
  concat([new Uint8Array(start), latin1(text), new Uint8Array(64)])
const noise = Uint8Array.from({ length: 500 }, (_, i) => (i * 97 + 131) & 255)

const files: readonly (readonly [string, string, Uint8Array, RegExp, RegExp])[] = [
  ['an empty file', 'empty.pth', new Uint8Array(0), /is empty/, /again/],
  [
    'an HTML page',
    'model.pth',
    utf8('\n<!DOCTYPE html>\n<html><body>Sign in</body></html>'),
    /HTML page/,
    /download/i,
  ],
  ['an HTML page without a doctype', 'model.safetensors', utf8('<html lang="en">'), /HTML page/, /download/i],
  [
    'a Git LFS pointer',
    'model.safetensors',
    utf8('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
    /Git LFS pointer/,
    /git lfs pull/,
  ],
  ['a PNG', 'cat.png', concat([latin1('\x89PNG\r\n\x1a\n'), noise]), /PNG picture/, /image/],
  ['a JPEG called .pth', 'cat.pth', concat([latin1('\xff\xd8\xff\xe0'), noise]), /JPEG picture/, /image/],
  ['a GIF', 'cat.gif', concat([latin1('GIF89a'), noise]), /GIF picture/, /image/],
  ['a WebP', 'cat.webp', latin1('RIFF\x10\0\0\0WEBPVP8 ....'), /WebP picture/, /image/],
  ['a HEIC', 'cat.heic', latin1('\0\0\0\x18ftypheic........'), /HEIC/, /image/],
  ['a video', 'cat.mp4', latin1('\0\0\0\x18ftypisom........'), /video/, /checkpoint/],
  ['a PDF', 'paper.pdf', utf8('%PDF-1.7\n...'), /PDF/, /checkpoint/],
  [
    'an ONNX model',
    'model.onnx',
    concat([latin1('\x08\x08\x12\x07pytorch'), noise]),
    /ONNX/,
    /PyTorch weights/,
  ],
  [
    'an ONNX model called .bin',
    'model.bin',
    concat([latin1('\x08\x07\x12\x07pytorch\x1a\x051.13'), noise]),
    /ONNX/,
    /PyTorch weights/,
  ],
  ['a GGUF model', 'model.gguf', concat([latin1('GGUF\x03\0\0\0'), noise]), /GGUF/, /PyTorch weights/],
  [
    'a Keras model in HDF5',
    'tf_model.h5',
    concat([latin1('\x89HDF\r\n\x1a\n'), noise]),
    /HDF5/,
    /PyTorch weights/,
  ],
  [
    'a Keras model in a zip',
    'model.keras',
    writeZip([{ name: 'model.weights.h5', data: noise }]),
    /Keras/,
    /PyTorch weights/,
  ],
  [
    'a frozen TensorFlow graph',
    'graph.pb',
    concat([latin1('\n\x10'), noise]),
    /TensorFlow/,
    /PyTorch weights/,
  ],
  [
    'a part of a TensorFlow checkpoint',
    'model.ckpt.data-00000-of-00001',
    noise,
    /TensorFlow/,
    /PyTorch weights/,
  ],
  [
    'a TensorFlow Lite model',
    'model.tflite',
    latin1('\x1c\0\0\0TFL3........'),
    /TensorFlow Lite/,
    /PyTorch weights/,
  ],
  [
    'a Flax model',
    'flax_model.msgpack',
    concat([Uint8Array.of(0xde, 0, 1), noise]),
    /Flax/,
    /PyTorch weights/,
  ],
  ['a plain text', 'notes.txt', utf8('loss 0.5\nepoch 3\n'), /is a text/, /checkpoint/],
  ['a JSON text', 'config.json', utf8('{"hidden_size": 48}'), /JSON text/, /folder/],
  ['a tar archive', 'model.tar', after(257, 'ustar'), /tar archive/, /Unpack/],
  ['a gzip archive', 'model.pth.gz', new Uint8Array(gzipSync('x')), /gzip/, /Unpack/],
  ['a 7-Zip archive', 'model.7z', latin1('7z\xbc\xaf\x27\x1c....'), /7-Zip/, /Unpack/],
  [
    'an office document',
    'paper.docx',
    writeZip([{ name: '[Content_Types].xml', data: utf8('x') }]),
    /office/,
    /checkpoint/,
  ],
  ['a workspace', 'lab.emergence', utf8('SQLite format 3\0........'), /SQLite database/, /workspace/],
  ['a program', 'run.pth', concat([latin1('\x7fELF'), noise]), /program/, /checkpoint/],
  ['a script', 'run.pth', utf8('#!/bin/sh\nrm -rf x\n'), /program/, /checkpoint/],
  ['a file of zeros', 'model.pth', new Uint8Array(5000), /zeros/, /again/],
  ['noise', 'model.pth', noise, /no checkpoint that Emergence knows/, /safetensors/],
  ['noise called safetensors', 'model.safetensors', noise, /header claims/, /.*/],
  ['a bare pickle', 'model.pkl', latin1('\x80\x04}.'), /pickle that PyTorch did not write/, /torch\.save/],
  [
    'a bare pickle that calls a shell',
    'model.pth',
    dumps(call('os', 'system', 'touch x'), 4),
    /: it calls os\.system, and nothing was run\.$/,
    /Do not load it in Python/,
  ],
  [
    'one in text opcodes, as Linux names it',
    'model.pkl',
    latin1("cposix\nsystem\n(S'touch x'\ntR."),
    /pickle .*: it calls posix\.system \(os\.system\), and nothing was run\.$/,
    /Do not load it in Python/,
  ],
  [
    'one that breaks off',
    'model.pkl',
    dumps([call('os', 'system', 'touch x'), 1, 2]).subarray(0, -3),
    /it calls os\.system/,
    /Python/,
  ],
  [
    'one that calls much',
    'model.pkl',
    dumps(['a', 'b', 'c', 'd', 'e'].map((name) => call('evil', name))),
    /it calls evil\.a, evil\.b, evil\.c and 2 more, and nothing was run/,
    /Python/,
  ],
  ['one byte', 'model.pth', Uint8Array.of(0x80), /no checkpoint/, /safetensors/],
  ['the beginning of a zip', 'model.pth', latin1('PK\x03\x04'), /no end/, /again/],
  ['the beginning of a safetensors file', 'model.safetensors', little(5, 8), /has 8 bytes/, /again/],
]

describe('wrong files', () => {
  it.each(files)('%s is named', (_, name, bytes, says, hint) => {
    const failure = failureOf(folder.file(name, bytes))
    expect(failure.message).toMatch(says)
    expect(failure.message).toContain(name)
    expect(failure.message).toMatch(/^[^\n]*\.$/)
    expect(failure.hint).toMatch(hint)
  })
  it('are named without being opened, too', () => {
    expect(nameWrongFile(folder.file('a.png', latin1('\x89PNG\r\n\x1a\n')))).toMatchObject({
      code: 'not-a-checkpoint',
    })
    expect(nameWrongFile(join(folder.path, 'nothing')).message).toMatch(/does not exist/)
    expect(nameWrongFile(folder.path).message).toMatch(/is a folder/)
  })
})

describe('paths that are no files', () => {
  const name = (file: string): string => join(folder.path, file)
  const server = createServer()
  afterAll(() => server.close())

  it.each([
    ['nothing.pth', /does not exist/],
    ['nothing/at/all.pth', /does not exist/],
    ['with\0zero.pth', /is no path|does not exist/],
    ['x'.repeat(5000), /longer than a path/],
  ])('%j is refused', (file, says) => {
    const failure = failureOf(name(file))
    expect(failure).toMatchObject({ code: 'unreadable-file' })
    expect(failure.message).toMatch(says)
    expect(failure.message).not.toContain('\0')
  })
  it('a file taken for a folder is refused', () => {
    folder.file('plain', 'x')
    expect(failureOf(name('plain/model.pth')).hint).toMatch(/is a file, not a folder/)
  })
  it.skipIf(process.platform === 'win32')('a pipe is refused, and not waited for', () => {
    execFileSync('mkfifo', [name('pipe.pth')])
    expect(failureOf(name('pipe.pth')).message).toMatch(/is a pipe/)
  })
  it.skipIf(process.platform === 'win32')('a device is refused', () => {
    expect(failureOf('/dev/zero').message).toMatch(/is a device/)
    symlinkSync('/dev/zero', name('device.pth'))
    expect(failureOf(name('device.pth')).message).toMatch(/is a device/)
  })
  it.skipIf(process.platform === 'win32')('a socket is refused', async () => {
    await new Promise<void>((resolve) => server.listen(name('socket.pth'), resolve))
    expect(failureOf(name('socket.pth')).message).toMatch(/is a socket/)
  })
  it.skipIf(process.platform === 'win32')('a link to itself is refused', () => {
    symlinkSync('loop.pth', name('loop.pth'))
    expect(failureOf(name('loop.pth')).message).toMatch(/leads back to itself/)
  })
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a file without permission is refused',
    () => {
      chmodSync(folder.file('secret.pth', 'x'), 0)
      expect(failureOf(name('secret.pth')).message).toMatch(/may not be read/)
    },
  )
})

describe('folders without a model', () => {
  const folderWith = (name: string, ...files: string[]): string => {
    mkdirSync(join(folder.path, name), { recursive: true })
    for (const file of files) folder.file(join(name, file), 'x')
    return join(folder.path, name)
  }
  it.each([
    ['nothing', [], /is an empty folder/, /config\.json/],
    ['pictures', ['a.jpg', 'b.jpg'], /without a model/, /config\.json/],
    ['tensorflow', ['saved_model.pb'], /TensorFlow or Keras/, /PyTorch weights/],
    ['flax', ['flax_model.msgpack', 'config.json'], /Flax/, /PyTorch weights/],
    ['onnx', ['model.onnx'], /ONNX/, /PyTorch weights/],
    ['coreml', ['vit.mlmodel'], /Core ML/, /PyTorch weights/],
    ['pieces', ['__0_0.distcp'], /pieces of several processes/, /PyTorch weights/],
    ['runs', ['epoch-1.pth', 'epoch-2.pth'], /there are 2 checkpoints/, /epoch-1\.pth, epoch-2\.pth/],
  ] as const)('one with %s is named', (name, files, says, hint) => {
    const failure = failureOf(folderWith(name, ...files))
    expect(failure).toMatchObject({ code: 'not-a-checkpoint' })
    expect(failure.message).toMatch(says)
    expect(failure.hint).toMatch(hint)
  })
})

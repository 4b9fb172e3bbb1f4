// What is this file, if it is no checkpoint? Named as what it is, with what to give instead.
import { extname } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { namesOfPickle, neverRun } from './neverRun.ts'
import { fileFailure, openSource, type SourceFile } from './sourceFile.ts'
import type { ZipMember } from './zip.ts'

const weights = 'Give the PyTorch weights of the same model: a .pth or .safetensors file.'
const unpack = 'Unpack it and give the checkpoint inside.'
const picture = 'Give a checkpoint here; pictures go where an image is asked for.'

/** Kinds of file by their first bytes. */
const kinds: readonly {
  starts: readonly (string | readonly [number, string])[]
  what: string
  hint: string
}[] = [
  {
    starts: ['version https://git-lfs.github.com/spec/'],
    what: 'a Git LFS pointer, a note of three lines in place of the weights',
    hint: 'Run "git lfs pull" in its repository, or download the file itself.',
  },
  { starts: ['\x89PNG\r\n\x1a\n'], what: 'a PNG picture', hint: picture },
  { starts: ['\xff\xd8\xff'], what: 'a JPEG picture', hint: picture },
  { starts: ['GIF87a', 'GIF89a'], what: 'a GIF picture', hint: picture },
  { starts: ['II*\0', 'MM\0*'], what: 'a TIFF picture', hint: picture },
  { starts: ['BM'], what: 'a BMP picture', hint: picture },
  { starts: [[8, 'WEBP']], what: 'a WebP picture', hint: picture },
  {
    starts: [
      [4, 'ftypavif'],
      [4, 'ftyphei'],
      [4, 'ftypmif1'],
    ],
    what: 'a HEIC or AVIF picture',
    hint: picture,
  },
  {
    starts: [[4, 'ftyp'], '\x1a\x45\xdf\xa3', [8, 'AVI ']],
    what: 'a video',
    hint: 'Give a checkpoint file.',
  },
  { starts: ['ID3', 'OggS', [8, 'WAVE'], 'fLaC'], what: 'a sound file', hint: 'Give a checkpoint file.' },
  { starts: ['%PDF-'], what: 'a PDF document', hint: 'Give a checkpoint file.' },
  { starts: ['%!PS'], what: 'a PostScript document', hint: 'Give a checkpoint file.' },
  { starts: ['GGUF', 'ggml', 'lmgg', 'tjgg'], what: 'a GGUF or GGML model', hint: weights },
  { starts: ['\x89HDF\r\n\x1a\n'], what: 'an HDF5 file, as Keras and TensorFlow save models', hint: weights },
  { starts: [[4, 'TFL3']], what: 'a TensorFlow Lite model', hint: weights },
  { starts: [[257, 'ustar']], what: 'a tar archive', hint: unpack },
  { starts: ['\x1f\x8b'], what: 'a gzip archive', hint: unpack },
  { starts: ['BZh'], what: 'a bzip2 archive', hint: unpack },
  { starts: ['\xfd7zXZ\0'], what: 'an xz archive', hint: unpack },
  { starts: ['\x28\xb5\x2f\xfd'], what: 'a Zstandard archive', hint: unpack },
  { starts: ['7z\xbc\xaf\x27\x1c'], what: 'a 7-Zip archive', hint: unpack },
  { starts: ['Rar!'], what: 'a RAR archive', hint: unpack },
  {
    starts: ['SQLite format 3\0'],
    what: 'an SQLite database, as Emergence keeps its workspaces in',
    hint: 'Open it as a workspace; for a model give a checkpoint file.',
  },
  { starts: ['PAR1', 'ARROW1'], what: 'a table of data', hint: 'Give a checkpoint file.' },
  { starts: ['\x7fELF', 'MZ', '\xcf\xfa\xed\xfe', '#!'], what: 'a program', hint: 'Give a checkpoint file.' },
]

/**
 * The Failure for a file that no reader recognises, or for a path without one: what it is, and what to give instead.
 * Never reads more than the first bytes.
 */
export function nameWrongFile(path: string): Failure {
  let file
  try {
    file = openSource(path)
  } catch (error) {
    return error instanceof Failure ? error : fileFailure(path, error)
  }
  try {
    const head = file.read(0, Math.min(file.bytes, 4096))
    return wrongFile(file, head, null) ?? unknownFile(path)
  } catch (error) {
    return error instanceof Failure ? error : fileFailure(path, error)
  } finally {
    file.close()
  }
}

/** The same for a file whose first bytes, and members where it is a zip archive, are known; null for `.safetensors`. */
export function wrongFile(
  file: SourceFile,
  head: Uint8Array,
  members: readonly ZipMember[] | null,
): Failure | null {
  const { path, bytes } = file
  if (bytes === 0) return wrong(path, 'empty', 'Download or copy it again.')
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  if (members) return wrongArchive(path, members)
  for (const { starts, what, hint } of kinds)
    if (
      starts.some((start) =>
        typeof start === 'string' ? text.startsWith(start) : text.startsWith(start[1], start[0]),
      )
    )
      return wrong(path, what, hint)
  return wrongByLook(file, head, text) ?? (extname(path) === '.safetensors' ? null : unknownFile(path))
}

/** Kinds that have no signature of their own. */
function wrongByLook(file: SourceFile, head: Uint8Array, text: string): Failure | null {
  const { path } = file
  const extension = extname(path).toLowerCase()
  const start = text
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .slice(0, 200)
    .toLowerCase()
  if (/^(<!doctype html|<html|<head|<body|<!--)/.test(start))
    return wrong(
      path,
      'an HTML page, not the file it was saved as',
      'The download probably asked for a login or met an error; download the file again.',
    )
  if (start.startsWith('<?xml') || start.startsWith('<svg'))
    return wrong(path, 'an XML or SVG text', 'Give a checkpoint file.')
  if (extension === '.onnx' || isOnnx(text)) return wrong(path, 'an ONNX model', weights)
  if (
    extension === '.pb' ||
    extension === '.index' ||
    extension === '.meta' ||
    /\.data-\d{5}-of-\d{5}$/.test(path)
  )
    return wrong(path, 'a part of a TensorFlow model', weights)
  if (extension === '.msgpack') return wrong(path, 'a Flax model', weights)
  if (head.every((byte) => byte === 0))
    return wrong(
      path,
      'filled with zeros where it should begin',
      'The copy or the download broke off; fetch it again.',
    )
  const names = namesOfPickle(file)
  if (names) {
    const clause = neverRun(names)
    return wrong(
      path,
      `a Python pickle that PyTorch did not write${clause === null ? '' : `: it ${clause}`}`,
      clause === null
        ? 'Save its tensors with torch.save or as safetensors, in Python, if you trust it.'
        : 'Do not load it in Python unless you trust where it comes from; get the model as safetensors.',
    )
  }
  if (isText(head)) {
    if (start.startsWith('{') || start.startsWith('['))
      return wrong(path, 'a JSON text', 'Give the weights beside it, or the folder that holds both.')
    return wrong(path, 'a text', 'Give a checkpoint file.')
  }
  return null
}

function wrongArchive(path: string, members: readonly ZipMember[]): Failure {
  const names = members.map(({ name }) => name)
  const ends = (pattern: RegExp): boolean => names.some((name) => pattern.test(name))
  if (names.length === 0) return wrong(path, 'an empty zip archive', unpack)
  if (ends(/(^|\/)(model\.weights\.h5|saved_model\.pb)$/))
    return wrong(path, 'a TensorFlow or Keras model', weights)
  if (names.includes('[Content_Types].xml'))
    return wrong(path, 'an office document', 'Give a checkpoint file.')
  if (ends(/\.(pth|pt|ckpt|bin|safetensors|npz)$/i))
    return wrong(path, 'a zip archive with checkpoints in it', unpack)
  return wrong(path, 'a zip archive without a checkpoint', 'Give a checkpoint file, as torch.save writes it.')
}

/** ONNX is a protocol buffer: a small version, then the name of the program that wrote it. */
function isOnnx(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^\x08[\x01-\x14]\x12.(pytorch|tf2onnx|onnx|skl2onnx|keras2onnx|torch|paddle|ort|winml)/i.test(text)
}

/** UTF-8 without control characters. */
function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13)) return false
  try {
    // The last character may be cut off.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}

function unknownFile(path: string): Failure {
  return wrong(
    path,
    'no checkpoint that Emergence knows',
    'Give a PyTorch checkpoint (.pth, .pt, .ckpt), safetensors, .npz, or a Hugging Face folder.',
  )
}

function wrong(path: string, what: string, hint: string): Failure {
  return new Failure('not-a-checkpoint', `${path} is ${what}.`, hint)
}

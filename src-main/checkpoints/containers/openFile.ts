// How is one checkpoint file opened? Recognised by its bytes, never by its name.
import { basename, dirname } from 'node:path'
import { besideWeights, nothingBeside, type Beside } from './beside.ts'
import type { Candidate, Contents } from './reader.ts'
import { readers } from './readers.ts'
import { readSafetensors } from './safetensors.ts'
import { openSource, type SourceFile } from './sourceFile.ts'
import type { Container } from './stored.ts'
import { wrongFile } from './wrongFile.ts'
import { readZip, type ZipMember } from './zip.ts'

const headBytes = 4096

/** Opens a single file. Throws Failure. */
export function openFile(path: string): Container {
  const file = openSource(path)
  try {
    const contents = readContents(file)
    const beside = hasConfigBeside(file.name) ? besideWeights(dirname(path)) : nothingBeside
    const part = /-(\d{5})-of-(\d{5})\.\w+$/.exec(file.name)
    const notices =
      part && Number(part[2]) > 1
        ? [`${file.name} is one of ${Number(part[2])} parts of a model; open its folder for the whole of it.`]
        : []
    return assemble(path, [file], { ...contents, notices: [...notices, ...contents.notices] }, beside)
  } catch (error) {
    file.close()
    throw error
  }
}

/** Reads the index of an open file. Throws Failure, also where no reader recognises it. */
export function readContents(file: SourceFile): Contents {
  const head = file.read(0, Math.min(file.bytes, headBytes))
  let members: readonly ZipMember[] | null = null
  const isZip =
    head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5) && head[3] === head[2]! + 1
  const candidate: Candidate = { file, head, zip: () => (isZip ? (members ??= readZip(file)) : null) }
  const reader = readers.find((known) => known.recognises(candidate))
  if (reader) return reader.read(candidate)
  const failure = wrongFile(file, head, candidate.zip())
  if (failure) throw failure
  // Nothing is known of these bytes, but the name promises a format whose reader can say what is wrong with them.
  return readSafetensors(file)
}

/** A container of what its files hold. */
export function assemble(
  path: string,
  files: readonly SourceFile[],
  contents: Contents,
  beside: Beside,
): Container {
  return {
    format: contents.format,
    path,
    files: files.map((file) => ({ path: file.path, bytes: file.bytes })),
    metadata: contents.metadata,
    config: beside.config,
    preprocessor: beside.preprocessor,
    root: contents.root,
    inert: contents.inert,
    notices: [...contents.notices, ...beside.notices],
    close() {
      for (const file of files) file.close()
    },
  }
}

/** Hugging Face's own names: only beside these does a config.json speak of the weights. */
function hasConfigBeside(name: string): boolean {
  return /^(model|pytorch_model)\b.*\.(safetensors|bin)$/.test(basename(name))
}

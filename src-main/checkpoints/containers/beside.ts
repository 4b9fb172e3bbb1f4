// What do config.json and preprocessor_config.json beside the weights say?
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { limits } from './limits.ts'
import { damaged, openSource, unsafe } from './sourceFile.ts'

export interface Beside {
  readonly config: Readonly<Record<string, unknown>>
  readonly preprocessor: Readonly<Record<string, unknown>>
  /** What could not be read. */
  readonly notices: readonly string[]
}

export const nothingBeside: Beside = { config: {}, preprocessor: {}, notices: [] }

/** Reads Hugging Face's two files in `folder`; one that cannot be read is left out, with a notice. */
export function besideWeights(folder: string): Beside {
  const notices: string[] = []
  const read = (name: string): Record<string, unknown> => {
    const path = join(folder, name)
    if (!existsSync(path)) return {}
    try {
      return readJsonFile(path, limits.configBytes)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      notices.push(`${name} was left out: ${error.message}`)
      return {}
    }
  }
  return { config: read('config.json'), preprocessor: read('preprocessor_config.json'), notices }
}

/** A JSON object from a file of at most `most` bytes. Throws Failure. */
function readJsonFile(path: string, most: number): Record<string, unknown> {
  const file = openSource(path)
  try {
    if (file.bytes > most) throw unsafe(file.name, `its ${file.bytes} bytes are no settings`)
    const value: unknown = JSON.parse(new TextDecoder().decode(file.read(0, file.bytes)))
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw damaged(file.name, 'it is no JSON object')
    return value as Record<string, unknown>
  } catch (error) {
    if (error instanceof Failure) throw error
    throw damaged(file.name, 'it is not JSON')
  } finally {
    file.close()
  }
}

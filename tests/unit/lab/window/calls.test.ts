// Does every call of the protocol have its schema, its handler and its method in the client?
import { expect, test } from 'vitest'
import { jobs } from '../../../../src-main/engine/jobs.ts'
import { projectionJobs } from '../../../../src-main/projection/jobs.ts'
import { createLab } from '../../../../src-main/lab/lab.ts'
import { windowHandlers } from '../../../../src-main/lab/window/handlers.ts'
import type { WindowLab } from '../../../../src-main/lab/window/parts.ts'
import { calls, windowMay } from '../../../../src-shared/protocol/calls.ts'
import { hostCalls, hostOnlyCalls } from '../../../../src-shared/protocol/calls/host.ts'
import { createClient } from '../../../../src-shared/protocol/client.ts'

const carrier = { call: () => Promise.resolve(null) }
const host = { version: '', paths: true, dialogs: false, uploadLimit: 0 }
const plain = createLab({ engine: carrier, projection: carrier, resources: '', host }).handlers
const window = windowHandlers({} as WindowLab, { window: 'window 1', host: carrier })

test('every call has a schema, somebody who answers it, and a method in the client', () => {
  const client = createClient(carrier) as unknown as Record<string, unknown>
  for (const [name, schema] of Object.entries(calls)) {
    expect(schema.request, name).toBeDefined()
    expect(schema.result, name).toBeDefined()
    const answered = name in plain || name in window || name in hostOnlyCalls
    expect(answered, `nobody answers ${name}`).toBe(true)
    expect(typeof client[name], name).toBe('function')
  }
})

test('a window may make exactly the calls that the lab answers to windows', () => {
  expect([...windowMay].sort()).toEqual(Object.keys(window).sort())
  for (const name of Object.keys(hostOnlyCalls)) expect(windowMay.has(name)).toBe(false)
  for (const name of Object.keys(plain)) expect(windowMay.has(name)).toBe(false)
})

test('what the lab hands to the engine and to the projection they answer', () => {
  const own = new Set(['capabilities', 'models'])
  expect([...Object.keys(jobs), ...Object.keys(projectionJobs)].sort()).toEqual(
    Object.keys(plain)
      .filter((name) => !own.has(name))
      .sort(),
  )
})

test('what only a host can do is handed to the host, with the name of the window', async () => {
  const asked: unknown[] = []
  const handing = windowHandlers({} as WindowLab, {
    window: 'window 7',
    host: { call: (name, request) => Promise.resolve(asked.push([name, request])) },
  })
  const context = {
    signal: new AbortController().signal,
    event: () => undefined,
    item: () => Promise.resolve(),
  }
  for (const name of Object.keys(hostCalls)) await handing[name]!({ a: 1 }, context)
  expect(asked).toEqual(
    Object.keys(hostCalls).map((name) => [name, { window: 'window 7', request: { a: 1 } }]),
  )
})

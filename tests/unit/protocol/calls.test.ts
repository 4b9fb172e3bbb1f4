// Does every call have its schemas and its method, and are requests checked?
import { describe, expect, test } from 'vitest'
import { calls, checkRequest } from '../../../src-shared/protocol/calls.ts'
import { createClient } from '../../../src-shared/protocol/client.ts'

describe('every call', () => {
  test('has a method in the client that calls it by its own name', async () => {
    const called: string[] = []
    const client = createClient({ call: (name) => Promise.resolve(called.push(name)) })
    for (const method of Object.values(client)) await method({} as never)
    expect(called.sort()).toEqual(Object.keys(calls).sort())
    expect(Object.keys(client).sort()).toEqual(Object.keys(calls).sort())
  })

  test.each(Object.entries(calls))('%s has a schema of request and result', (_, call) => {
    expect(call.request.safeParse(undefined).success).toBe(false)
    expect(call.result.safeParse(undefined).success).toBe(false)
  })
})

describe('a request', () => {
  const settings = { device: 'auto', precision: 'exact' }
  const model = { name: 'x', overrides: {} }
  test('that fits is handed on', () => {
    expect(checkRequest('inspect', { model, stats: false })).toEqual({ model, stats: false })
  })
  test('that does not fit is refused with the value at fault', () => {
    expect(() => checkRequest('inspect', { model: { ...model, name: '' }, stats: false })).toThrow(
      /model\.name/,
    )
    expect(() =>
      checkRequest('look', {
        settings: { ...settings, device: 'quantum' },
        model,
        picture: { kind: 'path', path: 'x' },
        fit: 'native',
      }),
    ).toThrow(/settings\.device/)
  })
  test('of an unknown call is refused', () => {
    expect(() => checkRequest('constructor', {})).toThrow(/no call named/)
  })
})

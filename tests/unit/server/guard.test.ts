import { expect, test } from 'vitest'
import { createSessions, isLoopbackHost, refusal, sessionCookie } from '../../../src-main/server/guard.ts'

test.each(['localhost', 'localhost:8080', 'LOCALHOST:1', '127.0.0.1:43210', '[::1]:9', '[::1]'])(
  '%s is a loopback name',
  (host) => expect(isLoopbackHost(host)).toBe(true),
)

test.each([
  '',
  'evil.example',
  'evil.example:8080',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.2',
  '0.0.0.0:80',
  '192.168.0.7:80',
  'localhost:80@evil.example',
  'localhost:123456',
  'localhost, evil.example',
  '[::1].evil.example',
])('%s is no loopback name', (host) => expect(isLoopbackHost(host)).toBe(false))

const own = { host: 'localhost:5000' }
test('a visit and a request of the own page may pass', () => {
  expect(refusal({ method: 'GET', headers: own })).toBe('')
  expect(refusal({ method: 'POST', headers: { ...own, origin: 'http://localhost:5000' } })).toBe('')
  expect(refusal({ method: 'GET', headers: { ...own, origin: 'http://localhost:5000' } }, true)).toBe('')
})

test.each([
  ['another site', { ...own, origin: 'https://evil.example' }],
  ['another port of this computer', { ...own, origin: 'http://localhost:3000' }],
  ['another name of this computer', { ...own, origin: 'http://127.0.0.1:5000' }],
  ['another scheme', { ...own, origin: 'https://localhost:5000' }],
  ['a sandboxed frame', { ...own, origin: 'null' }],
  ['a name bound to loopback', { host: 'evil.example:5000', origin: 'http://evil.example:5000' }],
  ['a request without a Host', {}],
])('%s is refused, whatever it asks', (_, headers) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) expect(refusal({ method, headers })).not.toBe('')
  expect(refusal({ method: 'GET', headers }, true)).not.toBe('')
})

test('writing and sockets need an Origin, which every browser sends with them', () => {
  expect(refusal({ method: 'POST', headers: own })).not.toBe('')
  expect(refusal({ method: 'GET', headers: own }, true)).not.toBe('')
})

test('a picture asked for by another site is refused, a link that a person followed is not', () => {
  const cross = { ...own, 'sec-fetch-site': 'cross-site' }
  expect(
    refusal({ method: 'GET', headers: { ...cross, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } }),
  ).not.toBe('')
  expect(
    refusal({ method: 'GET', headers: { ...own, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' } }),
  ).not.toBe('')
  expect(
    refusal({
      method: 'GET',
      headers: { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    }),
  ).toBe('')
  expect(
    refusal({
      method: 'GET',
      headers: { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    }),
  ).not.toBe('')
})

test('a token opens one session, and only its cookie holds it', () => {
  const sessions = createSessions()
  const token = sessions.token()
  expect(sessions.redeem('guess')).toBeNull()
  const secret = sessions.redeem(token)!
  expect(sessions.redeem(token)).toBeNull()
  const holds = (cookie: string): boolean => sessions.holds({ method: 'GET', headers: { cookie } })
  const cookie = sessionCookie(secret)
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict/)
  expect(holds(cookie.split(';')[0]!)).toBe(true)
  expect(holds(`other=1; ${cookie.split(';')[0]}`)).toBe(true)
  expect(holds('emergence-session=guess')).toBe(false)
  expect(holds(`emergence-session=${token}`)).toBe(false)
  expect(holds('')).toBe(false)
})

// Who may speak to the browser host? Only a page that this host itself served, in a browser that holds the session.
//
// A hostile page in the same browser can send requests to loopback addresses. What stops it: the Host must be a
// loopback name (a foreign name that was bound to 127.0.0.1 is not), the Origin must be this host's own (a page of
// another site or port has its own), and the session cookie, which such a page cannot have sent along or read.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Asked {
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]'])

function only(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : ''
}

/** True for `localhost`, `127.0.0.1` and `[::1]` with any port: a tunnel may end at another than ours. */
export function isLoopbackHost(host: string): boolean {
  const match = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.exec(host)
  return match !== null && loopbackNames.has(match[1]!.toLowerCase())
}

/** Why a request is refused before anything else is looked at; empty where it may go on. */
export function refusal({ method, headers }: Asked, socket = false): string {
  const host = only(headers.host)
  if (!isLoopbackHost(host)) return 'The Host is not a loopback name.'
  const origin = headers.origin
  const isReading = (method === 'GET' || method === 'HEAD') && !socket
  if (origin === undefined) {
    if (!isReading) return 'The request names no Origin.'
  } else if (origin !== `http://${host}`) return 'The Origin is not this host.'
  // Browsers say where a request comes from; older ones do not, and are held by the other rules.
  const site = only(headers['sec-fetch-site'])
  const isVisit =
    isReading &&
    only(headers['sec-fetch-mode']) === 'navigate' &&
    only(headers['sec-fetch-dest']) === 'document'
  if (site && site !== 'same-origin' && site !== 'none' && !isVisit)
    return 'The request comes from another site.'
  return ''
}

export const cookieName = 'emergence-session'

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

export interface Sessions {
  /** A new one-time token. */
  token(): string
  /** Exchanges a token for the secret of a new session; null for one that is wrong or was used. */
  redeem(token: string): string | null
  /** True where a request carries the cookie of a session. */
  holds(asked: Asked): boolean
}

/** Sessions of this run; only digests of the secrets are kept. */
export function createSessions(): Sessions {
  const tokens: Buffer[] = []
  const sessions: Buffer[] = []
  const find = (list: Buffer[], secret: string): number => {
    const wanted = digest(secret)
    return list.findIndex((known) => timingSafeEqual(known, wanted))
  }
  return {
    token: () => {
      const token = randomBytes(24).toString('base64url')
      tokens.push(digest(token))
      return token
    },
    redeem: (token) => {
      const at = find(tokens, token)
      if (at < 0) return null
      tokens.splice(at, 1)
      const secret = randomBytes(32).toString('base64url')
      sessions.push(digest(secret))
      return secret
    },
    holds: ({ headers }) => {
      for (const pair of only(headers.cookie).split(';')) {
        const [name, value = ''] = pair.trim().split('=')
        if (name === cookieName && find(sessions, value) >= 0) return true
      }
      return false
    },
  }
}

/** The cookie that carries a session: never read by script, never sent along from another site. */
export function sessionCookie(secret: string): string {
  return `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`
}

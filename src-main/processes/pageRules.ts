// What may the page of a window do? The rules that both hosts send with it.

/** Nothing from elsewhere, no inline script, no frames, no plugins; pictures and videos also from the page's own memory. */
const policy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  // Plots and the contact sheet place things by style attributes; a style cannot run anything.
  'style-src-attr': "'unsafe-inline'",
  'font-src': "'self'",
  'img-src': "'self' blob: data:",
  // A dropped video that only the page's own player decodes; nothing is streamed from anywhere.
  'media-src': 'blob:',
  'worker-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** The headers of every answer to a page; `connect` says where it may open connections to. */
export function pageHeaders(connect: string): Record<string, string> {
  const rules = Object.entries({ ...policy, 'connect-src': connect })
  return {
    'Content-Security-Policy': rules.map(([name, value]) => `${name} ${value}`).join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=()',
    'Cache-Control': 'no-store',
  }
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** The media type of a file of the page by its ending. */
export function mediaType(path: string): string {
  const dot = path.lastIndexOf('.')
  return types[path.slice(dot).toLowerCase()] ?? 'application/octet-stream'
}

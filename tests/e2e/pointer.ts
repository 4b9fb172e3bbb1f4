// How does a test drop files as a person does, and wait for what it sees? Through the browser's own input, not the page's events.
import type { Locator, Page } from 'playwright-core'

/** Waits until something holds; the test fails with what was waited for. */
export async function waitUntil(
  holds: () => Promise<boolean>,
  what: string,
  timeout = 20_000,
): Promise<void> {
  const end = Date.now() + timeout
  for (;;) {
    if (await holds()) return
    if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Waits until the stage shows a map: its label then names the strongest patch. */
export function mapped(page: Page): Promise<void> {
  return waitUntil(
    async () =>
      / row \d+, column \d+, with /.test(
        (await page.locator('main .frame').first().getAttribute('aria-label')) ?? '',
      ),
    'a map on the stage',
    90_000,
  )
}

/**
 * Drags files of this computer over an element and drops them there, in the left third where two places share it. The drag is the browser's
 * (DevTools protocol, Input.dispatchDragEvent), so that the page gets real files with real paths.
 */
export async function dropFiles(page: Page, files: readonly string[], target: Locator): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const box = await target.boundingBox()
  if (!box) throw new Error('The place to drop on is not to be seen.')
  const at = { x: box.x + box.width / 3, y: box.y + box.height / 2 }
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  try {
    for (const type of ['dragEnter', 'dragOver', 'dragOver'] as const) {
      await session.send('Input.dispatchDragEvent', { type, ...at, data })
      // The places that take it are drawn now; the next event meets them.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(null))))
    }
    await session.send('Input.dispatchDragEvent', { type: 'drop', ...at, data })
  } finally {
    await session.detach()
  }
}

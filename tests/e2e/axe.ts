// What would axe say of the page as it stands? Every rule of WCAG 2.2 A and AA and the best practices.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
  }[]
}

/** Findings as lines to read: rule, what is wrong, where. Empty where there are none. */
export async function axeFindings(page: Page): Promise<string[]> {
  // A tip belongs to what the pointer happens to rest on and lies outside every landmark.
  if (await page.locator('.tip').isVisible()) {
    await page.mouse.move(0, 0)
    await page.locator('.tip').waitFor({ state: 'hidden' })
  }
  // Evaluated by the debugger, which the page's policy against foreign scripts does not bind.
  await page.evaluate(source)
  const { violations } = await page.evaluate(() =>
    (
      globalThis as unknown as { axe: { run(context: Document, options: object): Promise<AxeResult> } }
    ).axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${help} at ${target.join(' ')} (${(failureSummary ?? '').replace(/\s+/g, ' ')})`,
    ),
  )
}

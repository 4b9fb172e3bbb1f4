import { closeBrowser, newHome, testHosts } from './hosts.ts'
const kind = testHosts.find(({ name }) => name === 'browser')!
const home = newHome()
const host = await kind.open({ home, width: 1280, height: 800 })
const { page } = host
const t0 = performance.now()
const say = (w: string) => console.log(((performance.now() - t0) / 1000).toFixed(1), w)
try {
  await page.getByText('deit-tiny').first().waitFor()
  await page.keyboard.press('g'); await page.keyboard.press('m')
  await page.getByPlaceholder('Path of a folder, or of a table of embeddings').waitFor()
  await page.screenshot({ path: '/tmp/m0.png' })
  await page.getByPlaceholder('Path of a folder, or of a table of embeddings').fill(process.argv[2]!)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Make the map' }).and(page.locator(':enabled')).waitFor()
  say('listed')
  await page.screenshot({ path: '/tmp/m1.png' })
  await page.getByRole('button', { name: 'Make the map' }).click()
  await page.waitForTimeout(6000)
  await page.screenshot({ path: '/tmp/m2.png' })
  await page.getByText('Click a point').waitFor({ timeout: 200000 })
  say('mapped')
  await page.waitForTimeout(4000)
  await page.screenshot({ path: '/tmp/m3.png' })
} catch (e) { console.log(String(e).slice(0, 500)); await page.screenshot({ path: '/tmp/merr.png' }) }
console.log(host.complaints.slice(0, 10))
await host.close(); await closeBrowser()
process.exit(0)

// Do the hosts hold what they promise? Hardening seen from inside a page, bytes through both transports, kills.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { linkCode, type RoundTrip } from './link.ts'
import { closeBrowser, engineOf, labOf, newHome, testHosts, type OpenHost } from './hosts.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'emergence-e2e-files-'))
afterAll(async () => {
  await closeBrowser()
  rmSync(folder, { recursive: true, force: true })
})

const until = async <T>(look: () => T | Promise<T>, milliseconds = 15_000): Promise<T> => {
  const end = performance.now() + milliseconds
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const kind of testHosts) {
  if (kind.missing) console.warn(`The tests in ${kind.name} are left out: ${kind.missing}.`)
  describe.skipIf(kind.missing)(`in ${kind.name}`, () => {
    let host: OpenHost
    beforeAll(async () => {
      host = await kind.open({ home: newHome() })
      await host.page.getByText('deit-tiny').first().waitFor()
    })
    afterAll(() => host?.close())

    test('the page has no Node, no module loader and no way to run a string', async () => {
      const seen = await host.page.evaluate(async () => {
        const scope = globalThis as unknown as Record<string, unknown>
        const names = [
          'require',
          'module',
          'process',
          'Buffer',
          'global',
          '__dirname',
          'ipcRenderer',
          'electron',
        ]
        // In a task of the page's own: what a test evaluates itself is let through.
        const evaluated = await new Promise<string>((resolve) =>
          setTimeout(() => {
            try {
              new Function('return 1')()
              resolve('ran')
            } catch (error) {
              resolve((error as Error).name)
            }
          }),
        )
        return { present: names.filter((name) => scope[name] !== undefined), evaluated }
      })
      expect(seen.present).toEqual([])
      expect(seen.evaluated).toBe('EvalError')
    })

    test('inline script and script from elsewhere do not run', async () => {
      const ran = await host.page.evaluate(async () => {
        const inline = document.createElement('script')
        inline.textContent = 'window.ranInline = true'
        document.head.append(inline)
        const foreign = document.createElement('script')
        foreign.src = 'https://evil.example/x.js'
        const refused = new Promise((resolve) => {
          foreign.onerror = () => resolve('refused')
          foreign.onload = () => resolve('loaded')
        })
        document.head.append(foreign)
        return [(window as { ranInline?: boolean }).ranInline ?? false, await refused]
      })
      expect(ran).toEqual([false, 'refused'])
    })

    test('nothing is sent anywhere else', async () => {
      const sent = await host.page.evaluate(async () => {
        const tries = await Promise.allSettled([
          fetch('https://evil.example/'),
          fetch('http://127.0.0.1:9/'),
          fetch('file:///etc/passwd'),
        ])
        return tries.map(({ status }) => status)
      })
      expect(sent).toEqual(['rejected', 'rejected', 'rejected'])
    })

    test('navigation away and frames of other sites are refused', async () => {
      const before = host.page.url()
      await host.page.evaluate(() => {
        const frame = document.createElement('iframe')
        frame.src = 'https://evil.example/'
        document.body.append(frame)
        frame.remove()
      })
      if (host.app) {
        await host.page.evaluate(() => {
          location.href = 'https://evil.example/'
        })
        await host.page.evaluate(() => {
          location.href = 'file:///etc/passwd'
        })
        await new Promise((resolve) => setTimeout(resolve, 300))
        expect(host.page.url()).toBe(before)
      }
    })

    test('a picture is asked for by its id and by nothing else', async () => {
      const answers = await host.page.evaluate(async () => {
        const status = async (address: string): Promise<number> => (await fetch(address)).status
        return Promise.all([
          status('picture/..%2f..%2f..%2fetc%2fpasswd'),
          status('picture/%2fetc%2fpasswd'),
          status('picture/00000000-0000-4000-8000-000000000000%00'),
          status('../../etc/passwd'),
        ])
      })
      for (const status of answers) expect(status).toBe(404)
    })

    test('20 MB go to the lab and back, byte for byte', async () => {
      const seen = (await host.page.evaluate(
        `(async () => { ${await linkCode()}; return roundTrip(20e6) })()`,
      )) as RoundTrip
      console.info(`${kind.name}: 20 MB there and back in ${seen.seconds.toFixed(2)} s`)
      expect(seen.equal).toBe(true)
      expect(seen.bytes).toBe(20e6)
    })

    test('the page complains of nothing', () => {
      const ours = host.complaints.filter(
        (words) => !/evil\.example|127\.0\.0\.1:9|file:\/\/\/etc|404|inline|unsafe-eval/.test(words),
      )
      expect(ours).toEqual([])
    })
  })

  describe.skipIf(kind.missing)(`when something is killed in ${kind.name}`, () => {
    let host: OpenHost | null = null
    afterEach(async () => {
      await host?.close()
      host = null
    })
    const opened = async (home = newHome()): Promise<OpenHost> => {
      host = await kind.open({ home })
      await host.page.getByText('deit-tiny').first().waitFor()
      return host
    }

    test('the engine comes back, says so, and the window goes on looking', async () => {
      const { page } = await opened()
      const engine = (await until(() => engineOf(host!)))!
      process.kill(engine, 'SIGKILL')
      await page
        .getByText(/The engine ended/)
        .first()
        .waitFor()
      await until(() => {
        const now = engineOf(host!)
        return now !== undefined && now !== engine
      })
      await page.getByText('Chelsea the cat').first().waitFor()
    })

    test('the lab comes back with everything that was kept, and says so', async () => {
      const { page } = await opened()
      const lab = (await until(() => labOf(host!)))!
      process.kill(lab, 'SIGKILL')
      await until(() => {
        const now = labOf(host!)
        return now !== undefined && now !== lab
      })
      await page
        .getByText(/started again|was not closed last time/)
        .first()
        .waitFor()
      await page.getByText('deit-tiny').first().waitFor()
    })
  })
}

const electron = testHosts.find(({ name }) => name === 'electron')!
describe.skipIf(electron.missing)('the desktop app alone', () => {
  let host: OpenHost
  beforeAll(async () => {
    host = await electron.open({ home: newHome() })
    await host.page.getByText('deit-tiny').first().waitFor()
  })
  afterAll(() => host?.close())

  test('gives the page a port and the paths of files, and nothing else', async () => {
    const given = await host.page.evaluate(() => {
      const bridge = (window as unknown as { emergence: Record<string, unknown> }).emergence
      return { names: Object.keys(bridge).sort(), frozen: !Reflect.set(bridge, 'connect', 1) }
    })
    expect(given.names).toEqual(['connect', 'pathOf'])
  })

  test('runs its page in a sandbox, isolated, without Node anywhere', async () => {
    const preferences = await host.app!.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const all = contents.getLastWebPreferences()
      const names = [
        'sandbox',
        'contextIsolation',
        'nodeIntegration',
        'nodeIntegrationInWorker',
        'webSecurity',
        'webviewTag',
      ]
      return Object.fromEntries(names.map((name) => [name, all[name] ?? false]))
    })
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  test('refuses every permission but filling the screen', async () => {
    const states = await host.page.evaluate(async () => {
      const ask = async (work: () => Promise<unknown>): Promise<string> =>
        work().then(
          () => 'given',
          (error: Error) => error.name,
        )
      return {
        notifications: await Notification.requestPermission(),
        camera: await ask(() => navigator.mediaDevices.getUserMedia({ video: true })),
        place: await ask(
          () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
        ),
        clipboard: await ask(() => navigator.clipboard.readText()),
        midi: await ask(() => navigator.requestMIDIAccess({ sysex: true })),
      }
    })
    expect(states.notifications).toBe('denied')
    for (const state of [states.camera, states.place, states.clipboard, states.midi])
      expect(state).not.toBe('given')
  })

  test('refuses windows that the page opens', async () => {
    const opened = await host.page.evaluate(() => [
      window.open('about:blank'),
      window.open('file:///etc/passwd'),
      window.open('emergence://app/'),
    ])
    expect(opened).toEqual([null, null, null])
    expect(await host.app!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  test('brings its page back when it falls, with everything that was kept', async () => {
    const text = await host.app!.evaluate(
      ({ BrowserWindow }) =>
        new Promise<string>((resolve) => {
          const { webContents } = BrowserWindow.getAllWindows()[0]!
          const look = async (): Promise<void> => {
            const shown = String(await webContents.executeJavaScript('document.body.innerText'))
            if (shown.includes('deit-tiny') && shown.includes('ended unexpectedly')) resolve(shown)
            else setTimeout(() => void look(), 100)
          }
          webContents.once('did-finish-load', () => void look())
          setTimeout(() => webContents.forcefullyCrashRenderer(), 50)
        }),
    )
    expect(text).toContain('Everything that was shown as saved is there')
  })
})

describe.skipIf(electron.missing)('one instance of the desktop app', () => {
  test('takes files of a second start, and the second one ends', async () => {
    const home = newHome()
    const first = await electron.open({ home })
    try {
      await first.page.getByText('deit-tiny').first().waitFor()
      const photo = join(folder, 'a heron.jpg')
      writeFileSync(photo, readFileSync(join(root, 'resources', 'pictures', 'bear-night.jpg')))
      const second = electron.open({ home, files: [photo] })
      await expect(second).rejects.toThrow()
      await first.page.getByText('a heron').first().waitFor()
    } finally {
      await first.close()
    }
  })

  test('opens the files of its own command line', async () => {
    const photo = join(folder, 'an ibis.jpg')
    writeFileSync(photo, readFileSync(join(root, 'resources', 'pictures', 'coffee-cup.jpg')))
    const host = await electron.open({ home: newHome(), files: [photo] })
    try {
      await host.page.getByText('an ibis').first().waitFor()
    } finally {
      await host.close()
    }
  })
})

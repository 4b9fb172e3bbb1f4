// Where does the browser host begin? Arguments: JSON of port, workspace and whether to open the browser.
//
// It prints one line with the address, and another for each Enter at the terminal.
import { z } from 'zod'
import { toFailure } from '../../src-shared/protocol/errors.ts'
import { openBrowser } from './openBrowser.ts'
import { serve } from './server.ts'

const optionsSchema = z.object({
  port: z.int().min(0).max(65_535),
  workspace: z.string().optional(),
  open: z.boolean(),
  json: z.boolean(),
})

async function main(): Promise<void> {
  const { port, workspace, open, json } = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
  const host = await serve({ port, workspace, say: (words) => process.stderr.write(`${words}\n`) })
  const show = (): string => {
    const url = host.address()
    process.stdout.write(json ? `${JSON.stringify({ url })}\n` : `Emergence is at ${url}\n`)
    return url
  }
  const url = show()
  if (open && !(await openBrowser(host.address())))
    process.stderr.write(`No browser could be opened; open ${url} in one.\n`)
  let since = 0
  const end = (): void => {
    // A Ctrl-C may come twice, from the terminal and from the command; who asks again later does not want to wait.
    if (since > 0 && performance.now() - since > 500) process.exit(130)
    if (since > 0) return
    since = performance.now()
    void host.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  // Each address works once: Enter at the terminal asks for another.
  if (process.stdin.isTTY) process.stdin.on('data', () => show())
}

main().catch((thrown: unknown) => {
  const { message, hint } = toFailure(thrown)
  process.stderr.write(`${message}${hint ? ` ${hint}` : ''}\n`)
  process.exit(1)
})

// How long are the tasks of a page? Each one of its main thread, by the clock and by the processor.
import type { Page } from 'playwright-core'

export interface Task {
  readonly wall: number
  /** Milliseconds that the thread itself ran: what counts where others want the same cores. */
  readonly processor: number
}

/** Records every task of the page's main thread until the function it returns is called. */
export async function traceTasks(page: Page): Promise<() => Promise<Task[]>> {
  const session = await page.context().newCDPSession(page)
  type Entry = {
    name: string
    ph: string
    pid: number
    tid: number
    dur?: number
    tdur?: number
    args: { name?: string }
  }
  const entries: Entry[] = []
  session.on('Tracing.dataCollected', ({ value }) => entries.push(...(value as unknown as Entry[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] },
  })
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    const busiest = new Map<string, number>()
    const runs = entries.filter(({ name: what, ph }) => what.endsWith('RunTask') && ph === 'X')
    const mains = entries
      .filter(({ name: what, args }) => what === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`)
    for (const { pid, tid } of runs) {
      const key = `${pid} ${tid}`
      if (mains.includes(key)) busiest.set(key, (busiest.get(key) ?? 0) + 1)
    }
    const [main] = [...busiest].sort((a, b) => b[1] - a[1])[0] ?? ['']
    return runs
      .filter(({ pid, tid }) => `${pid} ${tid}` === main)
      .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, processor: tdur / 1000 }))
  }
}

/** A sentence on the tasks: how many, how many over 50 ms, the longest. */
export function tasksInWords(tasks: readonly Task[]): string {
  const longest = Math.max(0, ...tasks.map(({ processor }) => processor))
  return (
    `${tasks.length}; over 50 ms by the clock ${tasks.filter(({ wall }) => wall > 50).length}, ` +
    `by the processor ${tasks.filter(({ processor }) => processor > 50).length}; ` +
    `longest ${longest.toFixed(0)} ms of the processor`
  )
}

// What is known of a run now? Followed from what is stored into what comes; taken in once a frame, however much arrives.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Problem } from '../../../src-shared/domain/problem.ts'
import type { Pin, RunFacts, RunState } from '../../../src-shared/domain/run.ts'
import type { FollowItem } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { addRecords, emptyLog, interventions, type RunLog } from './log.ts'

export type Followed = ReturnType<typeof followRun>

/** The next frame, or a moment later where the page is not drawn. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 250)
    const frame = requestAnimationFrame(done)
    function done(): void {
      clearTimeout(timer)
      cancelAnimationFrame(frame)
      resolve()
    }
  })
}

/** Follows the run that `id` names, whichever it is at the time. Call while a component is set up. */
export function followRun(session: Session, id: () => string | null) {
  let log: RunLog = emptyLog()
  // The log is plain and grows in place; what is seen of it is made anew with every frame that brings something.
  let version = $state(0)
  const seen: RunLog = $derived({ ...log, version })
  let name = $state('')
  let state = $state<RunState | null>(null)
  let problem = $state.raw<Problem | null>(null)
  let facts = $state.raw<RunFacts | null>(null)
  let pins = $state.raw<readonly Pin[]>([])
  let live = $state(false)
  let failure = $state.raw<Failure | null>(null)
  let tries = $state(0)
  // How a run stands is told now and then; what was set is in its records at once.
  const known = $derived<RunFacts | null>(
    facts && {
      ...facts,
      settings: Object.assign(
        {},
        facts.settings,
        ...interventions(seen).map(({ set }) => set),
      ) as RunFacts['settings'],
    },
  )

  // The workspace changes often, which one it is seldom: only then is a run followed anew.
  const workspace = $derived(session.workspace.id)
  const lost = $derived(session.link === 'lost')
  $effect(() => {
    const run = id()
    void [workspace, tries]
    untrack(() => {
      log = emptyLog()
      version++
      name = ''
      state = problem = facts = failure = null
      pins = []
      live = false
    })
    if (run === null || lost) return
    const controller = new AbortController()
    void follow(run, controller.signal)
    return () => controller.abort()
  })

  async function follow(run: string, signal: AbortSignal): Promise<void> {
    let due: Promise<void> | null = null
    const mine = log
    const take = (item: FollowItem): Promise<void> | undefined => {
      if (signal.aborted) return undefined
      if (item.kind === 'records') {
        addRecords(mine, item.records)
        // All that comes within a frame is drawn at once, and what is not drawn is not asked for.
        due ??= nextFrame().then(() => {
          due = null
          if (!signal.aborted) version++
        })
        return due
      }
      if (item.kind === 'pins') pins = item.pins
      else if (item.kind === 'live') live = true
      else ({ name, state, problem, facts } = item)
      return undefined
    }
    try {
      await session.lab.followRun(run, take, signal)
    } catch (thrown) {
      if (signal.aborted) return
      const known = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
      if (known.code !== 'cancelled' && known.code !== 'engine-died') failure = known
    }
  }

  return {
    /** Another object whenever something came. */
    get log(): RunLog {
      return seen
    },
    get name() {
      return name
    },
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    get facts() {
      return known
    },
    get pins() {
      return pins
    },
    /** All that was stored has arrived. */
    get live() {
      return live
    },
    get failure() {
      return failure
    },
    retry() {
      tries++
    },
  }
}

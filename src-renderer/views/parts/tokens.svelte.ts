// Whose patch tokens are there? Each picture's pass is asked for once; the tokens go to the worker, the facts stay here.
import { untrack } from 'svelte'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { Lab, PatchItem, PatchesRequest } from '../../client/lab.ts'
import { linkWorker, type WorkerLink } from './workerLink.ts'

export interface PatchFacts extends Omit<PatchItem, 'tokens' | 'index'> {
  readonly key: string
  readonly bytes: number
}
export interface TokensWish {
  readonly request: PatchesRequest
  /** Tells readings of one checkpoint apart. */
  readonly stamp: string
}

/** Tokens of pictures that are no longer on show are kept up to so many bytes. */
const budget = 600e6

export function tokenKey({ request, stamp }: TokensWish, picture: string): string {
  const { model, size, fit, layer } = request
  return JSON.stringify([model, stamp, size, fit, layer, picture])
}

/** What outlives a tab: the worker with its tokens, and what is known of them. */
export interface Bench {
  readonly worker: WorkerLink
  readonly held: Map<string, PatchFacts>
}
const benches = new WeakMap<object, Bench>()

/** The bench of a lab; its worker starts with the first tab that needs it. */
export function benchOf(lab: object): Bench {
  let bench = benches.get(lab)
  if (!bench) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    bench = { worker: linkWorker(worker), held: new Map() }
    benches.set(lab, bench)
  }
  return bench
}

/** Follows the tokens that `wished` asks for. Call while a component is set up. */
export function watchTokens(
  lab: Pick<Lab, 'patches'>,
  { worker, held }: Bench,
  wished: () => TokensWish | null,
) {
  const problems = new Map<string, Failure>()
  let version = $state(0)
  let changes = 0
  const told = (): void => void (version = ++changes)
  let running = $state.raw<{ done: number; total: number } | null>(null)
  let problem = $state.raw<Failure | null>(null)
  let tries = $state(0)
  const words = $derived(JSON.stringify(wished()))

  $effect(() => {
    void tries
    const wish = JSON.parse(words) as TokensWish | null
    problem = null
    if (!wish) return
    const controller = new AbortController()
    untrack(() => void load(wish, controller.signal))
    return () => controller.abort()
  })

  async function load(wish: TokensWish, signal: AbortSignal): Promise<void> {
    const { pictures } = wish.request
    makeRoom(new Set(pictures.map((id) => tokenKey(wish, id))))
    let missing = pictures.filter((id) => !held.has(tokenKey(wish, id)) && !problems.has(tokenKey(wish, id)))
    const total = missing.length
    while (missing.length > 0) {
      running = { done: total - missing.length, total }
      let arrived = 0
      const asked = missing
      try {
        const take = ({ tokens, index, ...facts }: PatchItem): void => {
          if (signal.aborted) return
          const picture = asked[index]!
          const key = tokenKey(wish, picture)
          const own = tokens.slice()
          held.set(key, { ...facts, key, bytes: own.byteLength })
          worker.add(key, {
            width: facts.width,
            oneColour: facts.oneColour,
            picture: facts.identity,
            grid: facts.layout.grid,
            tokens: own,
          })
          arrived = index + 1
          running = { done: total - asked.length + arrived, total }
          told()
        }
        await lab.patches({ ...wish.request, pictures: asked }, take, signal)
        performance.mark('emergence:tokens')
        missing = []
      } catch (thrown) {
        if (signal.aborted) return
        const failure = thrown instanceof Failure ? thrown : new Failure('internal', String(thrown))
        // One picture that cannot be read does not stop the others.
        if (failure.code !== 'bad-picture' && failure.code !== 'unreadable-file') {
          problem = failure
          break
        }
        problems.set(tokenKey(wish, asked[arrived]!), failure)
        missing = asked.slice(arrived + 1)
        told()
      }
    }
    if (!signal.aborted) running = null
  }

  function makeRoom(wanted: ReadonlySet<string>): void {
    let sum = [...held.values()].reduce((total, { bytes }) => total + bytes, 0)
    const gone: string[] = []
    for (const [key, { bytes }] of held) {
      if (sum <= budget) break
      if (wanted.has(key)) continue
      sum -= bytes
      held.delete(key)
      gone.push(key)
    }
    if (gone.length > 0) worker.drop(gone)
  }

  return {
    /** Grows whenever a picture arrives or is refused. */
    get version() {
      return version
    },
    get running() {
      return running
    },
    /** What stopped the whole pass. */
    get problem() {
      return problem
    },
    facts(wish: TokensWish, picture: string): PatchFacts | null {
      void version
      return held.get(tokenKey(wish, picture)) ?? null
    },
    refused(wish: TokensWish, picture: string): Failure | null {
      void version
      return problems.get(tokenKey(wish, picture)) ?? null
    },
    retry() {
      problems.clear()
      tries++
    },
  }
}

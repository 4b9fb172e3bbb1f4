// How does a Parts tab ask its worker? Orders with numbers; of questions that pile up only the latest is asked.
import { Failure, type FailureCode } from '../../../src-shared/domain/failure.ts'
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import type { PatchGroups } from '../../../src-shared/analysis/clusters.ts'
import type { ClusterWish, FitWish, Fitted, HeldTokens } from './work.ts'
import type { Matched } from '../correspondence/match.ts'

export type Order = { readonly id: number } & (
  | { readonly kind: 'add'; readonly key: string; readonly tokens: HeldTokens }
  | { readonly kind: 'drop'; readonly keys: readonly string[] }
  | { readonly kind: 'fit'; readonly wish: FitWish }
  | { readonly kind: 'cluster'; readonly wish: ClusterWish }
  | { readonly kind: 'keep'; readonly tab: string; readonly basis: PartsBasis }
  | { readonly kind: 'remember'; readonly basis: PartsBasis; readonly keys: readonly string[] }
  | { readonly kind: 'match'; readonly first: string; readonly second: string; readonly foreground: boolean }
  | {
      readonly kind: 'similar'
      readonly from: string
      readonly patch: number
      readonly keys: readonly string[]
    }
)
export interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly problem?: { readonly code: FailureCode; readonly message: string; readonly hint: string }
}

/** What a worker is to the link. */
export interface Mate {
  postMessage(order: Order, move: Transferable[]): void
  addEventListener(name: 'message', listener: (event: { readonly data: Answer }) => void): void
  terminate(): void
}

export interface WorkerLink {
  /** The tokens move to the worker. */
  add(key: string, tokens: HeldTokens): void
  drop(keys: readonly string[]): void
  /** Null: a later wish came before this one was begun. */
  fit(wish: FitWish): Promise<Fitted | null>
  match(first: string, second: string, foreground: boolean): Promise<Matched | null>
  similar(from: string, patch: number, keys: readonly string[]): Promise<readonly Float32Array[] | null>
  cluster(wish: ClusterWish): Promise<PatchGroups | null>
  keep(tab: string, basis: PartsBasis): void
  remember(basis: PartsBasis, keys: readonly string[]): Promise<PartsBasis>
  close(): void
}

type Question = 'fit' | 'match' | 'similar' | 'cluster'
interface Waiting {
  readonly send: () => Promise<unknown>
  readonly settle: (value: unknown) => void
  readonly refuse: (problem: unknown) => void
}

export function linkWorker(mate: Mate): WorkerLink {
  let next = 0
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (problem: Failure) => void }>()
  const busy = new Map<Question, boolean>()
  const waiting = new Map<Question, Waiting>()

  mate.addEventListener('message', ({ data }) => {
    const asked = open.get(data.id)
    open.delete(data.id)
    if (!asked) return
    if (data.problem) asked.reject(new Failure(data.problem.code, data.problem.message, data.problem.hint))
    else asked.resolve(data.value)
  })

  function order(what: Parameters<typeof withId>[1], move: Transferable[] = []): Promise<unknown> {
    const id = next++
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject })
      mate.postMessage(withId(id, what), move)
    })
  }

  /** Asks at once where nothing of the kind is under way, else when that is done, unless another comes before. */
  function latest<T>(kind: Question, send: () => Promise<unknown>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const mine: Waiting = { send, settle: resolve as (value: unknown) => void, refuse: reject }
      if (!busy.get(kind)) return void begin(kind, mine)
      waiting.get(kind)?.settle(null)
      waiting.set(kind, mine)
    })
  }
  function begin(kind: Question, { send, settle, refuse }: Waiting): void {
    busy.set(kind, true)
    send()
      .then(settle, refuse)
      .finally(() => {
        busy.set(kind, false)
        const after = waiting.get(kind)
        waiting.delete(kind)
        if (after) begin(kind, after)
      })
  }

  return {
    add: (key, tokens) => void order({ kind: 'add', key, tokens }, [tokens.tokens.buffer as ArrayBuffer]),
    drop: (keys) => void order({ kind: 'drop', keys }),
    fit: (wish) => latest<Fitted>('fit', () => order({ kind: 'fit', wish })),
    match: (first, second, foreground) =>
      latest<Matched>('match', () => order({ kind: 'match', first, second, foreground })),
    similar: (from, patch, keys) =>
      latest<readonly Float32Array[]>('similar', () => order({ kind: 'similar', from, patch, keys })),
    cluster: (wish) => latest<PatchGroups>('cluster', () => order({ kind: 'cluster', wish })),
    keep: (tab, basis) => void order({ kind: 'keep', tab, basis }),
    remember: (basis, keys) => order({ kind: 'remember', basis, keys }) as Promise<PartsBasis>,
    close: () => mate.terminate(),
  }
}

type Unnumbered = Order extends infer One ? (One extends Order ? Omit<One, 'id'> : never) : never
const withId = (id: number, what: Unnumbered): Order => ({ ...what, id })

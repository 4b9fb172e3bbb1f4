// How does a video ask its worker? Orders with numbers, answered one after the other.
import type { PartsBasis } from '../../../src-shared/analysis/parts.ts'
import { Failure, type FailureCode } from '../../../src-shared/domain/failure.ts'
import type { HeldTokens } from '../parts/work.ts'
import type { BasisKind, BasisWish, PaintedFrame } from './work.ts'

type Asked =
  | { readonly kind: 'add'; readonly key: string; readonly tokens: HeldTokens }
  | { readonly kind: 'drop'; readonly keys: readonly string[] }
  | { readonly kind: 'fit'; readonly wish: BasisWish }
  | { readonly kind: 'paint'; readonly key: string; readonly basis: BasisKind }
export type Order = { readonly id: number } & Asked
export interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly problem?: { readonly code: FailureCode; readonly message: string; readonly hint: string }
}

/** What paints frames: a worker, or in tests the work itself. */
export interface FramePainter {
  /** The tokens move to the worker. */
  add(key: string, tokens: HeldTokens): void
  drop(keys: readonly string[]): void
  fit(wish: BasisWish): Promise<PartsBasis>
  paint(key: string, basis: BasisKind): Promise<PaintedFrame | null>
  close(): void
}

export function linkPainter(worker: Worker): FramePainter {
  let next = 0
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (problem: Failure) => void }>()
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asked = open.get(data.id)
    open.delete(data.id)
    if (data.problem) asked?.reject(new Failure(data.problem.code, data.problem.message, data.problem.hint))
    else asked?.resolve(data.value)
  })
  function order(what: Asked, move: Transferable[] = []): Promise<unknown> {
    const id = next++
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject })
      worker.postMessage({ ...what, id } satisfies Order, move)
    })
  }
  return {
    add: (key, tokens) => void order({ kind: 'add', key, tokens }, [tokens.tokens.buffer as ArrayBuffer]),
    drop: (keys) => void order({ kind: 'drop', keys }),
    fit: (wish) => order({ kind: 'fit', wish }) as Promise<PartsBasis>,
    paint: (key, basis) => order({ kind: 'paint', key, basis }) as Promise<PaintedFrame | null>,
    close: () => worker.terminate(),
  }
}

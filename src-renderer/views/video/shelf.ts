// What of a long video stays in memory? As much as a budget allows, what lies farthest from the frame on show goes first.

export interface Shelf<T> {
  get(frame: number): T | undefined
  has(frame: number): boolean
  /** Keeps a thing of so many bytes; others go where it takes more than there is room. */
  put(frame: number, thing: T, bytes: number): void
  drop(frame: number): void
  clear(): void
  frames(): number[]
  readonly bytes: number
}

/**
 * A shelf for things by frame. `near` says which frame is on show; frames that `pinned` names never go. `gone` is told of
 * everything that leaves.
 */
export function createShelf<T>(
  budget: number,
  near: () => number,
  gone: (thing: T, frame: number) => void = () => undefined,
  pinned: (frame: number) => boolean = () => false,
): Shelf<T> {
  const held = new Map<number, { thing: T; bytes: number }>()
  let sum = 0

  function drop(frame: number): void {
    const one = held.get(frame)
    if (!one) return
    held.delete(frame)
    sum -= one.bytes
    gone(one.thing, frame)
  }

  return {
    get: (frame) => held.get(frame)?.thing,
    has: (frame) => held.has(frame),
    put: (frame, thing, bytes) => {
      drop(frame)
      held.set(frame, { thing, bytes })
      sum += bytes
      while (sum > budget) {
        const at = near()
        // What was shown goes before what will be: playing runs forward.
        const away = (one: number): number => (one < at ? 2 * (at - one) : one - at)
        let farthest: number | null = null
        for (const one of held.keys())
          if (one !== frame && !pinned(one) && (farthest === null || away(one) > away(farthest)))
            farthest = one
        if (farthest === null) return
        drop(farthest)
      }
    },
    drop,
    clear: () => {
      for (const frame of [...held.keys()]) drop(frame)
    },
    frames: () => [...held.keys()],
    get bytes() {
      return sum
    },
  }
}

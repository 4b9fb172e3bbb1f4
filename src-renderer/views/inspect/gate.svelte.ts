// May this forward pass run at once? A heavy one is foretold first, and runs when a person says so.
import type { LookEstimate, LookRequest } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { heavyTokens } from './cost.ts'

export interface GateWish {
  readonly request: LookRequest | null
  readonly stamp: string
  readonly tokens: number
}

/** Follows whether a pass may run. Call while a component is set up. */
export function gateLook(session: Session, wish: () => GateWish) {
  let allowed = $state('')
  let estimate = $state.raw<LookEstimate | null>(null)
  const key = $derived.by(() => {
    const { request, stamp } = wish()
    return JSON.stringify([request, stamp])
  })
  const open = $derived.by(() => {
    const { request, stamp, tokens } = wish()
    if (request === null) return false
    return tokens < heavyTokens || allowed === key || session.looks.held(request, stamp) !== null
  })
  $effect(() => {
    const asking = key
    const { request } = wish()
    estimate = null
    if (!request || open) return
    void session.attempt(session.lab.estimateLook(request)).then((answer) => {
      if (!answer || asking !== key) return
      // What is neither slow nor large needs no question.
      if (answer.possible && !answer.warning && answer.seconds < 2) allowed = asking
      else estimate = answer
    })
  })
  return {
    get open() {
      return open
    },
    get estimate() {
      return estimate
    },
    allow() {
      allowed = key
    },
  }
}

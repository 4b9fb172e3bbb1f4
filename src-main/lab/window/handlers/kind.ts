// What does a handler of the window's calls have at hand?
import type { CallName } from '../../../../src-shared/protocol/calls.ts'
import type { Carrier, Handler } from '../../../../src-shared/protocol/client.ts'
import type { WindowLab } from '../parts.ts'

/** The window that asks, and the host that carries it. */
export interface Asking {
  readonly window: string
  readonly host: Carrier | null
}

/** Handlers of some calls, made for one window. */
export type HandlersOf<N extends CallName> = (
  lab: WindowLab,
  asking: Asking,
) => { readonly [Name in N]: Handler<Name> }

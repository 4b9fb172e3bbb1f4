// Does the file say how many heads its attention has? Where nothing tells, a person is asked before anything runs.
import { untrack } from 'svelte'
import type { ModelRow } from '../../client/lab.ts'
import type { Session } from '../../state/session.svelte.ts'
import { headChoices, headsUnknown } from '../model/describe.ts'

/** Follows whether the heads of a model are in doubt. Call while a component is set up. */
export function watchHeads(session: Session, row: () => ModelRow | undefined) {
  let unknown = $state(false)
  const words = $derived.by(() => {
    const now = row()
    return now && !now.problem ? JSON.stringify([now.id, now.overrides, now.network]) : ''
  })
  $effect(() => {
    const asking = words
    unknown = false
    if (asking === '') return
    const [id] = JSON.parse(asking) as [string]
    session.lab.inspection(id).then(
      (inspection) => {
        if (asking === untrack(() => words)) unknown = headsUnknown(inspection)
      },
      () => undefined,
    )
  })
  return {
    get unknown() {
      return unknown
    },
    /** Numbers that divide the width, with how wide a head then is. */
    get choices() {
      const width = row()?.spec?.width ?? 0
      return headChoices(width).map((heads) => ({ heads, width: width / heads }))
    },
    choose(heads: number) {
      const now = row()
      if (now) void session.attempt(session.lab.overrideModel(now.id, { ...now.overrides, heads }))
    },
  }
}

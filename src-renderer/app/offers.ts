// What would happen if it were dropped here? The view's own offer and the one of every view, two at most.
import { strings } from '../state/strings.ts'
import type { IconName } from '../ui/icons.ts'
import type { Dragged, DropOffer } from '../views/view.ts'

export interface Target {
  readonly id: string
  readonly icon: IconName
  readonly title: string
  readonly text: string
}

export const addTarget = 'add'

/** The places that would take what is dragged, in words. */
export function targetsFor(dragged: Dragged, offers: readonly DropOffer[]): Target[] {
  const targets: Target[] = []
  for (const offer of offers) {
    const words = offer.offer(dragged)
    if (words) targets.push({ id: offer.id, icon: offer.icon, ...words })
  }
  if (dragged.kind === 'files' && targets.length < 2) {
    const d = strings.drop
    const count = dragged.pictures + dragged.videos + dragged.others
    targets.push(
      targets.length === 0
        ? { id: addTarget, icon: 'folder-open', title: d.addAny, text: d.addAnyMore }
        : {
            id: addTarget,
            icon: dragged.pictures > 0 ? 'images' : 'plus',
            title: d.add(count),
            text: d.addMore,
          },
    )
  }
  return targets.slice(0, 2)
}

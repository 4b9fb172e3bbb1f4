// What is being dragged over the window, and what becomes of it? Files from outside and rows of the tree.
import type { Added } from '../client/lab.ts'
import { isWriting } from '../state/keys.ts'
import type { Session } from '../state/session.svelte.ts'
import type { Dragged, DropOffer } from '../views/view.ts'
import { bringFiles, placeFiles } from './bring.ts'
import { countKinds, droppedFiles } from './dropped.ts'
import { addTarget, targetsFor } from './offers.ts'

export interface DragWishes {
  offers(): readonly DropOffer[]
  /** The view of an offer wants the files of folders, not their places. */
  looksInto(id: string): boolean
  /** Shows files as they are where a view wants them so; `id` is the offer they were dropped on. False: none does. */
  claim(files: readonly File[], id: string): boolean
  /** Shows what was added where it belongs. */
  show(added: Added | null): void
  /** Nothing is open that could stay as it is. */
  isStart(): boolean
}

/** Follows drags over the window and pasted files; its functions are the window's listeners. */
export function followDrags(session: Session, wishes: DragWishes) {
  let dragging = $state.raw<Dragged | null>(null)
  const targets = $derived(dragging ? targetsFor(dragging, wishes.offers()) : [])
  // Entering an element comes before leaving its parent: only the count tells when the window is left.
  let depth = 0

  function end(): void {
    dragging = null
    depth = 0
  }

  async function takeFiles(transfer: DataTransfer | null, id: string): Promise<void> {
    if (!transfer) return
    const offer = wishes.offers().find((one) => one.id === id)
    const whole = session.capabilities.uploadLimit === null
    // Both lists are read before the event ends: a view looks into folders, the lab may take them as they are.
    const [all, files] = await Promise.all([
      droppedFiles(transfer, whole && !wishes.looksInto(id)),
      droppedFiles(transfer, whole),
    ])
    if (offer?.files) return offer.files(await placeFiles(session, files))
    if (wishes.claim(all, id)) return
    if (offer?.sources) {
      const sources = await placeFiles(session, files)
      if (sources.length > 0) offer.sources(sources)
      return
    }
    const added = await bringFiles(session, files)
    if (!added) return
    if (offer) {
      if (added.models.length > 0) offer.drop('model', added.models)
      if (added.pictures.length > 0) offer.drop('picture', added.pictures)
    } else if (id !== addTarget || wishes.isStart()) wishes.show(added)
  }

  return {
    get targets() {
      return targets
    },
    /** A row of the tree is being dragged. */
    row(kind: 'model' | 'picture', id: string): void {
      dragging = { kind, ids: [id], pictures: 0, videos: 0, others: 0 }
    },
    enter({ dataTransfer }: DragEvent): void {
      depth++
      if (!dragging && dataTransfer?.types.includes('Files'))
        dragging = { kind: 'files', ids: [], ...countKinds(dataTransfer.items) }
    },
    leave(): void {
      depth = Math.max(0, depth - 1)
      if (depth === 0) end()
    },
    over(event: DragEvent): void {
      if (!dragging || !event.dataTransfer) return
      event.preventDefault()
      event.dataTransfer.dropEffect = targets.length > 0 ? 'copy' : 'none'
    },
    end,
    /** Dropped on one of the targets. */
    drop(id: string, event: DragEvent): void {
      event.preventDefault()
      event.stopPropagation()
      const dragged = dragging
      if (!dragged) return
      performance.mark('emergence:drop')
      if (dragged.kind === 'files') void takeFiles(event.dataTransfer, id)
      else
        wishes
          .offers()
          .find((offer) => offer.id === id)
          ?.drop(dragged.kind, dragged.ids)
      end()
    },
    /** Dropped beside every target: a file must never replace the page. */
    dropBeside(event: DragEvent): void {
      event.preventDefault()
      if (dragging?.kind === 'files') void takeFiles(event.dataTransfer, '')
      end()
    },
    async paste(event: ClipboardEvent): Promise<void> {
      if (isWriting(event.target)) return
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      if (!wishes.claim(files, '')) wishes.show(await bringFiles(session, files))
    },
  }
}

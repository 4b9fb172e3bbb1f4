// What is a view? A folder that names itself, reads its settings with care, and draws a stage and an inspector.
import type { Component } from 'svelte'
import type { Source } from '../client/lab.ts'
import type { Command } from '../state/commands.ts'
import type { Session } from '../state/session.svelte.ts'
import type { IconName } from '../ui/icons.ts'

/** A tab as its view sees it. */
export interface TabHandle {
  readonly id: string
  readonly settings: Readonly<Record<string, unknown>>
  /** Changes settings as one step of undo; changes with the same key in quick succession are one. */
  change(change: Readonly<Record<string, unknown>>, key?: string): void
}

/** What a view's state must offer the shell; made while its component is set up. */
export interface ViewModel {
  readonly commands: readonly Command[]
  /** What a dropped file or row would do here; the shell adds what it can always do. */
  readonly drops: readonly DropOffer[]
  /** What is seen, in a sentence or two, for the presenter mode. */
  readonly caption?: string
  /** The space bar was let go. */
  release?(): void
}

/** A thing that may be dropped: a row of the tree, or files of which only their number and kind are known. */
export interface Dragged {
  readonly kind: 'model' | 'picture' | 'files'
  /** For rows of the tree. */
  readonly ids: readonly string[]
  /** For files: how many look like pictures, how many like videos, and how many like neither. */
  readonly pictures: number
  readonly videos: number
  readonly others: number
}

export interface DropOffer {
  readonly id: string
  readonly icon: IconName
  /** What will happen, in words; null where the offer does not take it. */
  offer(dragged: Dragged): { readonly title: string; readonly text: string } | null
  /** Takes dropped files as they lie, where they are not to become models and pictures first. */
  sources?(sources: readonly Source[]): void
  /** `ids` are of models or pictures that are in the workspace now. */
  drop(kind: 'model' | 'picture', ids: readonly string[]): void
  /** Takes files and folders as they are; without it they are added to the workspace and given to `drop`. */
  files?(sources: readonly Source[]): void
}

/** What a new tab is about, where it is known. */
export interface Subject {
  readonly models?: readonly string[]
  readonly picture?: string
  readonly layer?: number
}

export interface ViewDefinition<M extends ViewModel = ViewModel> {
  readonly id: string
  readonly title: string
  readonly icon: IconName
  /** The sequence that goes there; empty without one. */
  readonly keys: string
  /** True: the menu of new tabs offers it. */
  readonly offered: boolean
  /** Settings of a new tab about a subject. */
  start(session: Session, subject: Subject): Readonly<Record<string, unknown>>
  /** Settings that put another subject into an open tab. */
  take(subject: Subject): Readonly<Record<string, unknown>>
  /** What the tab is about, for its tip and for kept inspections. */
  describe(session: Session, settings: Readonly<Record<string, unknown>>): string
  /** The rows of the tree that the tab shows. */
  subjects(settings: Readonly<Record<string, unknown>>): readonly string[]
  /**
   * Settings that show files as they are, without their coming into the workspace; null where the view does not want them.
   * `asked`: they were dropped on an offer of this view's own name.
   */
  claim?(session: Session, files: readonly File[], asked: boolean): Readonly<Record<string, unknown>> | null
  create(session: Session, tab: TabHandle): M
  readonly Stage: Component<{ model: M }>
  readonly Inspector: Component<{ model: M }> | null
}

/**
 * A view's state with its commands and its caption, which are read anew whenever they are asked for. They are joined
 * here and not where the state is made, because they speak of that state.
 */
export function withCommands<M extends object>(
  model: M,
  commands: (model: M) => readonly Command[],
  caption?: (model: M) => string,
): M & Pick<ViewModel, 'commands' | 'caption'> {
  Object.defineProperty(model, 'commands', { get: () => commands(model) })
  if (caption) Object.defineProperty(model, 'caption', { get: () => caption(model) })
  return model as M & Pick<ViewModel, 'commands' | 'caption'>
}

/** A view for the registry, which does not know what its state is made of. */
export function defineView<M extends ViewModel>(definition: ViewDefinition<M>): ViewDefinition {
  return definition as unknown as ViewDefinition
}

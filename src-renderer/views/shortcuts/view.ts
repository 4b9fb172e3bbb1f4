// What is the Shortcuts view? Every key of every view in one overview.
import { strings } from '../../state/strings.ts'
import type { Session } from '../../state/session.svelte.ts'
import { defineView, type DropOffer } from '../view.ts'
import ShortcutsStage from './ShortcutsStage.svelte'

export const shortcutsView = defineView({
  id: 'shortcuts',
  title: strings.view.shortcuts,
  icon: 'keyboard',
  keys: '',
  offered: true,
  start: () => ({}),
  take: () => ({}),
  describe: () => '',
  subjects: () => [],
  create: (session: Session) => ({ session, commands: [], drops: [] as readonly DropOffer[] }),
  Stage: ShortcutsStage,
  Inspector: null,
})

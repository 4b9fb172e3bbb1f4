// What is the About view? Versions, diagnostics to copy, licences.
import { strings } from '../../state/strings.ts'
import type { Session } from '../../state/session.svelte.ts'
import { defineView, type DropOffer } from '../view.ts'
import AboutStage from './AboutStage.svelte'

export const aboutView = defineView({
  id: 'about',
  title: strings.view.about,
  icon: 'info',
  keys: '',
  offered: true,
  start: () => ({}),
  take: () => ({}),
  describe: () => '',
  subjects: () => [],
  create: (session: Session) => ({ session, commands: [], drops: [] as readonly DropOffer[] }),
  Stage: AboutStage,
  Inspector: null,
})

// What is the Settings view? How Emergence looks, computes and keeps.
import { strings } from '../../state/strings.ts'
import type { Session } from '../../state/session.svelte.ts'
import { defineView, type DropOffer } from '../view.ts'
import SettingsStage from './SettingsStage.svelte'

export const settingsView = defineView({
  id: 'settings',
  title: strings.view.settings,
  icon: 'settings',
  keys: '',
  offered: true,
  start: () => ({}),
  take: () => ({}),
  describe: () => '',
  subjects: () => [],
  create: (session: Session) => ({ session, commands: [], drops: [] as readonly DropOffer[] }),
  Stage: SettingsStage,
  Inspector: null,
})

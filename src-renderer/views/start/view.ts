// What is the Start view? A live result and the ways on; it stands where nothing else is open.
import { strings } from '../../state/strings.ts'
import { defineView } from '../view.ts'
import { createStart } from './start.svelte.ts'
import StartStage from './StartStage.svelte'

export const startView = defineView({
  id: 'start',
  title: strings.view.start,
  icon: 'scan-eye',
  keys: '',
  offered: false,
  start: () => ({}),
  take: () => ({}),
  describe: () => '',
  subjects: () => [],
  create: createStart,
  Stage: StartStage,
  Inspector: null,
})

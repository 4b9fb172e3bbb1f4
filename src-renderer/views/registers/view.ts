// What is the Registers & norms view? How long tokens are in every layer, and what a model with registers does about it.
import { strings } from '../../state/strings.ts'
import { defineView, withCommands, type ViewModel } from '../view.ts'
import { registersCommands } from './commands.ts'
import { explainRegisters } from './explain.ts'
import { createRegisters, type RegistersModel } from './registers.svelte.ts'
import RegistersPanel from './RegistersPanel.svelte'
import RegistersStage from './RegistersStage.svelte'
import { readRegistersSettings } from './settings.ts'

export const registersView = defineView<RegistersModel & ViewModel>({
  id: 'registers',
  title: strings.view.registers,
  icon: 'ruler',
  keys: 'G N',
  offered: true,
  start: (session, subject) => {
    const usable = session.workspace.models.filter((row) => !row.problem && row.spec)
    const asked = (subject.models ?? []).flatMap((id) => session.model(id) ?? [])
    const first = asked[0] ?? usable.find((row) => row.spec?.registers === 0) ?? usable[0]
    // Side by side where there is one with registers and one without, of one width: the pair that the paper shows.
    const beside = usable.find(
      (row) =>
        row.id !== first?.id &&
        row.spec?.width === first?.spec?.width &&
        row.spec?.registers !== first?.spec?.registers,
    )
    return {
      first: first?.id ?? null,
      second: (asked[1] ?? beside)?.id ?? null,
      picture: subject.picture ?? session.workspace.pictures.find((row) => !row.problem)?.id ?? null,
    }
  },
  take: ({ models, picture }) => ({
    ...(models?.[0] ? { first: models[0] } : {}),
    ...(models?.[1] ? { second: models[1] } : {}),
    ...(picture ? { picture, patch: null } : {}),
  }),
  describe: (session, kept) => {
    const { first, second, picture } = readRegistersSettings(kept)
    return [session.picture(picture)?.name, session.model(first)?.name, session.model(second)?.name]
      .filter(Boolean)
      .join(' · ')
  },
  subjects: (kept) => {
    const { first, second, picture } = readRegistersSettings(kept)
    return [first, second, picture].filter((id): id is string => id !== null)
  },
  create: (session, tab) =>
    withCommands(createRegisters(session, tab), registersCommands, (model) =>
      explainRegisters(model).what.join(' ').replaceAll('**', ''),
    ),
  Stage: RegistersStage,
  Inspector: RegistersPanel,
})

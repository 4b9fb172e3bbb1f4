// Which model is looked through? The menu of those of the workspace, and of the networks in the chosen file.
import type { Session } from '../../state/session.svelte.ts'
import { backboneName } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { openMenu } from '../../ui/menu.svelte.ts'

/** Opens the menu at a control. */
export function chooseModelMenu(
  session: Session,
  chosen: string | null,
  choose: (id: string) => void,
  at: HTMLElement,
): void {
  const row = session.model(chosen)
  openMenu(
    strings.inspect.noModel,
    [
      ...session.workspace.models.map((one) => ({
        id: one.id,
        text: one.name,
        remark: one.spec ? backboneName(one.spec) : '',
        checked: one.id === chosen,
        disabled: one.problem !== null,
        run: () => choose(one.id),
      })),
      ...(row && row.networks.length > 1
        ? row.networks.map((network, index) => ({
            id: `network ${network}`,
            text: network,
            remark: index === 0 ? strings.model.network : '',
            apart: index === 0,
            checked: network === row.network,
            run: () => void session.attempt(session.lab.overrideModel(row.id, { ...row.overrides, network })),
          }))
        : []),
    ],
    at,
  )
}

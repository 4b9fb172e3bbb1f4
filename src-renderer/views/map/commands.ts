// What do keys do on the map? Tools, the selection, colours, and what leaves the window.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { nextOf } from '../inspect/settings.ts'
import { exportMenu } from './exports.ts'
import type { MapModel } from './map.svelte.ts'

const s = strings.map
const c = strings.map.command

/** The commands of one Map tab, as they stand now. */
export function mapCommands(model: MapModel): readonly Command[] {
  const { settings, row, scene } = model
  const there = row !== null && model.read !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `map.${id}`, text, keys, icon, group: 'inspect', enabled: there, run, ...more })
  const colours = ['class', 'label', 'agreement', 'one'] as const
  return [
    command('pointer', c.tool(s.tools.pointer), ['V'], 'mouse-pointer-2', () =>
      model.change({ tool: 'pointer' }),
    ),
    command('lasso', c.tool(s.tools.lasso), ['L'], 'lasso', () => model.change({ tool: 'lasso' })),
    command('box', c.tool(s.tools.box), ['B'], 'square-dashed', () => model.change({ tool: 'box' })),
    command('fit', s.fit, ['F'], 'maximize', () => scene?.fly(scene.home(), 240)),
    command('fly', s.fly, ['Shift+F'], 'maximize', () => scene?.flyToItems(model.selection, 240), {
      enabled: model.selection.length > 0,
    }),
    command('colours', c.colour, ['C'], 'orbit', () =>
      model.change({ colour: nextOf(colours, colours.find((one) => one === settings.colour) ?? 'one') }),
    ),
    command('names', c.names, [], 'tag', () => model.change({ names: !settings.names })),
    command('flat', c.flat, [], 'rotate-3d', () =>
      model.project({ dims: model.projection.dims === 2 ? 3 : 2 }),
    ),
    command('all', s.all, ['Mod+A'], 'square-dashed', () => {
      const shown: number[] = []
      for (let at = 0; at < model.count; at++)
        if (model.visible(at) && (!model.matches || model.matches[model.itemOf(at)] === 1)) shown.push(at)
      model.select(Int32Array.from(shown))
    }),
    command(
      'clear',
      c.clear,
      ['Escape'],
      'x',
      () => {
        if (model.selection.length > 0) model.select(new Int32Array())
        else if (model.point !== null) model.pick(null)
        else return false
      },
      { enabled: model.selection.length > 0 || model.point !== null },
    ),
    command('inspect', c.inspect, ['Enter'], 'scan-eye', () => void model.openPoint(), {
      enabled: model.point !== null && model.dataSet?.pictures === true,
    }),
    command('swap', c.swap, ['X'], 'columns-2', () => void model.glide(), { enabled: model.other !== null }),
    command('retrieve', s.retrieve, [], 'search', () => void model.retrieve(), {
      enabled: model.selection.length > 0,
    }),
    command('twin', strings.command.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    ...exportMenu(model).map((item) =>
      command(`export.${item.id}`, item.text, item.id === 'png' ? ['Mod+E'] : [], 'save', () => item.run(), {
        also: ['export', 'save'],
      }),
    ),
  ]
}

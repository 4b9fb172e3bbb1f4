// What do keys do in Correspondence? The threshold, the number of lines, the asked patch, keypoints, figures.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import type { CorrespondenceModel } from './correspondence.svelte.ts'
import { copyFigure, saveCsv, saveFigure, saveJson } from './exports.ts'
import { mostPairs } from './settings.ts'

const s = strings.command
const c = strings.correspondence.command
const round = (value: number): number => Math.round(value * 100) / 100

/** The commands of one Correspondence tab, as they stand now. */
export function correspondenceCommands(model: CorrespondenceModel): readonly Command[] {
  const { settings, spec } = model
  const enabled = model.matched !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `correspondence.${id}`, text, keys, icon, group: 'study', enabled, run, ...more })
  const least = (step: number) => () =>
    model.change(
      {
        least: round(
          Math.min(1, Math.max(model.scale.low, Math.max(model.scale.low, settings.least) + step)),
        ),
      },
      'least',
    )
  const most = (factor: number) => () =>
    model.change(
      { most: Math.min(mostPairs, Math.max(1, Math.round(settings.most * factor + (factor > 1 ? 1 : 0)))) },
      'most',
    )
  const layerBy = (step: number) => () => {
    if (!spec) return false
    const next = Math.min(spec.depth - 1, Math.max(0, model.layer + step))
    if (next !== model.layer) model.change({ layer: next }, 'layer')
  }
  const move = (down: number, across: number) => () => model.step(down, across)
  return [
    command('less', c.less, [','], 'git-compare', least(-0.02)),
    command('more', c.more, ['.'], 'git-compare', least(0.02)),
    command('fewer', c.fewer, ['['], 'git-compare', most(0.8)),
    command('manier', c.manier, [']'], 'git-compare', most(1.25)),
    command('layerUp', s.layerUp, ['ArrowUp'], 'git-compare', layerBy(1), { enabled: spec !== null }),
    command('layerDown', s.layerDown, ['ArrowDown'], 'git-compare', layerBy(-1), { enabled: spec !== null }),
    command('foreground', c.foreground, ['O'], 'git-compare', () =>
      model.change({ foreground: !settings.foreground }),
    ),
    command('ask', c.ask, ['V'], 'git-compare', () => model.change({ tool: 'ask' })),
    command('keypoint', c.keypoint, ['K'], 'map-pin', () => model.change({ tool: 'keypoint' })),
    command('moveUp', s.movePatch, ['Alt+ArrowUp'], 'git-compare', move(-1, 0), { keysOnly: true }),
    command('moveDown', s.movePatch, ['Alt+ArrowDown'], 'git-compare', move(1, 0), { keysOnly: true }),
    command('moveLeft', s.movePatch, ['Alt+ArrowLeft'], 'git-compare', move(0, -1), { keysOnly: true }),
    command('moveRight', s.movePatch, ['Alt+ArrowRight'], 'git-compare', move(0, 1), { keysOnly: true }),
    command('other', c.other, ['Q'], 'git-compare', () => model.turn()),
    command(
      'place',
      c.place,
      ['Shift+K'],
      'map-pin',
      () => {
        if (!settings.pin) return false
        model.place(settings.pin)
      },
      { enabled: enabled && settings.pin !== null },
    ),
    command('heat', c.heat, ['H'], 'git-compare', () => model.change({ heat: !settings.heat })),
    command('clear', c.clear, [], 'x', () => model.change({ pin: null }), { enabled: settings.pin !== null }),
    command('clearKeypoints', c.clearKeypoints, [], 'x', () => model.change({ keypoints: [] }), {
      enabled: settings.keypoints.length > 0,
    }),
    command('swap', c.swap, ['X'], 'shuffle', () => model.swap()),
    command('twin', s.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    command(
      'alone',
      s.alone,
      ['Space'],
      'image',
      () => {
        model.alone = true
      },
      { keysOnly: true },
    ),
    command('copyFigure', s.copyFigure, ['Mod+Shift+C'], 'copy', () => void copyFigure(model)),
    command('savePng', s.savePng, ['Mod+E'], 'save', () => void saveFigure(model, 'png'), {
      also: ['export'],
    }),
    command('saveSvg', s.saveSvg, [], 'save', () => void saveFigure(model, 'svg'), { also: ['export'] }),
    command('savePdf', s.savePdf, [], 'save', () => void saveFigure(model, 'pdf'), { also: ['export'] }),
    command('saveCsv', strings.correspondence.saveCsv, [], 'table', () => void saveCsv(model), {
      also: ['export'],
    }),
    command('saveJson', strings.correspondence.saveJson, [], 'table', () => void saveJson(model), {
      also: ['export'],
    }),
  ]
}

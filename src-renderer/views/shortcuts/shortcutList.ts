// Which shortcuts are there, as people look for them? One table for the overview; a test holds it against the commands.
import type { CommandGroup } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'

const s = strings.command
const c = strings.correspondence.command
const r = strings.registers.command
const p = strings.predict.command
const t = strings.train.commands
const v = strings.video.command
const parts = strings.parts.command
const rebuilt = strings.reconstruct

export interface ShortcutGroup {
  readonly id: CommandGroup
  readonly rows: readonly { readonly text: string; readonly keys: readonly string[] }[]
}

export const shortcutList: readonly ShortcutGroup[] = [
  {
    id: 'general',
    rows: [
      { text: s.palette, keys: ['Mod+K'] },
      { text: s.openFiles, keys: ['Mod+O'] },
      { text: s.paste, keys: ['Mod+V'] },
      { text: s.keep, keys: ['Mod+S'] },
      { text: s.saveAs, keys: ['Mod+Shift+S'] },
      { text: s.undo, keys: ['Mod+Z'] },
      { text: s.redo, keys: ['Mod+Shift+Z', 'Mod+Y'] },
      { text: s.tree, keys: ['Mod+B'] },
      { text: s.inspector, keys: ['Mod+I'] },
      { text: s.jobs, keys: ['Mod+J'] },
      { text: s.closeTab, keys: ['Alt+W'] },
      { text: s.nextTab, keys: ['Alt+PageDown'] },
      { text: s.previousTab, keys: ['Alt+PageUp'] },
      { text: s.explain, keys: ['?'] },
      { text: s.present, keys: ['F5'] },
      { text: s.back, keys: ['Escape'] },
      { text: strings.view.settings, keys: ['Mod+,'] },
    ],
  },
  {
    id: 'inspect',
    rows: [
      { text: s.head, keys: ['0', '9'] },
      { text: s.headTen, keys: ['Shift+0', 'Shift+9'] },
      { text: s.mean, keys: ['M'] },
      { text: `${s.layerUp}, ${s.layerDown.toLowerCase()}`, keys: ['ArrowUp', 'ArrowDown'] },
      { text: `${s.previousPicture}, ${s.nextPicture.toLowerCase()}`, keys: ['ArrowLeft', 'ArrowRight'] },
      { text: s.movePatch, keys: ['Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowLeft', 'Alt+ArrowRight'] },
      { text: s.query, keys: ['Q'] },
      { text: `${s.opacityLess}, ${s.opacityMore.toLowerCase()}`, keys: ['[', ']'] },
      { text: `${s.massLess}, ${s.massMore.toLowerCase()}`, keys: [',', '.'] },
      { text: s.overlay, keys: ['O'] },
      { text: s.colours, keys: ['C'] },
      { text: s.fit, keys: ['F'] },
      { text: s.oneToOne, keys: ['Shift+F'] },
      { text: s.alone, keys: ['Space'] },
      { text: s.twin, keys: ['T'] },
      { text: s.swap, keys: ['X'] },
      { text: s.copyFigure, keys: ['Mod+Shift+C'] },
      { text: s.savePng, keys: ['Mod+E'] },
    ],
  },
  {
    id: 'parts',
    rows: [
      { text: `${parts.less}; ${rebuilt.less.toLowerCase()}`, keys: [','] },
      { text: `${parts.more}; ${rebuilt.more.toLowerCase()}`, keys: ['.'] },
      { text: `${parts.show}; ${rebuilt.besideCommand.toLowerCase()}`, keys: ['O'] },
      { text: parts.colouring, keys: ['C'] },
      { text: `${s.layerUp}, ${s.layerDown.toLowerCase()}`, keys: ['ArrowUp', 'ArrowDown'] },
      { text: rebuilt.newMask, keys: ['R'] },
      { text: rebuilt.brush, keys: ['B'] },
      { text: `${s.opacityLess}, ${s.opacityMore.toLowerCase()}`, keys: ['[', ']'] },
      { text: s.alone, keys: ['Space'] },
      { text: s.twin, keys: ['T'] },
      { text: s.copyFigure, keys: ['Mod+Shift+C'] },
      { text: s.savePng, keys: ['Mod+E'] },
    ],
  },
  {
    id: 'study',
    rows: [
      { text: `${c.less}, ${c.more.toLowerCase()}`, keys: [',', '.'] },
      { text: `${c.fewer}, ${c.manier.toLowerCase()}`, keys: ['[', ']'] },
      { text: `${c.ask}, ${c.keypoint.toLowerCase()}`, keys: ['V', 'K'] },
      { text: c.place, keys: ['Shift+K'] },
      { text: c.other, keys: ['Q'] },
      { text: c.heat, keys: ['H'] },
      { text: `${c.foreground}; ${r.shown}`, keys: ['O'] },
      { text: `${r.rule}; ${p.resample.toLowerCase()}`, keys: ['R'] },
      { text: `${r.rings}; ${p.context.toLowerCase()}`, keys: ['C'] },
      { text: `${r.log}; ${p.search.toLowerCase()}`, keys: ['L'] },
      { text: r.shared, keys: ['S'] },
      { text: p.next, keys: ['B'] },
      { text: p.add, keys: ['N'] },
      { text: p.remove, keys: ['Delete'] },
      {
        text: `${c.move}; ${p.move.toLowerCase()}`,
        keys: ['Alt+ArrowUp', 'Alt+ArrowDown', 'Alt+ArrowLeft', 'Alt+ArrowRight'],
      },
      {
        text: p.resize,
        keys: ['Shift+Alt+ArrowUp', 'Shift+Alt+ArrowDown', 'Shift+Alt+ArrowLeft', 'Shift+Alt+ArrowRight'],
      },
      { text: `${s.layerUp}, ${s.layerDown.toLowerCase()}`, keys: ['ArrowUp', 'ArrowDown'] },
      { text: s.alone, keys: ['Space'] },
      { text: s.twin, keys: ['T'] },
      { text: `${c.swap}; ${r.swap.toLowerCase()}`, keys: ['X'] },
      { text: s.copyFigure, keys: ['Mod+Shift+C'] },
      { text: s.savePng, keys: ['Mod+E'] },
    ],
  },
  {
    id: 'video',
    rows: [
      { text: v.play, keys: ['Space'] },
      { text: `${v.back}, ${v.forward.toLowerCase()}`, keys: ['ArrowLeft', 'ArrowRight'] },
      {
        text: `${v.frameBack}, ${v.frameForward.toLowerCase()}`,
        keys: ['Shift+ArrowLeft', 'Shift+ArrowRight'],
      },
      { text: `${v.first}, ${v.last.toLowerCase()}`, keys: ['Home', 'End'] },
      { text: v.show, keys: ['O'] },
      { text: s.head, keys: ['0', '9'] },
      { text: s.mean, keys: ['M'] },
      { text: `${s.layerUp}, ${s.layerDown.toLowerCase()}`, keys: ['ArrowUp', 'ArrowDown'] },
      { text: `${s.opacityLess}, ${s.opacityMore.toLowerCase()}`, keys: ['[', ']'] },
      { text: `${v.less}, ${v.more.toLowerCase()}`, keys: [',', '.'] },
      { text: strings.parts.command.colouring, keys: ['C'] },
      { text: s.twin, keys: ['T'] },
      { text: strings.video.exports.copy, keys: ['Mod+Shift+C'] },
      { text: strings.video.exports.frame, keys: ['Mod+E'] },
    ],
  },
  {
    id: 'train',
    rows: [
      { text: t.toggle, keys: ['Space'] },
      { text: t.checkpoint, keys: ['K'] },
      { text: t.axis, keys: ['X'] },
      { text: t.whole, keys: ['F'] },
      { text: t.new, keys: ['N'] },
      { text: s.twin, keys: ['T'] },
    ],
  },
  {
    id: 'go',
    rows: [
      { text: strings.view.inspect, keys: ['G I'] },
      { text: strings.view.train, keys: ['G T'] },
      { text: strings.view.model, keys: ['G D'] },
      { text: strings.view.compare, keys: ['G C'] },
      { text: strings.view.parts, keys: ['G P'] },
      { text: strings.view.reconstruct, keys: ['G R'] },
      { text: strings.view.correspondence, keys: ['G O'] },
      { text: strings.view.registers, keys: ['G N'] },
      { text: strings.view.predict, keys: ['G J'] },
      { text: strings.view.video, keys: ['G V'] },
    ],
  },
]

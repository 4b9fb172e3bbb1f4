// What do keys do in Video? Playing and stepping, what is drawn, layers and heads, and what leaves the window.
import type { Command } from '../../state/commands.ts'
import { strings } from '../../state/strings.ts'
import { nextOf } from '../inspect/settings.ts'
import { colourings } from '../parts/settings.ts'
import { choose } from './choose.ts'
import { copyCommand, copyFrame, exportFilm, saveBasis, saveCsv, saveFrame } from './exports.ts'
import { frameOf, stepAt, stepCount } from './schedule.ts'
import { shows } from './settings.ts'
import type { VideoModel } from './video.svelte.ts'
import { bases } from './work.ts'

const s = strings.command
const v = strings.video
const round = (value: number): number => Math.round(value * 100) / 100

/** The commands of one Video tab, as they stand now. */
export function videoCommands(model: VideoModel): readonly Command[] {
  const { settings, spec, reel, steps } = model
  const there = reel !== null
  const command = (
    id: string,
    text: string,
    keys: readonly string[],
    icon: string,
    run: Command['run'],
    more: Partial<Command> = {},
  ): Command => ({ id: `video.${id}`, text, keys, icon, group: 'video', enabled: there, run, ...more })

  const step = (by: number) => () => stepBy(model, by)
  const layerBy = (by: number) => () => {
    if (!spec) return false
    const clamp = (layer: number): number => Math.min(spec.depth - 1, Math.max(0, layer))
    if (settings.show === 'attention')
      model.change({ attentionLayer: clamp(model.attentionLayer + by) }, 'attentionLayer')
    else if (settings.show === 'parts') model.change({ layer: clamp(model.layer + by) }, 'layer')
    else return false
  }
  const threshold = (by: number) => () => {
    const now = typeof settings.foreground === 'number' ? settings.foreground : reel?.basis?.first?.threshold
    if (settings.show !== 'parts' || now === undefined) return false
    model.change({ foreground: round(Math.min(1, Math.max(0, now + by))) }, 'threshold')
  }
  const opacity = (by: number) => () =>
    model.change({ opacity: round(Math.min(1, Math.max(0, settings.opacity + by))) }, 'opacity')
  const head = (pressed?: KeyboardEvent) => {
    const digit = Number(/^(?:Digit|Numpad)(\d)$/.exec(pressed?.code ?? '')?.[1] ?? NaN)
    if (!(digit < (model.seen?.heads ?? 0))) return false
    model.change({ head: digit, show: 'attention' }, 'head')
  }
  const digits = Array.from({ length: 10 }, (_, n) => String(n))

  return [
    command('play', v.command.play, ['Space'], 'play', () => (model.playing ? model.pause() : model.play())),
    command('forward', v.command.forward, ['ArrowRight'], 'step-forward', step(1)),
    command('back', v.command.back, ['ArrowLeft'], 'step-back', step(-1)),
    command('frameForward', v.command.frameForward, ['Shift+ArrowRight'], 'step-forward', () =>
      model.go(model.at + 1),
    ),
    command('frameBack', v.command.frameBack, ['Shift+ArrowLeft'], 'step-back', () => model.go(model.at - 1)),
    command('first', v.command.first, ['Home'], 'step-back', () => model.go(steps.from)),
    command('last', v.command.last, ['End'], 'step-forward', () =>
      model.go(frameOf(steps, stepCount(steps) - 1)),
    ),
    command('show', v.command.show, ['O'], 'film', () =>
      model.change({ show: nextOf(shows, settings.show) }),
    ),
    command('basis', v.command.basis, [], 'puzzle', () =>
      model.change({ basis: nextOf(bases, settings.basis), show: 'parts' }),
    ),
    command('colours', strings.parts.command.colouring, ['C'], 'puzzle', () =>
      model.change({ colouring: nextOf(colourings, settings.colouring) }),
    ),
    command('head', s.head, digits, 'scan-eye', head, { keysOnly: true }),
    command('mean', s.mean, ['M'], 'scan-eye', () => model.change({ head: 'mean', show: 'attention' })),
    command('layerUp', s.layerUp, ['ArrowUp'], 'film', layerBy(1), { enabled: there && spec !== null }),
    command('layerDown', s.layerDown, ['ArrowDown'], 'film', layerBy(-1), {
      enabled: there && spec !== null,
    }),
    command('opacityLess', s.opacityLess, ['['], 'film', opacity(-0.05)),
    command('opacityMore', s.opacityMore, [']'], 'film', opacity(0.05)),
    command('less', v.command.less, [','], 'puzzle', threshold(-0.02)),
    command('more', v.command.more, ['.'], 'puzzle', threshold(0.02)),
    command('fromHere', v.command.fromHere, [], 'film', () => model.change({ from: model.at })),
    command('toHere', v.command.toHere, [], 'film', () => model.change({ to: model.at })),
    command('twin', s.twin, ['T'], 'table', () => {
      model.twin = !model.twin
    }),
    command('choose', v.command.choose, [], 'film', () => void choose(model, 'file'), { enabled: true }),
    command('chooseFolder', v.command.chooseFolder, [], 'images', () => void choose(model, 'folder'), {
      enabled: true,
    }),
    command('copyFrame', v.exports.copy, ['Mod+Shift+C'], 'copy', () => void copyFrame(model)),
    command('saveFrame', v.exports.frame, ['Mod+E'], 'save', () => void saveFrame(model), {
      also: ['export'],
    }),
    command('saveVideo', v.exports.video, [], 'film', () => void exportFilm(model, 'video'), {
      also: ['export'],
    }),
    command('saveFrames', v.exports.frames, [], 'images', () => void exportFilm(model, 'frames'), {
      also: ['export'],
    }),
    command('saveCsv', v.exports.csv, [], 'table', () => void saveCsv(model), { also: ['export'] }),
    command('saveBasis', v.exports.basis, [], 'save', () => void saveBasis(model), {
      enabled: Boolean(reel?.basis),
      also: ['export', 'json'],
    }),
    command('copyCommand', s.copyCommand, [], 'terminal', () => void copyCommand(model), {
      also: ['cli', 'shell'],
    }),
  ]
}

/** Some steps on; a frame between two steps goes to the nearest in that direction. */
export function stepBy(model: Pick<VideoModel, 'steps' | 'at' | 'go'>, by: number): void {
  const { steps, at } = model
  const here = stepAt(steps, at)
  const between = frameOf(steps, here) !== at
  const next = here + by + (between && by < 0 ? 1 : 0)
  model.go(frameOf(steps, Math.min(stepCount(steps) - 1, Math.max(0, next))))
}

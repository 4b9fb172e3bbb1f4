// What did a network's training code do to a picture first? From the files beside the weights, or the family's habit.
import {
  imagenetMean,
  imagenetStd,
  type Family,
  type Preprocessing,
} from '../../src-shared/domain/modelSpec.ts'
import type { Sourced } from './heads.ts'
import type { Setting } from './view.ts'

type Settings = Readonly<Record<string, unknown>>

/** What the habit of a family depends on. */
export interface Habit {
  readonly family: Family
  readonly patch: number
  /** Native size in pixels, width and height. */
  readonly imageSize: { readonly width: number; readonly height: number }
  /** True for Google's files, whose pixels run from −1 to 1. */
  readonly fromGoogle: boolean
}

/**
 * Preprocessing of a network: Hugging Face's `preprocessor_config.json`, timm's `pretrained_cfg` in `config.json`, what an
 * export of ours stored beside the weights, else the family's own evaluation transform (resize 256 and crop 224,
 * bicubic, ImageNet's mean and deviation).
 */
export function preprocessingOf(
  preprocessor: Settings,
  config: Settings,
  stored: ReadonlyMap<string, Setting>,
  habit: Habit,
): Sourced<Preprocessing> {
  return (
    fromHuggingface(preprocessor, habit) ?? fromTimm(config, habit) ?? fromStored(stored) ?? fromHabit(habit)
  )
}

/** What `settingsOf` wrote. */
function fromStored(stored: ReadonlyMap<string, Setting>): Sourced<Preprocessing> | null {
  const [resize, crop] = [stored.get('input_resize'), stored.get('input_crop')]
  const [mean, std] = ['input_mean', 'input_std'].map((name) =>
    triple(
      String(stored.get(name) ?? '')
        .split(' ')
        .map(Number),
    ),
  )
  if (!isPixels(resize) || !isPixels(crop) || !mean || !std || std.some((value) => value <= 0)) return null
  const value = { mean, std, resize, crop, filter: filterOf(stored.get('input_filter')) }
  return { value, source: 'the stored settings' }
}

function fromHuggingface(settings: Settings, habit: Habit): Sourced<Preprocessing> | null {
  const mean = triple(settings['image_mean'])
  const std = triple(settings['image_std'])
  if (mean === null || std === null || std.some((value) => value <= 0)) return null
  const resize = sideOf(settings['size'])
  const crop = settings['do_center_crop'] === true ? sideOf(settings['crop_size']) : null
  const habitual = fromHabit(habit).value
  const side = crop ?? resize?.side ?? habitual.crop
  const squashes = crop === null && resize?.kind === 'square'
  return {
    value: {
      mean,
      std,
      resize: resize?.side ?? habitual.resize,
      crop: typeof side === 'number' ? side : side.side,
      filter: filterOf(settings['resample']),
    },
    source: squashes
      ? 'preprocessor_config.json, which squashes pictures to a square; here their centre is cut out'
      : 'preprocessor_config.json',
  }
}

function fromTimm(config: Settings, habit: Habit): Sourced<Preprocessing> | null {
  const nested = config['pretrained_cfg']
  const settings = isSettings(nested) ? nested : config
  const mean = triple(settings['mean'])
  const std = triple(settings['std'])
  if (mean === null || std === null || std.some((value) => value <= 0)) return null
  const size = Array.isArray(settings['input_size']) ? (settings['input_size'] as unknown[])[1] : undefined
  const crop = isPixels(size) ? size : fromHabit(habit).value.crop
  const share = settings['crop_pct']
  const kept = typeof share === 'number' && share > 0 && share <= 1 ? share : 0.875
  return {
    value: { mean, std, crop, resize: Math.floor(crop / kept), filter: filterOf(settings['interpolation']) },
    source: 'timm’s configuration in config.json',
  }
}

function fromHabit({ family, patch, imageSize, fromGoogle }: Habit): Sourced<Preprocessing> {
  // DINO and its successors are evaluated at 224 whatever they were trained at; the others at their native size.
  const wanted = ['dino', 'dinov2', 'dinov3', 'ibot'].includes(family)
    ? 224
    : Math.min(imageSize.width, imageSize.height)
  const crop = Math.max(patch, Math.floor(wanted / patch) * patch)
  const half = [0.5, 0.5, 0.5] as [number, number, number]
  return {
    value: {
      mean: fromGoogle ? half : [...imagenetMean],
      std: fromGoogle ? half : [...imagenetStd],
      crop,
      resize: Math.round((crop * 256) / 224),
      filter: 'bicubic',
    },
    source: fromGoogle ? 'the habit of Google’s files' : 'the family’s habit',
  }
}

function sideOf(size: unknown): { side: number; kind: 'shorter' | 'square' } | null {
  if (isPixels(size)) return { side: size, kind: 'shorter' }
  if (!isSettings(size)) return null
  const shorter = size['shortest_edge']
  if (isPixels(shorter)) return { side: shorter, kind: 'shorter' }
  const [height, width] = [size['height'], size['width']]
  return isPixels(height) && isPixels(width) ? { side: Math.min(height, width), kind: 'square' } : null
}

/** Pillow's numbers (Hugging Face) or timm's words. */
function filterOf(value: unknown): Preprocessing['filter'] {
  if (value === 1 || value === 'lanczos') return 'lanczos'
  return value === 2 || value === 'bilinear' ? 'bilinear' : 'bicubic'
}

function triple(value: unknown): [number, number, number] | null {
  if (!Array.isArray(value) || value.length !== 3) return null
  const [r, g, b] = value as unknown[]
  return [r, g, b].every((x) => typeof x === 'number' && Number.isFinite(x))
    ? [r as number, g as number, b as number]
    : null
}

function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 16_384
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

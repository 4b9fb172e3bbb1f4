// Which grid of patches was a position table made for? Its rows, less those of the tokens before the patches.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { Evidence } from './evidence.ts'

interface Table {
  readonly patch: number
  /** Rows of the whole table. */
  readonly rows: number
  /** Whether a class token is stored. */
  readonly hasCls: boolean
  readonly registers: number
}

interface Grid {
  readonly rows: number
  readonly columns: number
  readonly cls: boolean
  /** Whether the table has a row for [CLS]. */
  readonly clsRow: boolean
}

/** Native size where there is no table: what was asked for, what config.json says, else 224 px. */
function withoutTable(evidence: Evidence, patch: number): { width: number; height: number } {
  const said = saidSize(evidence)
  const [width, height] = said?.size ?? [224, 224]
  evidence.sources['imageSize'] = said?.source ?? 'the family’s habit'
  const whole = (side: number) => Math.max(1, Math.floor(side / patch)) * patch
  return { width: whole(width), height: whole(height) }
}

/**
 * The grid of a table: the size that was asked for or configured where it fits, else a square. Throws Failure where
 * no grid fits.
 */
function table(evidence: Evidence, { patch, rows, hasCls, registers }: Table): Grid {
  const { map, file, overrides, sources } = evidence
  // Which tokens before the patches a table may have rows for: [CLS]; none (DeiT III); [CLS] and registers.
  const mayVary = map.rules.some(
    ({ canonical }) => canonical.includes('position.patches') && canonical.includes('registers'),
  )
  const prefixes = hasCls ? [1, ...(mayVary ? [0, 1 + registers] : [])] : [0]
  const said = saidSize(evidence)
  const found = (prefix: number): Grid | null => {
    const patches = rows - prefix
    const [width, height] = said?.size ?? [0, 0]
    const [columns, lines] = [Math.floor(width / patch), Math.floor(height / patch)]
    const grid = { cls: hasCls, clsRow: prefix > 0 }
    if (said !== null && columns * lines === patches && patches > 0) {
      sources['imageSize'] = said.source
      return { ...grid, rows: lines, columns }
    }
    const side = Math.sqrt(patches)
    return Number.isInteger(side) && side > 0 ? { ...grid, rows: side, columns: side } : null
  }
  if (overrides.imageSize !== undefined && !prefixes.some((prefix) => fits(rows - prefix, overrides, patch)))
    throw new Failure(
      'bad-argument',
      `--image-size ${overrides.imageSize} does not fit ${file}, whose position table has ${rows} rows.`,
      'Leave --image-size out.',
    )
  for (const prefix of prefixes) {
    const grid = found(prefix)
    if (grid === null) continue
    sources['imageSize'] ??= 'the square that the position table fills'
    return grid
  }
  // A class token that has been lost: its row is still there.
  const square = Math.sqrt(rows - 1)
  if (!hasCls && Number.isInteger(square) && square > 0) {
    sources['imageSize'] = 'the square that the position table fills'
    return { rows: square, columns: square, cls: true, clsRow: true }
  }
  throw new Failure(
    'unsupported-model',
    `${file} has a position table of ${rows} rows, which no square grid of patches fills.`,
    'If it was made for another shape, config.json must say so in image_size.',
  )
}

function fits(patches: number, overrides: { imageSize?: number | undefined }, patch: number): boolean {
  return Math.floor((overrides.imageSize ?? 0) / patch) ** 2 === patches
}

/** The size that somebody said: on the command line, in config.json or in stored settings; `[width, height]`. */
function saidSize({ overrides, container, settings }: Evidence) {
  const asked = overrides.imageSize
  if (asked !== undefined) return { size: [asked, asked] as const, source: 'asked for' }
  const configured = container.config['image_size'] ?? container.config['img_size']
  if (isPixels(configured)) return { size: [configured, configured] as const, source: 'config.json' }
  if (Array.isArray(configured)) {
    const [height, width] = configured as unknown[]
    if (isPixels(height) && isPixels(width)) return { size: [width, height] as const, source: 'config.json' }
  }
  const stored = settings.get('img_size') ?? settings.get('input_size')
  return isPixels(stored) ? { size: [stored, stored] as const, source: 'the stored settings' } : null
}

function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_536
}

/** The two ways to a native grid: from a position table, or without one. */
export const gridOf = { table, withoutTable }

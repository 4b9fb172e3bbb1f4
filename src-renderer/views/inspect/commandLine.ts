// Which line of the command makes the same map? Every setting that differs from the command's own default.

export interface MapChoice {
  readonly model: string
  readonly network: string
  readonly networks: readonly string[]
  readonly overrides: Readonly<Record<string, unknown>>
  readonly picture: string
  readonly layer: number
  readonly depth: number
  readonly head: number | 'mean' | 'max'
  /** `cls`, `patch:Y,X`, … */
  readonly query: string
  readonly defaultQuery: string
  readonly opacity: number
  readonly colours: string
  /** Longest side of the input; null: the picture's own. */
  readonly size: number | null
  readonly fit: string
  readonly rollout: boolean
}

/** A word as a POSIX shell reads it; on Windows in the quotes that its shells share. */
export function quoteWord(word: string, windows: boolean): string {
  if (/^[A-Za-z0-9_@%+=:,./~-]+$/.test(word) && !word.startsWith('~')) return word
  if (windows) return /^[A-Za-z0-9_@+=:,./\\-]+$/.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`
  return `'${word.replaceAll("'", `'\\''`)}'`
}

export const overrideWords: Readonly<Record<string, string>> = {
  heads: '--heads',
  decoderHeads: '--decoder-heads',
  patch: '--patch',
  imageSize: '--image-size',
  interpolation: '--interpolation',
}

/** The `emergence attention` line for a map. The mass that is outlined on screen is no part of it: `--mass` hides the rest. */
export function commandLine(choice: MapChoice, windows: boolean): string {
  const words = [
    'emergence',
    'attention',
    quoteWord(choice.model, windows),
    quoteWord(choice.picture, windows),
  ]
  const add = (...more: (string | number)[]): void =>
    void words.push(...more.map((word) => quoteWord(String(word), windows)))
  if (choice.networks.length > 1) add('--network', choice.network)
  for (const [name, option] of Object.entries(overrideWords)) {
    const value = choice.overrides[name]
    if (value !== undefined) add(option, String(value))
  }
  if (choice.overrides.allowMissing) add('--allow-missing')
  if (choice.layer !== choice.depth - 1) add('--layer', choice.layer)
  add('--head', choice.head)
  if (choice.query !== choice.defaultQuery) add('--query', choice.query)
  if (choice.rollout) add('--rollout')
  add('--opacity', choice.opacity)
  if (choice.colours !== 'ember') add('--colormap', choice.colours)
  if (choice.size !== null) add('--size', choice.size)
  if (choice.fit !== 'native') add('--fit', choice.fit)
  return words.join(' ')
}

// What can be set, and what is a whole set of values? Settings as data: checked, completed from presets, shown in a form.
import { Failure } from '../../src-shared/domain/failure.ts'
import type { MethodSettings, SettingFacts } from '../../src-shared/domain/run.ts'

/** One setting: its facts for a form, and the value it has where nobody sets it. */
export interface Setting<T extends number | boolean | string> extends Omit<SettingFacts, 'name'> {
  readonly value: T
}
export type Settings = Readonly<Record<string, Setting<number> | Setting<boolean> | Setting<string>>>
/** The values of settings, each of its own type. */
export type Values<S extends Settings> = {
  readonly [N in keyof S]: S[N] extends Setting<infer T> ? T : never
}

interface Bounds {
  min?: number
  max?: number
  /** May change while a run goes on. */
  live?: boolean
}

const setting = <T extends number | boolean | string>(
  kind: SettingFacts['kind'],
  group: string,
  value: T,
  about: string,
  { min, max, live = false }: Bounds = {},
  choices: string[] = [],
): Setting<T> => ({ kind, group, value, about, live, choices, min: min ?? null, max: max ?? null })

export const number = (group: string, value: number, about: string, bounds: Bounds = {}): Setting<number> =>
  setting<number>('number', group, value, about, bounds)

export const integer = (group: string, value: number, about: string, bounds: Bounds = {}): Setting<number> =>
  setting<number>('integer', group, value, about, bounds)

export const flag = (group: string, value: boolean, about: string, bounds: Bounds = {}): Setting<boolean> =>
  setting<boolean>('boolean', group, value, about, bounds)

export const choice = <T extends string>(
  group: string,
  value: T,
  choices: readonly T[],
  about: string,
  bounds: Bounds = {},
): Setting<T> => setting('choice', group, value, about, bounds, [...choices])

/** Every value there is: the settings' own, with `set` over them. */
export function complete(settings: Settings, set: MethodSettings): MethodSettings {
  const own = Object.entries(settings).map(([name, { value }]) => [name, value] as const)
  return { ...Object.fromEntries(own), ...set }
}

/**
 * Throws Failure `bad-argument` for a name that is no setting of the method, and for a value of another kind or outside
 * its bounds.
 */
export function checkValues(method: string, settings: Settings, set: MethodSettings): void {
  for (const [name, value] of Object.entries(set)) {
    const facts = settings[name]
    if (facts === undefined) throw unknownSetting(method, settings, name)
    const wish = wishOf(facts, value)
    if (wish !== null)
      throw new Failure('bad-argument', `${name} is ${JSON.stringify(value)}; it must be ${wish}.`)
  }
}

/** What a value should be, where it is not that. */
function wishOf(facts: Omit<SettingFacts, 'name'>, value: number | boolean | string): string | null {
  const { kind, min, max, choices } = facts
  if (kind === 'boolean') return typeof value === 'boolean' ? null : 'true or false'
  if (kind === 'choice')
    return typeof value === 'string' && choices.includes(value) ? null : choices.join(' or ')
  const isFit =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (kind === 'number' || Number.isInteger(value)) &&
    value >= (min ?? -Infinity) &&
    value <= (max ?? Infinity)
  if (isFit) return null
  const from = min === null ? '' : ` from ${min}`
  const to = max === null ? '' : ` to ${max}`
  return `${kind === 'integer' ? 'a whole number' : 'a number'}${from}${to}`
}

function unknownSetting(method: string, settings: Settings, name: string): Failure {
  const start = name.toLowerCase().slice(0, 4)
  const near = Object.keys(settings)
    .filter((known) => known.includes(start))
    .sort((a, b) => a.length - b.length)
  const hint =
    near.length > 0
      ? `Is it ${near.slice(0, 4).join(', ')}?`
      : `Settings: ${Object.keys(settings).join(', ')}.`
  return new Failure('bad-argument', `${method} has no setting ${JSON.stringify(name)}.`, hint)
}

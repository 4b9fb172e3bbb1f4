// What does the form of a new run hold? A method's settings in groups, what a person changed, and whether it fits.
import type { MethodFacts, MethodSettings, SettingFacts } from '../../../src-shared/domain/run.ts'
import { strings } from '../../state/strings.ts'

/** The order in which groups stand. */
const order = ['teaching', 'network', 'data', 'crops', 'loss', 'schedule', 'optimiser']

export interface SettingGroup {
  readonly name: string
  readonly settings: readonly SettingFacts[]
}

/** A method's settings by what belongs together. */
export function groupsOf({ settings }: Pick<MethodFacts, 'settings'>): SettingGroup[] {
  const names = [...new Set(settings.map(({ group }) => group))]
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return names
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => ({ name, settings: settings.filter(({ group }) => group === name) }))
}

/** The values that a run would have: the preset's, with what a person changed. */
export function valuesOf(
  method: Pick<MethodFacts, 'presets'>,
  preset: string,
  set: MethodSettings,
): MethodSettings {
  return { ...(method.presets.find(({ name }) => name === preset) ?? method.presets[0])?.values, ...set }
}

/** What differs from the preset once `name` has `value`. */
export function changed(
  method: Pick<MethodFacts, 'presets'>,
  preset: string,
  set: MethodSettings,
  name: string,
  value: MethodSettings[string],
): MethodSettings {
  const others = Object.fromEntries(Object.entries(set).filter(([one]) => one !== name))
  return valuesOf(method, preset, {})[name] === value ? others : { ...others, [name]: value }
}

/** What a person typed for a setting; or the sentence that says what would fit. */
export function readSetting(facts: SettingFacts, text: string): { value: number } | { problem: string } {
  const value = Number(text.trim().replace(',', '.').replace('−', '-'))
  const f = strings.train.form
  if (text.trim() === '' || !Number.isFinite(value)) return { problem: f.noNumber }
  if (facts.kind === 'integer' && !Number.isInteger(value)) return { problem: f.noInteger }
  if (facts.min !== null && value < facts.min) return { problem: f.least(facts.min) }
  if (facts.max !== null && value > facts.max) return { problem: f.most(facts.max) }
  return { value }
}

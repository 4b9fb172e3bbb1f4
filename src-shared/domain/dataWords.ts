// Which data does a command's word mean? A path, or critters that are drawn.
import { Failure } from './failure.ts'
import { difficulties } from './run.ts'
import type { DataSource, Difficulty } from './run.ts'

/** Used where DATA does not say it. */
export const defaultCritters = {
  count: 6000,
  seed: 0,
  difficulty: 'medium',
  size: 96,
} as const satisfies Omit<Extract<DataSource, { kind: 'critters' }>, 'kind'>

/** What the word DATA of a command means: a path, or `critters[:COUNT[:SEED[:DIFFICULTY]]]`. Throws Failure `bad-argument`. */
export function dataWords(text: string): DataSource {
  if (!/^critters(:|$)/.test(text)) return { kind: 'path', path: text }
  const [, count, seed, difficulty, ...more] = text.split(':')
  const number = (word: string | undefined, otherwise: number): number =>
    word === undefined || word === '' ? otherwise : /^\d{1,8}$/.test(word) ? Number(word) : NaN
  const wanted: DataSource = {
    kind: 'critters',
    count: number(count, defaultCritters.count),
    seed: number(seed, defaultCritters.seed),
    difficulty: (difficulty || defaultCritters.difficulty) as Difficulty,
    size: defaultCritters.size,
  }
  if (
    !(wanted.count > 0 && wanted.count <= 1e7) ||
    Number.isNaN(wanted.seed) ||
    !difficulties.includes(wanted.difficulty) ||
    more.length > 0
  )
    throw new Failure(
      'bad-argument',
      `"${text}" does not say which critters: critters:COUNT:SEED:DIFFICULTY is expected, the last one of ${difficulties.join(', ')}.`,
      'For example critters:6000:0:medium.',
    )
  return wanted
}

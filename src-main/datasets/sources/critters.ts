// Critters as a data set: ten species in turn, each picture drawn when it is asked for.
import { createHash } from 'node:crypto'
import type { DataSource } from '../../../src-shared/domain/run.ts'
import { critterVersion, drawCritter, partNames, species } from '../critters/draw.ts'
import { openReader } from '../reader.ts'
import type { ReaderPlan } from '../reader.ts'
import type { PictureSet } from '../pictureSet.ts'

/** Never fails: everything comes from the numbers. */
export function openCritters(source: Extract<DataSource, { kind: 'critters' }>): PictureSet {
  const { count, seed, difficulty, size } = source
  const plan: ReaderPlan = { kind: 'critters', seed, difficulty, size }
  const reader = openReader(plan)
  const words = `critters ${critterVersion} ${count} ${seed} ${difficulty} ${size}`
  return {
    name: `critters:${count}:${seed}:${difficulty}`,
    hash: createHash('sha256').update(words).digest('hex'),
    items: count,
    classes: species,
    label: (i) => i % species.length,
    id: (i) => String(i),
    read: reader.read,
    bytes: reader.bytes,
    masks: (i) => {
      const { width, height, foreground, parts } = drawCritter({
        seed,
        difficulty,
        size,
        index: i,
        masks: true,
      })
      return Promise.resolve({ width, height, foreground, parts, partNames })
    },
    splits: [],
    skipped: [],
    plan,
    close: reader.close,
  }
}

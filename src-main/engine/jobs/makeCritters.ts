// Answers `makeCritters`: drawn animals as class folders of PNG files, with their part masks beside them.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '../../../src-shared/domain/failure.ts'
import { cancelled } from '../../../src-shared/protocol/errors.ts'
import { critterVersion, drawCritter, partNames, species } from '../../datasets/critters/draw.ts'
import { encodePng } from '../../datasets/pictures.ts'
import { masksFile } from '../../datasets/sources/folder.ts'
import type { Job } from '../job.ts'
import { diskFailure, openOutputs } from '../outputs.ts'
import { secondsSince } from './computing.ts'

/** Says what the folder holds, and that it is ours to replace. */
const aboutFile = 'critters.json'
/** Pictures that are compressed at once. */
const atOnce = 8

export const makeCritters: Job<'makeCritters'> =
  () =>
  async ({ count, size, seed, difficulty, masks, output, force }, { signal, event }) => {
    const since = performance.now()
    const folder = resolve(output)
    await openOutputs({ folder, force })
    const pieces = [...species, 'masks', aboutFile]
    await refuseTaken(folder, pieces, force)

    // Written whole under another name first: what stands under the real one is always all of it.
    const unfinished = `${folder}.${process.pid}.part`
    try {
      await makeFolders(unfinished, masks)
      for (let from = 0; from < count; from += atOnce) {
        if (signal.aborted) throw cancelled()
        event({ kind: 'progress', what: 'critters', done: from, total: count })
        const indices = Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => from + i)
        await Promise.all(
          indices.map(async (index) => {
            const { width, height, rgb, parts } = drawCritter({ seed, difficulty, size, index, masks })
            const file = join(species[index % species.length]!, `${String(index).padStart(6, '0')}.png`)
            await writeFile(
              join(unfinished, file),
              await encodePng({ width, height, channels: 3, data: rgb }),
            )
            if (!masks) return
            const mask = await encodePng({ width, height, channels: 1, data: parts })
            await writeFile(join(unfinished, 'masks', file), mask)
          }),
        )
      }
      if (masks) await writeJson(join(unfinished, masksFile), { partNames })
      const about = { version: critterVersion, count, size, seed, difficulty, masks, species }
      await writeJson(join(unfinished, aboutFile), about)
      await moveIn(unfinished, folder, pieces)
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true }).catch(() => {})
      throw error instanceof Failure ? error : diskFailure(folder, error)
    }
    event({ kind: 'progress', what: 'critters', done: count, total: count })
    return { rows: count, species: [...species], output: folder, seconds: secondsSince(since) }
  }

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`)

async function makeFolders(root: string, masks: boolean): Promise<void> {
  for (const name of species) {
    await mkdir(join(root, name), { recursive: true })
    if (masks) await mkdir(join(root, 'masks', name), { recursive: true })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Throws Failure `output-exists` where something would be replaced that nobody gave up, or that is no critters. */
async function refuseTaken(folder: string, pieces: readonly string[], force: boolean): Promise<void> {
  for (const piece of pieces) {
    if (!(await isThere(join(folder, piece)))) continue
    if (!force)
      throw new Failure(
        'output-exists',
        `${join(folder, piece)} is already there.`,
        'Add --force to replace it, or choose another --output.',
      )
    const about = await readFile(join(folder, aboutFile), 'utf8').catch(() => '')
    if (!about.includes('"difficulty"'))
      throw new Failure(
        'output-exists',
        `${join(folder, piece)} is already there, and the folder was not made by this command.`,
        'Choose another --output.',
      )
    return
  }
}

/** Moves the finished pieces under the folder's real name, in place of those that are there. */
async function moveIn(unfinished: string, folder: string, pieces: readonly string[]): Promise<void> {
  if (!(await isThere(folder))) return rename(unfinished, folder)
  // The word that says what the folder holds goes first and comes last.
  for (const piece of [...pieces].reverse()) await rm(join(folder, piece), { recursive: true, force: true })
  for (const piece of pieces)
    if (await isThere(join(unfinished, piece))) await rename(join(unfinished, piece), join(folder, piece))
  await rm(unfinished, { recursive: true, force: true })
}

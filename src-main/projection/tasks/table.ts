// Answers `readTable`: embeddings or coordinates made elsewhere, with what is said of their rows.
import { readTable as read } from '../tables/read.ts'
import type { Task } from '../task.ts'

export const readTable: Task<'readTable'> = async ({ path }) => read(path)

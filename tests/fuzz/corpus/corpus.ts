// Which files make up the corpus?
import { benign } from './benign.ts'
import { brokenArchives } from './brokenArchives.ts'
import { brokenArrays } from './brokenArrays.ts'
import { brokenPickles } from './brokenPickles.ts'
import { brokenTensors } from './brokenTensors.ts'
import type { CorpusCase } from './case.ts'
import { harmfulPickles } from './harmfulPickles.ts'

export const corpus: readonly CorpusCase[] = [
  ...benign,
  ...harmfulPickles,
  ...brokenPickles,
  ...brokenTensors,
  ...brokenArchives,
  ...brokenArrays,
]

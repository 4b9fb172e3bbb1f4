// Which odd but honest files must open?
import { benignFiles } from './benignFiles.ts'
import { benignTensors } from './benignTensors.ts'
import { benignValues } from './benignValues.ts'
import type { CorpusCase } from './case.ts'

export const benign: readonly CorpusCase[] = [...benignTensors, ...benignValues, ...benignFiles]

// What do all protocols of an evaluation share? The data in two parts, and a way to send items through the network.
import type { Request } from '../../../src-shared/protocol/calls.ts'
import type { Scores } from '../../../src-shared/protocol/calls/measure.ts'
import type { PictureSet } from '../../datasets/pictureSet.ts'
import type { EncodedBatch } from '../encoding.ts'
import type { EncodeWish } from '../task.ts'
import type { Computing } from './computing.ts'

export interface Evaluation {
  request: Request<'evaluate'>
  data: PictureSet
  train: Int32Array
  test: Int32Array
  /** Sends items through the network, or the untrained one, with progress; each batch as it comes. */
  encode(items: Int32Array, wish: EncodeWish, what: string): AsyncGenerator<EncodedBatch>
  computing: Computing
}

export interface Found {
  scores: Scores
  baselines: Record<string, Scores>
}

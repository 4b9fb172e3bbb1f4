// What is a network's memory? Its weights under canonical names (docs/rooms.md), whatever its file called them.

/** One weight: float32, C order; a linear layer is `[out, in]`. */
export interface Weight {
  readonly shape: number[]
  readonly data: Float32Array
}

/** All weights of one network by canonical name. */
export type Weights = Map<string, Weight>

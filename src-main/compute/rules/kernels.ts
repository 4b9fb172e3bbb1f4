// Which TensorFlow.js kernels can compile() trace?
import { elementwiseRules } from './elementwise.ts'
import { fusedRules } from './fused.ts'
import { indexingRules } from './indexing.ts'
import { matmulRules } from './matmul.ts'
import { reduceRules } from './reduce.ts'
import type { Rules } from './rule.ts'
import { shapeRules } from './shape.ts'

/** Every kernel compile() knows, by TensorFlow.js's name for it. */
export const kernelRules: Rules = {
  ...elementwiseRules,
  ...shapeRules,
  ...reduceRules,
  ...matmulRules,
  ...indexingRules,
  ...fusedRules,
}

// How does a stored tensor become a canonical weight, and back? One conversion for each way of storing a weight.
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import { countOf } from '../canonical.ts'

type Shape = readonly number[]

/** What a conversion may know besides the numbers. */
export interface ConversionContext {
  readonly spec: ModelSpec
  /** Shapes of the rule's canonical weights, in the rule's order; null where this network has no such weight. */
  readonly canonical: readonly (Shape | null)[]
}

/** One way of storing one or more canonical weights in one or more tensors. Sources and weights keep a rule's order. */
export interface Conversion {
  /**
   * Canonical shapes as far as the stored shapes alone tell them (null: that source is absent). Two stay as they are
   * stored, because the spec is read from them: the patch kernel `[width, channels, patch, patch]` and the whole
   * position table `[rows, width]`.
   */
  infer(stored: readonly (Shape | null)[]): number[][]
  /** Shapes in which the original code stores these weights. */
  shapes(context: ConversionContext): number[][]
  /** Whether a source of another shape than `shapes` says can be read all the same. */
  accepts?(index: number, found: Shape, context: ConversionContext): boolean
  /** Stored numbers (C order) to canonical numbers; null for a canonical weight that this network has not. */
  read(stored: readonly (Float32Array | null)[], context: ConversionContext): (Float32Array | null)[]
  /** The inverse of `read`; null for a source that need not be stored. */
  write(canonical: readonly (Float32Array | null)[], context: ConversionContext): (Float32Array | null)[]
}

/** The shape at `index`; throws on a rule that does not fit its spec, which is a bug. */
function shapeAt(shapes: readonly (Shape | null)[], index: number): number[] {
  const shape = shapes[index]
  if (shape === undefined || shape === null) throw new Error(`conversion without shape ${index}`)
  return [...shape]
}

function valuesAt(values: readonly (Float32Array | null)[], index: number): Float32Array {
  const found = values[index]
  if (found === undefined || found === null) throw new Error(`conversion without values ${index}`)
  return found
}

/** `[rows, columns]` to `[columns, rows]`. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j] as number
  return result
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    result.set(part, offset)
    offset += part.length
  }
  return result
}

/** The same numbers; `stored` is the shape in which the original writes them (the canonical one where left out). */
export function plain(stored?: (spec: ModelSpec) => number[]): Conversion {
  return {
    infer: (shapes) => [shapeAt(shapes, 0)],
    shapes: ({ spec, canonical }) => [stored?.(spec) ?? shapeAt(canonical, 0)],
    read: (values) => [valuesAt(values, 0)],
    write: (values) => [valuesAt(values, 0)],
  }
}

/** A convolution's kernel `[width, 3, patch, patch]`, flattened. */
export const patchKernel = plain((spec) => [spec.width, 3, spec.patch, spec.patch])

/** A linear layer as Flax stores it: `[in, out]`, heads of the output or input on an axis of their own. */
export function transposed(
  stored: (spec: ModelSpec, canonical: Shape) => number[],
  heads?: 'input',
): Conversion {
  return {
    infer: (shapes) => {
      const shape = shapeAt(shapes, 0)
      const outputs = heads === 'input' ? shape.slice(2) : shape.slice(1)
      const inputs = heads === 'input' ? shape.slice(0, 2) : shape.slice(0, 1)
      return [[countOf(outputs), countOf(inputs)]]
    },
    shapes: ({ spec, canonical }) => [stored(spec, shapeAt(canonical, 0))],
    read: (values, { canonical }) => {
      const [outputs = 0, inputs = 0] = shapeAt(canonical, 0)
      return [transpose(valuesAt(values, 0), inputs, outputs)]
    },
    write: (values, { canonical }) => {
      const [outputs = 0, inputs = 0] = shapeAt(canonical, 0)
      return [transpose(valuesAt(values, 0), outputs, inputs)]
    },
  }
}

/** A convolution's kernel as Flax stores it: `[patch, patch, 3, width]`. */
export const patchKernelLast: Conversion = {
  infer: (shapes) => {
    const [rows = 0, columns = 0, channels = 0, width = 0] = shapeAt(shapes, 0)
    return [[width, channels, rows, columns]]
  },
  shapes: ({ spec }) => [[spec.patch, spec.patch, 3, spec.width]],
  read: (values, { spec }) => {
    // [y, x, channel, width] → [width, y, x, channel] → [width, channel, y, x]
    const rows = transpose(valuesAt(values, 0), 3 * spec.patch ** 2, spec.width)
    return [perRow(rows, spec.width, (row) => transpose(row, spec.patch ** 2, 3))]
  },
  write: (values, { spec }) => {
    const rows = perRow(valuesAt(values, 0), spec.width, (row) => transpose(row, 3, spec.patch ** 2))
    return [transpose(rows, spec.width, 3 * spec.patch ** 2)]
  },
}

function perRow(
  values: Float32Array,
  rows: number,
  change: (row: Float32Array) => Float32Array,
): Float32Array {
  const size = values.length / rows
  return concatenate(
    Array.from({ length: rows }, (_, i) => change(values.subarray(i * size, (i + 1) * size))),
  )
}

/**
 * Several tensors stacked into one, first axis first: separate q, k and v, or a gated FFN's gate and value.
 * An absent source reads as zeros. `mayBeAbsent`: sources that are left out on writing where they are all zero.
 */
export function joinedRows(count: number, mayBeAbsent: readonly number[] = []): Conversion {
  return {
    infer: (shapes) => {
      const [rows = 0, ...rest] = shapes.find((shape) => shape !== null) ?? []
      return [[rows * count, ...rest]]
    },
    shapes: ({ canonical }) => {
      const [rows = 0, ...rest] = shapeAt(canonical, 0)
      return Array.from({ length: count }, () => [rows / count, ...rest])
    },
    read: (values, { canonical }) => {
      const size = countOf(shapeAt(canonical, 0)) / count
      return [concatenate(Array.from({ length: count }, (_, i) => values[i] ?? new Float32Array(size)))]
    },
    write: (values) => {
      const whole = valuesAt(values, 0)
      const size = whole.length / count
      return Array.from({ length: count }, (_, i) => {
        const part = whole.slice(i * size, (i + 1) * size)
        return mayBeAbsent.includes(i) && part.every((value) => value === 0) ? null : part
      })
    },
  }
}

/** q, k and v as Flax stores them: three kernels `[width, heads, head width]`, or three biases `[heads, head width]`. */
export function joinedHeads(kind: 'kernel' | 'bias'): Conversion {
  const rows = joinedRows(3)
  const storedShape = (spec: ModelSpec) => {
    const perHead = [spec.heads, spec.width / spec.heads]
    return kind === 'kernel' ? [spec.width, ...perHead] : perHead
  }
  const turn = (part: Float32Array | null, spec: ModelSpec) =>
    part === null || kind === 'bias' ? part : transpose(part, spec.width, spec.width)
  return {
    infer: (shapes) => {
      const [first = 0, second = 0, third = 0] = shapes.find((shape) => shape !== null) ?? []
      return [kind === 'kernel' ? [3 * second * third, first] : [3 * first * second]]
    },
    shapes: ({ spec }) => Array.from({ length: 3 }, () => storedShape(spec)),
    read: (values, context) =>
      rows.read(
        values.map((part) => turn(part, context.spec)),
        context,
      ),
    write: (values, context) => rows.write(values, context).map((part) => turn(part, context.spec)),
  }
}

/**
 * DINOv3's bias of q, k and v and the mask it is multiplied by (`LinearKMaskedBias`). Written with a mask that
 * hides the keys' third where that third is zero, without one where it is not.
 */
export const maskedBias: Conversion = {
  infer: (shapes) => [shapeAt(shapes, 0)],
  shapes: ({ canonical }) => [shapeAt(canonical, 0), shapeAt(canonical, 0)],
  read: (values) => {
    const bias = valuesAt(values, 0)
    const mask = values[1] ?? null
    return [mask === null ? bias : bias.map((value, i) => (mask[i] === 0 ? 0 : value * (mask[i] as number)))]
  },
  write: (values) => {
    const bias = valuesAt(values, 0)
    const third = bias.length / 3
    const isKey = (i: number) => i >= third && i < 2 * third
    if (bias.some((value, i) => isKey(i) && value !== 0)) return [bias, null]
    return [bias, Float32Array.from(bias, (_, i) => (isKey(i) ? 0 : 1))]
  },
}

/**
 * A weight-normalised layer: lengths `[outputs, 1]` and directions `[outputs, inputs]`, folded to g · v / ‖v‖
 * (torch.nn.utils.weight_norm, dim 0). Rows already as long as g says keep their bits.
 */
export const weightNorm: Conversion = {
  infer: (shapes) => [shapeAt(shapes, 1)],
  shapes: ({ canonical }) => [[shapeAt(canonical, 0)[0] ?? 0, 1], shapeAt(canonical, 0)],
  read: (values) => {
    const lengths = valuesAt(values, 0)
    const folded = valuesAt(values, 1).slice()
    const size = folded.length / lengths.length
    lengths.forEach((length, row) => {
      const direction = folded.subarray(row * size, (row + 1) * size)
      const norm = euclidean(direction)
      if (Math.fround(norm) === length) return
      for (let i = 0; i < size; i++) direction[i] = ((direction[i] as number) * length) / norm
    })
    return [folded]
  },
  write: (values, { canonical }) => {
    const folded = valuesAt(values, 0)
    const [outputs = 0, inputs = 0] = shapeAt(canonical, 0)
    const rows = Array.from({ length: outputs }, (_, row) =>
      folded.subarray(row * inputs, (row + 1) * inputs),
    )
    return [Float32Array.from(rows, euclidean), folded]
  },
}

function euclidean(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

/**
 * A position table `[1, prefix + patches, width]`, split into the row of [CLS] and those of the patches.
 * Canonical: `position.cls`, `position.patches`. `clsRow: 'always'`: this code wants a row for [CLS], zeros where the
 * network has none. `width` is the decoder's where the table is its own.
 */
export function positionTable(
  options: { clsRow?: 'always'; width?: (spec: ModelSpec) => number } = {},
): Conversion {
  const widthOf = options.width ?? ((spec: ModelSpec) => spec.width)
  const clsRows = ({ spec, canonical }: ConversionContext) =>
    (canonical[0] ?? null) !== null || (options.clsRow === 'always' && spec.cls) ? 1 : 0
  return {
    infer: (shapes) => {
      const shape = shapeAt(shapes, 0)
      return [[], shape.slice(-2)]
    },
    shapes: (context) => {
      const [patches = 0] = shapeAt(context.canonical, 1)
      return [[1, clsRows(context) + patches, widthOf(context.spec)]]
    },
    read: (values, { spec, canonical }) => {
      const table = valuesAt(values, 0)
      const patches = table.length - countOf(shapeAt(canonical, 1))
      const cls = (canonical[0] ?? null) === null ? null : table.slice(0, widthOf(spec))
      return [cls, table.slice(patches)]
    },
    write: (values, context) => {
      const patches = valuesAt(values, 1)
      const cls = values[0] ?? new Float32Array(widthOf(context.spec))
      return [clsRows(context) === 1 ? concatenate([cls, patches]) : patches]
    },
  }
}

/**
 * A position table whose prefix may cover the register tokens too (timm, distilled DeiT). Sources: the table, the
 * registers `[1, registers, width]`. Canonical: `position.cls`, `position.patches`, `registers`; the registers' rows are
 * added to the registers, which gives the same tokens.
 */
export function positionTableAndRegisters(clsRow?: 'always'): Conversion {
  const table = positionTable(clsRow === undefined ? {} : { clsRow })
  return {
    infer: (shapes) => [...table.infer(shapes), shapes[1] ? shapes[1].slice(-2) : []],
    shapes: (context) => [...table.shapes(context), [1, context.spec.registers, context.spec.width]],
    accepts: (index, found, context) => {
      const [patches = 0] = shapeAt(context.canonical, 1)
      const [rows = 0, width = 0] = found.slice(-2)
      return index === 0 && width === context.spec.width && rows === 1 + context.spec.registers + patches
    },
    read: (values, context) => {
      const registers = values[1]?.slice() ?? null
      const stored = valuesAt(values, 0)
      const prefix = stored.length - countOf(shapeAt(context.canonical, 1))
      const { width } = context.spec
      if (registers !== null && prefix === width + registers.length)
        for (let i = 0; i < registers.length; i++)
          registers[i] = (registers[i] as number) + (stored[width + i] as number)
      return [...table.read(values, context), registers]
    },
    write: (values, context) => [...table.write(values, context), values[2] ?? null],
  }
}

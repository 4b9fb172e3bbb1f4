// Does a view of a storage read the elements that PyTorch's strides mean, and is it refused where it reaches outside?
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  contiguousStrides,
  elementCount,
  fortranStrides,
  problemOfView,
  storedTensor,
  type View,
} from '../../../../src-main/checkpoints/containers/tensor.ts'
import type { TensorDtype } from '../../../../src-shared/domain/checkpoint.ts'

/** A storage of the numbers 0, 1, 2 … that counts what is read of it. */
function storageOf(elements: number, dtype: 'float32' | 'float64' | 'uint8' | 'int16') {
  const array = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int16: Int16Array }[dtype]
  const bytes = new Uint8Array(new array(Array.from({ length: elements }, (_, i) => i)).buffer)
  const reads: number[] = []
  return {
    itemSize: array.BYTES_PER_ELEMENT,
    reads,
    source: {
      bytes: bytes.length,
      bigEndian: false,
      readInto(target: Uint8Array, offset: number) {
        reads.push(target.length)
        target.set(bytes.subarray(offset, offset + target.length))
      },
    },
  }
}

/** The elements of a view, as its definition says. */
function elementsOf({ shape, strides, offset }: View): number[] {
  if (shape.length === 0) return [offset]
  const [side, ...sides] = shape
  return Array.from({ length: side! }, (_, i) =>
    elementsOf({ shape: sides, strides: strides.slice(1), offset: offset + i * strides[0]! }),
  ).flat()
}

const axis = fc.record({ side: fc.integer({ min: 0, max: 4 }), stride: fc.integer({ min: 0, max: 12 }) })
const anyView = fc
  .record({ axes: fc.array(axis, { maxLength: 4 }), offset: fc.integer({ min: 0, max: 20 }) })
  .map(({ axes, offset }) => ({
    shape: axes.map(({ side }) => side),
    strides: axes.map(({ stride }) => stride),
    offset,
  }))

describe('views', () => {
  it.each(['float32', 'float64', 'uint8', 'int16'] as const)('of %s read what strides mean', (dtype) => {
    fc.assert(
      fc.property(anyView, fc.integer({ min: 0, max: 120 }), (view, elements) => {
        const expected = elementsOf(view)
        const inside = expected.length === 0 ? view.offset <= elements : Math.max(...expected) < elements
        expect(problemOfView(view, elements) === null).toBe(inside)
        if (!inside) return
        const { source, itemSize } = storageOf(elements, dtype)
        const tensor = storedTensor('a tensor', dtype as TensorDtype, itemSize, view, source)
        expect([...tensor.read()]).toEqual(expected)
        expect(tensor.readRaw().bytes.length).toBe(expected.length * itemSize)
      }),
      { seed: 7, numRuns: 400 },
    )
  })

  it('in C order are one read of exactly their bytes', () => {
    const { source, itemSize, reads } = storageOf(1000, 'float32')
    const view = { shape: [5, 7], strides: [7, 1], offset: 100 }
    expect([...storedTensor('t', 'float32', itemSize, view, source).read()]).toEqual(elementsOf(view))
    expect(reads).toEqual([140])
  })
  it('of a few elements far apart do not read all that lies between', () => {
    const reads: number[] = []
    const far = 2 ** 33
    const source = {
      bytes: far * 4 + 8,
      bigEndian: false,
      readInto(target: Uint8Array, offset: number) {
        reads.push(target.length)
        target.fill(offset === 0 ? 1 : 2)
      },
    }
    const view = { shape: [2], strides: [far], offset: 0 }
    expect(problemOfView(view, far + 1)).toBeNull()
    storedTensor('t', 'float32', 4, view, source).read()
    expect(reads).toEqual([4, 4])
  })
  it('are fresh copies', () => {
    const { source, itemSize } = storageOf(4, 'float32')
    const tensor = storedTensor('t', 'float32', itemSize, { shape: [4], strides: [1], offset: 0 }, source)
    tensor.read().fill(9)
    expect([...tensor.read()]).toEqual([0, 1, 2, 3])
  })
})

describe('shapes', () => {
  it('count their elements exactly or not at all', () => {
    expect(elementCount([])).toBe(1)
    expect(elementCount([3, 4])).toBe(12)
    expect(elementCount([2 ** 40, 0, 2 ** 40])).toBe(0)
    expect(elementCount([2 ** 26, 2 ** 27])).toBeNull()
    expect(elementCount([2 ** 26, 2 ** 26])).toBe(2 ** 52)
    expect(elementCount([1.5])).toBeNull()
    expect(elementCount([-1])).toBeNull()
  })
  it('have strides in C and in Fortran order', () => {
    expect(contiguousStrides([2, 3, 4])).toEqual([12, 4, 1])
    expect(fortranStrides([2, 3, 4])).toEqual([1, 2, 6])
  })
})

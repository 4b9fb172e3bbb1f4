// How are the points held on the graphics card? One geometry, uploaded once; what changes is an attribute of its own.
import * as three from 'three'
import { permutation, random } from '../../../../src-shared/numerics/random.ts'
import { pointFragment, pointVertex } from './shaders.ts'

export interface Points {
  readonly object: three.Points
  readonly geometry: three.BufferGeometry
  readonly count: number
  /** The item of the n-th vertex: in no order, so that the first half of them is a fair half. */
  readonly order: Uint32Array
  /** Where the points are, `[points, 3]`. */
  place(positions: Float32Array): void
  /** Where they go; the uniform `blend` stands between both. Null: they stay. */
  aim(positions: Float32Array | null): void
  /** `[points, 4]` bytes: red, green, blue, and the code of mark and state. */
  colour(colours: Uint8Array): void
  /** Of each point, 1 is usual; null: all are. */
  size(sizes: Float32Array | null): void
  /** Points are large enough to have a shape. */
  marked(on: boolean): void
  /** How many are drawn. */
  share(of: number): void
  dispose(): void
}

/** Values that the programs of points share. */
export function pointUniforms() {
  return {
    both: { value: new three.Matrix4() },
    blend: { value: 0 },
    /** Pixels at the far side, what the near side adds, and nearness = z − w · depth. */
    sizes: { value: new three.Vector4(4, 2, 1, 0) },
    surround: { value: new three.Color(0, 0, 0) },
    depthFade: { value: 0.62 },
    ringInner: { value: new three.Color(1, 1, 1) },
    ringOuter: { value: new three.Color(0, 0, 0) },
    reach: { value: 8 },
  }
}
export type PointUniforms = ReturnType<typeof pointUniforms>

/** The words before a program for what it has to do. */
export function turnOn(material: three.RawShaderMaterial, name: string, on: boolean): void {
  if (name in material.defines === on) return
  if (on) material.defines[name] = ''
  else delete material.defines[name]
  material.needsUpdate = true
}

/** Room for `count` points, all at zero. */
export function createPoints(count: number, uniforms: PointUniforms): Points {
  const order = permutation(random(count), Math.max(1, count)).subarray(0, count)
  const geometry = new three.BufferGeometry()
  const floats = (width: number): three.BufferAttribute =>
    new three.BufferAttribute(new Float32Array(count * width), width).setUsage(three.DynamicDrawUsage)
  const position = floats(3)
  const colour = new three.BufferAttribute(new Uint8Array(count * 4).fill(32), 4, true).setUsage(
    three.DynamicDrawUsage,
  )
  geometry.setAttribute('position', position)
  geometry.setAttribute('colour', colour)
  // What is out of sight is cut by the card, not by three.
  geometry.boundingSphere = new three.Sphere(new three.Vector3(), 1e6)
  const material = new three.RawShaderMaterial({
    glslVersion: three.GLSL3,
    vertexShader: pointVertex,
    fragmentShader: pointFragment,
    uniforms,
    transparent: true,
    depthTest: true,
    depthWrite: true,
  })
  const object = new three.Points(geometry, material)
  object.frustumCulled = false

  function put(attribute: three.BufferAttribute, values: Float32Array | Uint8Array): void {
    const { array, itemSize } = attribute
    if (itemSize === 4) {
      // Four bytes at once.
      const to = new Uint32Array(array.buffer)
      const from = new Uint32Array(values.buffer, values.byteOffset, count)
      for (let i = 0; i < count; i++) to[i] = from[order[i]!]!
    } else
      for (let i = 0; i < count; i++) {
        const item = order[i]! * itemSize
        for (let k = 0; k < itemSize; k++) array[i * itemSize + k] = values[item + k]!
      }
    attribute.needsUpdate = true
  }
  /** An attribute that is there only while it is needed. */
  function putAlso(name: string, word: string, width: number, values: Float32Array | null): void {
    if (values) {
      if (!geometry.hasAttribute(name)) geometry.setAttribute(name, floats(width))
      put(geometry.getAttribute(name) as three.BufferAttribute, values)
    }
    turnOn(material, word, values !== null)
  }

  return {
    object,
    geometry,
    count,
    order,
    place: (positions) => put(position, positions),
    aim: (positions) => putAlso('target', 'GLIDING', 3, positions),
    colour: (colours) => put(colour, colours),
    size: (sizes) => putAlso('size', 'SIZED', 1, sizes),
    marked: (on) => {
      turnOn(material, 'MARKED', on)
      if (material.transparent === on) return
      material.transparent = on
      material.needsUpdate = true
    },
    share: (of) => geometry.setDrawRange(0, Math.ceil(count * of)),
    dispose: () => {
      geometry.dispose()
      material.dispose()
    },
  }
}

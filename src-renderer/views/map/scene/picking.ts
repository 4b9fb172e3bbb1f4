// Which point lies under the pointer? The points drawn as numbers on a few pixels around it, and read back.
import * as three from 'three'
import { matricesOf, type View } from './camera.ts'
import { turnOn, type Points, type PointUniforms } from './points.ts'
import { idFragment, idVertex } from './shaders.ts'

/** Pixels of the side of what is read back: a point of this size is still found at its border. */
const side = 33

export interface Picker {
  /** The point under a spot of the screen, the nearest to it within a few pixels; null: none. */
  at(x: number, y: number, view: View, screen: { width: number; height: number }): Promise<number | null>
  use(points: Points | null): void
  dispose(): void
}

export function createPicker(renderer: three.WebGLRenderer, uniforms: PointUniforms): Picker {
  const target = new three.WebGLRenderTarget(side, side, {
    minFilter: three.NearestFilter,
    magFilter: three.NearestFilter,
    type: three.UnsignedByteType,
    colorSpace: three.NoColorSpace,
  })
  const material = new three.RawShaderMaterial({
    glslVersion: three.GLSL3,
    vertexShader: idVertex,
    fragmentShader: idFragment,
    uniforms,
    transparent: false,
    depthTest: true,
  })
  material.blending = three.NoBlending
  const scene = new three.Scene()
  const camera = new three.Camera()
  camera.matrixAutoUpdate = false
  camera.matrixWorldAutoUpdate = false
  const buffer = new Uint8Array(side * side * 4)
  let held: Points | null = null
  let object: three.Points | null = null
  return {
    use: (points) => {
      held = points
      scene.clear()
      object = points ? new three.Points(points.geometry, material) : null
      if (!object) return
      object.frustumCulled = false
      scene.add(object)
    },
    at: async (x, y, view, screen) => {
      if (!object) return null
      const region = { x: x - side / 2, y: y - side / 2, width: side, height: side }
      const { both } = matricesOf(view, screen.width, screen.height, region)
      uniforms.both.value.fromArray(both)
      turnOn(material, 'SIZED', held?.geometry.hasAttribute('size') === true)
      // The numbers are drawn at the screen's own pixels, whatever the effort of the picture.
      const { x: far, y: more } = uniforms.sizes.value
      const ratio = renderer.getPixelRatio() || 1
      uniforms.sizes.value.set(far / ratio, more / ratio, uniforms.sizes.value.z, uniforms.sizes.value.w)
      renderer.setRenderTarget(target)
      renderer.setClearColor(0x000000, 0)
      renderer.clear()
      renderer.render(scene, camera)
      renderer.setRenderTarget(null)
      uniforms.sizes.value.set(far, more, uniforms.sizes.value.z, uniforms.sizes.value.w)
      await renderer.readRenderTargetPixelsAsync(target, 0, 0, side, side, buffer)
      const vertex = nearest(buffer)
      return vertex === null ? null : (held?.order[vertex] ?? null)
    },
    dispose: () => {
      target.dispose()
      material.dispose()
    },
  }
}

/** The number nearest to the middle of `[side, side, 4]` bytes; null where all are 0. */
export function nearest(bytes: Uint8Array): number | null {
  let best: number | null = null
  let least = Infinity
  const middle = (side - 1) / 2
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = (row * side + column) * 4
      const id = bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65_536
      if (id === 0) continue
      const away = (row - middle) ** 2 + (column - middle) ** 2
      if (away < least) [least, best] = [away, id - 1]
    }
  return best !== null && least <= 12 ** 2 ? best : null
}

// What tells up from down on the map? A faint floor below the points, and axes where somebody wants them.
import * as three from 'three'

export interface Floor {
  readonly object: three.Group
  colour(line: readonly [number, number, number]): void
  /** A flat map has no floor. */
  show(on: boolean): void
  axes(on: boolean): void
  dispose(): void
}

const [reach, step, depth] = [1.5, 0.375, -1.12]

function lines(places: readonly number[]): three.BufferGeometry {
  const geometry = new three.BufferGeometry()
  geometry.setAttribute('position', new three.BufferAttribute(Float32Array.from(places), 3))
  return geometry
}

export function createFloor(): Floor {
  const object = new three.Group()
  const grid: number[] = []
  for (let at = -reach; at <= reach + 1e-6; at += step)
    grid.push(at, depth, -reach, at, depth, reach, -reach, depth, at, reach, depth, at)
  const material = new three.LineBasicMaterial({ depthWrite: false, toneMapped: false })
  const floor = new three.LineSegments(lines(grid), material)
  const strong = new three.LineBasicMaterial({ depthWrite: false, toneMapped: false })
  const cross = new three.LineSegments(
    lines([-1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, -1, 0, 0, 1]),
    strong,
  )
  for (const one of [floor, cross]) {
    one.frustumCulled = false
    one.renderOrder = 0
  }
  cross.visible = false
  object.add(floor, cross)
  return {
    object,
    colour: ([r, g, b]) => {
      material.color.setRGB(r / 255, g / 255, b / 255)
      strong.color.setRGB(
        Math.min(1, (r / 255) * 2.2),
        Math.min(1, (g / 255) * 2.2),
        Math.min(1, (b / 255) * 2.2),
      )
    },
    show: (on) => void (floor.visible = on),
    axes: (on) => void (cross.visible = on),
    dispose: () => {
      floor.geometry.dispose()
      cross.geometry.dispose()
      material.dispose()
      strong.dispose()
    },
  }
}

// What runs in the page of the bench of the map? The scene alone, with points that are made up.
import { orbited, startView, zoomed } from '../../src-renderer/views/map/scene/camera.ts'
import { fitOf, fitted } from '../../src-renderer/views/map/scene/fit.ts'
import { createScene, type MapScene } from '../../src-renderer/views/map/scene/scene.ts'
import { codeOf, states } from '../../src-renderer/views/map/scene/shaders.ts'
import { pointsInside } from '../../src-renderer/views/map/scene/selecting.ts'
import { fillNormal, random } from '../../src-shared/numerics/random.ts'

const clusters = 10
let scene: MapScene
let positions: Float32Array<ArrayBuffer>
let [width, height] = [1, 1]
let drawn = 0
let wake = (): void => undefined

function madeUp(count: number): Float32Array<ArrayBuffer> {
  const source = random(1)
  const centres = fillNormal(source, new Float32Array(clusters * 3))
  const out = fillNormal(source, new Float32Array(count * 3), 0, 0.25)
  for (let i = 0; i < count; i++)
    for (let k = 0; k < 3; k++) out[i * 3 + k]! += centres[(i % clusters) * 3 + k]!
  return fitted(out, 3, fitOf(out, 3))
}

/** A small picture for every point asked for. */
async function pictures(items: readonly number[], side: number): Promise<ReadonlyMap<number, ImageBitmap>> {
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')!
  const made = new Map<number, ImageBitmap>()
  for (const item of items) {
    context.fillStyle = `hsl(${(item * 37) % 360} 70% 50%)`
    context.fillRect(0, 0, side, side)
    made.set(item, await createImageBitmap(canvas))
  }
  return made
}

const nextDrawn = (): Promise<void> => new Promise((resolve) => (wake = resolve))

export const bench = {
  /** Seconds until the first frame of a map of so many points is drawn. */
  async start(count: number, w: number, h: number, withPictures: number): Promise<number> {
    ;[width, height] = [w, h]
    const canvas = document.querySelector('canvas')!
    canvas.style.width = `${w}px`
    canvas.style.height = `${h}px`
    scene?.dispose()
    const fresh = canvas.cloneNode() as HTMLCanvasElement
    canvas.replaceWith(fresh)
    scene = createScene(fresh, {
      pictures,
      onDrawn: () => {
        drawn++
        wake()
      },
    })
    scene.setSize(w, h, 1)
    scene.setColours({ surround: [12, 13, 14], line: [30, 32, 34] })
    const given = madeUp(count)
    const began = performance.now()
    positions = given
    scene.setPoints(positions, true)
    const colours = new Uint8Array(count * 4)
    for (let i = 0; i < count; i++)
      colours.set(
        [(i * 53) % 200, (i * 97) % 200, 90 + (i % clusters) * 16, codeOf(i % 6, states.plain)],
        i * 4,
      )
    scene.setLook(colours, null, null)
    scene.setWanted({ pictures: withPictures, pointSize: count > 200_000 ? 2 : count > 20_000 ? 3 : 5 })
    scene.setView(startView(3))
    await nextDrawn()
    await scene.pick(w / 2, h / 2)
    return (performance.now() - began) / 1000
  },
  /** Milliseconds of each frame while the map turns. */
  async turn(frames: number): Promise<number[]> {
    const times: number[] = []
    let last = performance.now()
    for (let i = 0; i < frames; i++) {
      scene.setView(orbited(scene.view, 6, i % 40 < 20 ? 1 : -1, height))
      await nextDrawn()
      const now = performance.now()
      times.push(now - last)
      last = now
    }
    return times
  },
  /** Milliseconds of each pick, and how many found a point. */
  async pick(times: number): Promise<{ milliseconds: number[]; found: number }> {
    const milliseconds: number[] = []
    let found = 0
    for (let i = 0; i < times; i++) {
      const since = performance.now()
      const at = await scene.pick(
        width * (0.3 + 0.4 * ((i * 0.37) % 1)),
        height * (0.3 + 0.4 * ((i * 0.61) % 1)),
      )
      milliseconds.push(performance.now() - since)
      if (at !== null) found++
    }
    return { milliseconds, found }
  },
  /** Whether the point that was picked where point `item` stands is that point, or one in front of it. */
  async pickItem(item: number): Promise<{ picked: number | null; away: number }> {
    const place = scene.placeOf(item)!
    const picked = await scene.pick(place.x, place.y)
    if (picked === null) return { picked, away: Infinity }
    const other = scene.placeOf(picked)!
    return { picked, away: Math.hypot(other.x - place.x, other.y - place.y) }
  },
  async lasso(): Promise<{ found: number; milliseconds: number }> {
    const line = Array.from({ length: 200 }, (_, i) => ({
      x: width / 2 + Math.cos((i / 200) * 6.283) * width * 0.3,
      y: height / 2 + Math.sin((i / 200) * 6.283) * height * 0.3,
    }))
    const since = performance.now()
    const found = await pointsInside(positions, scene.matrices(), line, { width, height })
    return { found: found?.length ?? 0, milliseconds: performance.now() - since }
  },
  zoom(factor: number): void {
    scene.setView(zoomed(scene.view, factor, { x: width / 2, y: height / 2 }, width, height))
  },
  effort: () => scene.effort,
  view: () => scene.view,
  drawn: () => drawn,
  idle: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}
;(globalThis as { bench?: typeof bench }).bench = bench

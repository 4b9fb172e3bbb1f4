// What stands on the canvas of the map? Points, small pictures on them, and axes; drawn when something changed, and only then.
import * as three from 'three'
import { between, flyTo, framed, matricesOf, startView, type Matrices, type View } from './camera.ts'
import { cellSideFor } from './cells.ts'
import { ballOf } from './fit.ts'
import { createGovernor } from './governor.ts'
import { createPicker } from './picking.ts'
import { createPoints, pointUniforms, type Points } from './points.ts'
import { createSheets, type Drawn } from './sheets.ts'
import { placeOf, spread, uncovered, type Place } from './spread.ts'
import { createFloor } from './floor.ts'

export interface SceneColours {
  /** Of the stage, 0 … 255. */
  readonly surround: readonly [number, number, number]
  readonly line: readonly [number, number, number]
}

export interface SceneOptions {
  /** Small pictures of items, their longest side as given; called with what is missing only. */
  pictures?: (items: readonly number[], side: number) => Promise<ReadonlyMap<number, ImageBitmap>>
  /** After each drawing: where everything is, for what lies over the canvas. */
  onDrawn?: (drawn: DrawnFrame) => void
  onView?: (view: View) => void
  /** The card forgot everything, or is back. */
  onLost?: (lost: boolean) => void
}
export interface DrawnFrame {
  readonly matrices: Matrices
  readonly view: View
  readonly width: number
  readonly height: number
  readonly pictures: readonly Drawn[]
}

export type MapScene = ReturnType<typeof createScene>

/** Points that every machine draws while the map moves. */
const leastPoints = 20_000
/** Milliseconds after a movement until everything is drawn at its finest. */
const rest = 160

/** The scene of one canvas. Throws where the page has no WebGL 2. */
export function createScene(canvas: HTMLCanvasElement, options: SceneOptions = {}) {
  const renderer = new three.WebGLRenderer({
    canvas,
    antialias: false,
    alpha: false,
    powerPreference: 'high-performance',
    preserveDrawingBuffer: false,
  })
  renderer.autoClear = false
  renderer.outputColorSpace = three.LinearSRGBColorSpace
  three.ColorManagement.enabled = false
  const uniforms = pointUniforms()
  const world = new three.Scene()
  const camera = new three.Camera()
  camera.matrixAutoUpdate = false
  camera.matrixWorldAutoUpdate = false
  const sheets = createSheets(renderer)
  const floor = createFloor()
  world.add(floor.object, sheets.object)
  const picker = createPicker(renderer, uniforms)
  const governor = createGovernor()

  let points: Points | null = null
  let positions = new Float32Array(0)
  /** Where the points stood before a movement of theirs, while it lasts. */
  let from: Float32Array | null = null
  let [width, height, ratio] = [1, 1, 1]
  let view: View = startView(3)
  let surround = new three.Color(0, 0, 0)
  let colours: Uint8Array = new Uint8Array(0)
  let wanted = { pictures: 0, side: 36, pointSize: 4, visible: null as ((item: number) => boolean) | null }
  let chosen: Place[] = []
  let shown: Drawn[] = []
  let frame = 0
  let closed = false
  let moving = 0
  let lastFrame = 0
  let flight: { from: View; to: View; since: number; milliseconds: number } | null = null
  let drift: { since: number; milliseconds: number; done: () => void } | null = null
  let restTimer: ReturnType<typeof setTimeout> | undefined
  const asked = new Set<string>()
  let generation = 0

  const lost = (event: Event): void => {
    event.preventDefault()
    options.onLost?.(true)
  }
  const back = (): void => {
    sheets.forget()
    asked.clear()
    options.onLost?.(false)
    invalidate()
  }
  canvas.addEventListener('webglcontextlost', lost)
  canvas.addEventListener('webglcontextrestored', back)

  function invalidate(): void {
    if (frame === 0 && !closed) frame = requestAnimationFrame(draw)
  }

  function touched(): void {
    moving = performance.now()
    clearTimeout(restTimer)
    restTimer = setTimeout(() => {
      moving = 0
      lastFrame = 0
      invalidate()
    }, rest)
    invalidate()
  }

  /** Applies movements that are under way; true where there are some. */
  function advance(now: number): boolean {
    let busy = false
    if (flight) {
      const t = flight.milliseconds > 0 ? (now - flight.since) / flight.milliseconds : 1
      view = between(flight.from, flight.to, t)
      if (t >= 1) {
        view = flight.to
        flight = null
        options.onView?.(view)
      } else busy = true
    }
    if (drift) {
      const t = drift.milliseconds > 0 ? Math.min(1, (now - drift.since) / drift.milliseconds) : 1
      uniforms.blend.value = t * t * (3 - 2 * t)
      if (t >= 1) settle()
      else busy = true
    }
    return busy
  }

  function settle(): void {
    const ended = drift
    drift = null
    from = null
    points?.place(positions)
    points?.aim(null)
    uniforms.blend.value = 0
    ended?.done()
  }

  function draw(now: number): void {
    frame = 0
    if (closed) return
    const busy = advance(now) || moving > 0
    if (busy && lastFrame > 0 && governor.frame(now - lastFrame)) resize()
    lastFrame = busy ? now : 0
    const effort = busy ? governor.effort() : { ratio: 1, pictures: 1, points: 1 }
    const share = ratio * effort.ratio
    if (Math.abs(renderer.getPixelRatio() - share) > 1e-3) renderer.setPixelRatio(share)
    const matrices = matricesOf(view, width, height)
    see(matrices, share)
    // A small map is always drawn whole.
    points?.share(Math.min(1, Math.max(effort.points, leastPoints / Math.max(1, points.count))))
    floor.show(view.dims === 3)
    arrange(matrices, busy, effort.pictures)
    renderer.setClearColor(surround, 1)
    renderer.clear()
    renderer.render(world, camera)
    options.onDrawn?.({ matrices, view, width, height, pictures: shown })
    if (flight || drift) invalidate()
  }

  /** Tells the programs from where, and how large in pixels of the drawing. */
  function see(matrices: Matrices, share: number): void {
    camera.matrixWorldInverse.fromArray(matrices.view)
    camera.projectionMatrix.fromArray(matrices.projection)
    uniforms.both.value.fromArray(matrices.both)
    const size = wanted.pointSize * share
    // The depth of a point is its w in perspective; on a flat map w is 1 and all are equally near.
    const flat = view.dims === 2
    uniforms.sizes.value.set(size * 0.75, size * 0.6, flat ? 0.8 : (view.distance + 1) / 2, flat ? 0 : 0.5)
    uniforms.surround.value.copy(surround)
    points?.marked(size * 1.35 >= 3.6)
  }

  /** Chooses the pictures on the map anew at rest, or on a small map; else those that are there move along. */
  function arrange(matrices: Matrices, busy: boolean, share: number): void {
    if (wanted.pictures === 0 || !options.pictures || drift) {
      if (shown.length > 0) shown = sheets.draw([], 32, { width, height })
      return
    }
    const cell = wanted.side * 1.12
    if (!busy || positions.length / 3 <= 5000) {
      chosen = spread(positions, matrices, { width, height }, view.distance, {
        most: Math.round(wanted.pictures * share),
        cell,
        margin: wanted.side * 0.6,
        shown: wanted.visible,
        before: new Set(chosen.map(({ item }) => item)),
      })
    } else
      chosen = chosen.flatMap(
        ({ item }) => placeOf(positions, item, matrices, { width, height }, view.distance) ?? [],
      )
    const side = cellSideFor(wanted.side * ratio)
    const flat = view.dims === 2
    const drawn = uncovered(chosen, cell).map(({ item, x, y, near }): Drawn => ({
      item,
      x,
      y,
      side: wanted.side * (flat ? 1 : 0.62 + 0.38 * near),
      strength: flat ? 1 : 0.7 + 0.3 * near,
      frame: [colours[item * 4] ?? 128, colours[item * 4 + 1] ?? 128, colours[item * 4 + 2] ?? 128],
    }))
    shown = sheets.draw(drawn, side, { width, height })
    if (!busy) fetchMissing(side)
  }

  function fetchMissing(side: ReturnType<typeof cellSideFor>): void {
    const missing = sheets
      .missing(
        chosen.map(({ item }) => item),
        side,
      )
      .filter((item) => !asked.has(`${side} ${item}`))
    if (missing.length === 0 || !options.pictures) return
    const mine = generation
    for (const item of missing) asked.add(`${side} ${item}`)
    options.pictures(missing, side).then(
      (found) => {
        for (const [item, bitmap] of found) {
          if (!closed && mine === generation) sheets.put(item, side, bitmap)
          bitmap.close()
          asked.delete(`${side} ${item}`)
        }
        if (found.size > 0) invalidate()
      },
      // An item whose picture cannot be had stays a point.
      () => undefined,
    )
  }

  function resize(): void {
    renderer.setSize(width, height, false)
  }

  return {
    invalidate,
    get view() {
      return view
    },
    get positions() {
      return positions
    },
    get effort() {
      return governor.effort()
    },
    /** How many calls the last frame took, and how much lies on the card. */
    get spent() {
      return { calls: renderer.info.render.calls, points: points?.count ?? 0 }
    },
    setSize(w: number, h: number, pixelRatio: number) {
      ;[width, height, ratio] = [Math.max(1, w), Math.max(1, h), pixelRatio]
      renderer.setPixelRatio(ratio)
      resize()
      invalidate()
    },
    setColours({ surround: [r, g, b], line }: SceneColours) {
      surround = new three.Color(r / 255, g / 255, b / 255)
      sheets.surround(surround)
      floor.colour(line)
      invalidate()
    },
    /** Another map: `[points, 3]`, in the ball of radius 1. Small pictures of the one before are forgotten where `fresh`. */
    setPoints(next: Float32Array<ArrayBuffer>, fresh: boolean) {
      if (drift) settle()
      if (!points || points.count !== next.length / 3) {
        if (points) {
          world.remove(points.object)
          points.dispose()
        }
        points = createPoints(next.length / 3, uniforms)
        points.object.renderOrder = 1
        world.add(points.object)
        picker.use(points)
      }
      if (fresh) {
        generation++
        sheets.forget()
        asked.clear()
        chosen = []
      }
      positions = next
      points.place(next)
      invalidate()
    },
    /** The same points elsewhere: they glide there. Resolves when they have arrived. */
    move(next: Float32Array<ArrayBuffer>, milliseconds: number): Promise<void> {
      if (!points || points.count !== next.length / 3 || milliseconds <= 0) {
        this.setPoints(next, false)
        return Promise.resolve()
      }
      if (drift) settle()
      const held = points
      from = positions
      held.place(from)
      held.aim(next)
      positions = next
      return new Promise((done) => {
        drift = { since: performance.now(), milliseconds, done }
        invalidate()
      })
    },
    /** Colours with their codes, `[points, 4]` bytes (`codeOf`), and sizes where they differ. */
    setLook(next: Uint8Array, sizes: Float32Array | null, visible: ((item: number) => boolean) | null) {
      if (!points) return
      colours = next
      wanted.visible = visible
      points.colour(next)
      points.size(sizes)
      invalidate()
    },
    setWanted(change: { pictures?: number; side?: number; pointSize?: number }) {
      wanted = { ...wanted, ...change }
      invalidate()
    },
    setAxes: (on: boolean) => {
      floor.axes(on)
      invalidate()
    },
    /** Another view at once, as the hand moves it. */
    setView(next: View) {
      flight = null
      view = next
      touched()
      options.onView?.(view)
    },
    /** Another view that no hand asked for: the map is drawn as it is at rest. */
    showFrom(next: View) {
      flight = null
      view = next
      invalidate()
      options.onView?.(view)
    },
    /** Another view, flown to. */
    fly(next: View, milliseconds: number) {
      flight = { from: view, to: next, since: performance.now(), milliseconds }
      invalidate()
    },
    flyToItems(items: ArrayLike<number>, milliseconds: number) {
      if (items.length === 0) return
      const { centre, radius } = ballOf(positions, items)
      this.fly(flyTo(view, centre, radius), milliseconds)
    },
    /** The whole map in view. */
    home: (): View => framed(positions, view.dims, width, height),
    homeOf: (dims: 2 | 3): View => framed(positions, dims, width, height),
    matrices: (): Matrices => matricesOf(view, width, height),
    placeOf: (item: number): Place | null =>
      placeOf(positions, item, matricesOf(view, width, height), { width, height }, view.distance),
    /** The point or small picture under a spot. */
    async pick(x: number, y: number): Promise<number | null> {
      const on = shown.findLast(
        (one) => Math.abs(one.x - x) <= one.side / 2 && Math.abs(one.y - y) <= one.side / 2,
      )
      if (on) return on.item
      if (drift || closed) return null
      return picker.at(x, y, view, { width, height })
    },
    /** The picture as it stands, drawn at `scale` times the screen's pixels. */
    async figure(scale: number): Promise<{ rgba: Uint8Array; width: number; height: number }> {
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
      const target = new three.WebGLRenderTarget(w, h, { colorSpace: three.NoColorSpace })
      const matrices = matricesOf(view, width, height)
      see(matrices, scale)
      points?.share(1)
      renderer.setRenderTarget(target)
      renderer.setClearColor(surround, 1)
      renderer.clear()
      renderer.render(world, camera)
      renderer.setRenderTarget(null)
      const rgba = new Uint8Array(w * h * 4)
      await renderer.readRenderTargetPixelsAsync(target, 0, 0, w, h, rgba)
      target.dispose()
      return { rgba, width: w, height: h }
    },
    dispose() {
      closed = true
      cancelAnimationFrame(frame)
      clearTimeout(restTimer)
      canvas.removeEventListener('webglcontextlost', lost)
      canvas.removeEventListener('webglcontextrestored', back)
      if (points) points.dispose()
      sheets.dispose()
      floor.dispose()
      picker.dispose()
      renderer.dispose()
    },
  }
}

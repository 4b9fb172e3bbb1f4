// How do small pictures get onto the map? Onto sheets of 2,048 px as they arrive, and from there as rectangles in one draw call per sheet.
import * as three from 'three'
import { cellSides, createCells, sheetSide, type CellSide, type Cells } from './cells.ts'
import { pictureFragment, pictureVertex } from './shaders.ts'

/** A small picture as it should stand on the screen, in pixels. */
export interface Drawn {
  readonly item: number
  readonly x: number
  readonly y: number
  /** Longest side. */
  readonly side: number
  /** 0 … 1: how much of it shows through the surround. */
  readonly strength: number
  /** Red, green, blue of its frame, 0 … 255. */
  readonly frame: readonly [number, number, number]
}

export interface Sheets {
  readonly object: three.Group
  /** Items of these that are not on a sheet of this side yet. */
  missing(items: Iterable<number>, side: CellSide): number[]
  /** Puts a picture on a sheet. Its longest side is the cell's. */
  put(item: number, side: CellSide, bitmap: ImageBitmap): void
  /** What is drawn from now on; a picture that is not there is left out, or taken from a coarser sheet. */
  draw(pictures: readonly Drawn[], side: CellSide, screen: { width: number; height: number }): Drawn[]
  surround(colour: three.Color): void
  forget(): void
  dispose(): void
}

interface Sheet {
  readonly texture: three.DataTexture
  readonly mesh: three.Mesh
  readonly geometry: three.InstancedBufferGeometry
  readonly material: three.RawShaderMaterial
}
/** Sheets of one side of cells, at most: 16 MB each on the card. */
const mostSheets = 3
const mostDrawn = 512

export function createSheets(renderer: three.WebGLRenderer): Sheets {
  const object = new three.Group()
  const cells = new Map<CellSide, Cells>(cellSides.map((side) => [side, createCells(side, mostSheets)]))
  const sizes = new Map<string, readonly [number, number]>()
  const sheets = new Map<string, Sheet>()
  const surroundings = { value: new three.Color(0, 0, 0) }
  const screenSize = { value: new three.Vector2(1, 1) }
  const line = { value: 1.5 }

  function sheetOf(side: CellSide, number: number): Sheet {
    const key = `${side} ${number}`
    const known = sheets.get(key)
    if (known) return known
    const texture = new three.DataTexture(
      new Uint8Array(sheetSide * sheetSide * 4),
      sheetSide,
      sheetSide,
      three.RGBAFormat,
    )
    texture.minFilter = three.LinearFilter
    texture.magFilter = three.LinearFilter
    texture.generateMipmaps = false
    texture.needsUpdate = true
    // Its memory here is of no use once the card has room of its own.
    texture.onUpdate = () => void (texture.image.data = null as never)
    const geometry = new three.InstancedBufferGeometry()
    geometry.setAttribute('corner', new three.BufferAttribute(new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), 2))
    geometry.setIndex([0, 2, 1, 1, 2, 3])
    for (const name of ['box', 'cut', 'frame'])
      geometry.setAttribute(
        name,
        new three.InstancedBufferAttribute(new Float32Array(mostDrawn * 4), 4).setUsage(
          three.DynamicDrawUsage,
        ),
      )
    geometry.instanceCount = 0
    const material = new three.RawShaderMaterial({
      glslVersion: three.GLSL3,
      vertexShader: pictureVertex,
      fragmentShader: pictureFragment,
      uniforms: { sheet: { value: texture }, surround: surroundings, screen: screenSize, line },
      depthTest: false,
      depthWrite: false,
      side: three.DoubleSide,
      // In the list of what is drawn last, after the points.
      transparent: true,
    })
    const mesh = new three.Mesh(geometry, material)
    mesh.frustumCulled = false
    mesh.renderOrder = 2
    object.add(mesh)
    const sheet = { texture, mesh, geometry, material }
    sheets.set(key, sheet)
    return sheet
  }

  /** The side on which a picture lies, the wanted one first, then the finer, then the coarser. */
  function sideWith(item: number, wanted: CellSide): CellSide | null {
    const order = [wanted, ...cellSides.filter((side) => side > wanted), ...[...cellSides].reverse()]
    return order.find((side) => cells.get(side)!.find(item) !== null) ?? null
  }

  return {
    object,
    missing: (items, side) => [...items].filter((item) => cells.get(side)!.find(item) === null),
    put: (item, side, bitmap) => {
      const { sheet, x, y } = cells.get(side)!.place(item)
      const source = new three.Texture(bitmap as unknown as HTMLImageElement)
      source.flipY = false
      source.colorSpace = three.NoColorSpace
      source.generateMipmaps = false
      source.minFilter = three.LinearFilter
      source.needsUpdate = true
      renderer.copyTextureToTexture(source, sheetOf(side, sheet).texture, null, new three.Vector2(x, y))
      source.dispose()
      sizes.set(`${side} ${item}`, [bitmap.width, bitmap.height])
    },
    draw: (pictures, wanted, screen) => {
      screenSize.value.set(screen.width, screen.height)
      const counts = new Map<Sheet, number>()
      const shown: Drawn[] = []
      for (const one of pictures) {
        const side = sideWith(one.item, wanted)
        const size = side && sizes.get(`${side} ${one.item}`)
        if (!side || !size) continue
        const cell = cells.get(side)!.find(one.item)!
        const sheet = sheetOf(side, cell.sheet)
        const n = counts.get(sheet) ?? 0
        if (n >= mostDrawn) continue
        counts.set(sheet, n + 1)
        const scale = one.side / Math.max(size[0], size[1])
        const [width, height] = [size[0] * scale, size[1] * scale]
        const set = (name: string, values: readonly number[]): void => {
          const attribute = sheet.geometry.getAttribute(name) as three.InstancedBufferAttribute
          ;(attribute.array as Float32Array).set(values, n * 4)
          attribute.needsUpdate = true
        }
        set('box', [one.x - width / 2, one.y - height / 2, width, height])
        // Half a pixel inside, so that a neighbour's border never shows.
        set(
          'cut',
          [cell.x + 0.5, cell.y + 0.5, size[0] - 1, size[1] - 1].map((value) => value / sheetSide),
        )
        set('frame', [...one.frame.map((value) => value / 255), one.strength])
        shown.push(one)
      }
      for (const sheet of sheets.values()) {
        sheet.geometry.instanceCount = counts.get(sheet) ?? 0
        sheet.mesh.visible = sheet.geometry.instanceCount > 0
      }
      return shown
    },
    surround: (colour) => surroundings.value.copy(colour),
    forget: () => {
      for (const one of cells.values()) one.forget()
      sizes.clear()
      for (const { geometry } of sheets.values()) geometry.instanceCount = 0
    },
    dispose: () => {
      for (const { texture, geometry, material } of sheets.values()) {
        texture.dispose()
        geometry.dispose()
        material.dispose()
      }
      sheets.clear()
    },
  }
}

// Which pixels lie under the map? The picture as the scene shows it, read back for a figure.
import type { DimCache, Scene } from './scene.ts'
import type { Ground } from './sceneFigure.ts'

const longest = 1280

/** The scene's picture, dimmed where it would be, at most 1,280 pixels on its long side. */
export function groundOf(scene: Scene, dim: DimCache): Ground {
  const { width: wide, height: high } = scene.picture ?? scene.size
  const scale = Math.min(1, longest / Math.max(wide, high))
  const width = Math.max(1, Math.round(wide * scale))
  const height = Math.max(1, Math.round(high * scale))
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  if (scene.picture) {
    context.imageSmoothingQuality = 'high'
    const dimmed = scene.values !== null && scene.overlay === 'heat'
    context.drawImage(dimmed ? dim.get(scene.picture, scene.theme) : scene.picture, 0, 0, width, height)
  }
  return {
    pixels: context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>,
    width,
    height,
  }
}

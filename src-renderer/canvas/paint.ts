// Which pixel does a value become? Maps and overlays as RGBA, one pixel per patch.
import { smoothstep } from '../../src-shared/colour/overlay.ts'
import type { Ramp } from './ramps.ts'

/**
 * Values as colours, `[patches]` → `[patches, 4]`: each divided by `max` and looked up in the ramp.
 * `gamma` lifts weak values on small maps, where only the shape is read; 1 is true to the scale.
 */
export function paintMap(
  values: ArrayLike<number>,
  max: number,
  ramp: Ramp,
  gamma: number,
  pixels: Uint8ClampedArray = new Uint8ClampedArray(values.length * 4),
  from = 0,
): Uint8ClampedArray {
  const scale = max > 0 ? 1 / max : 0
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, Math.max(0, values[i]! * scale))
    const colour = 3 * Math.round((gamma === 1 ? share : share ** gamma) * 255)
    const at = from + 4 * i
    pixels[at] = ramp.table[colour]!
    pixels[at + 1] = ramp.table[colour + 1]!
    pixels[at + 2] = ramp.table[colour + 2]!
    pixels[at + 3] = 255
  }
  return pixels
}

/** Values as an overlay: the ramp's colour, covering by opacity × smoothstep(0.02, 0.5, value / max). */
export function paintOverlay(
  values: ArrayLike<number>,
  max: number,
  ramp: Ramp,
  opacity: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4)
  paintMap(values, max, ramp, 1, pixels)
  const scale = max > 0 ? 1 / max : 0
  for (let i = 0; i < values.length; i++)
    pixels[4 * i + 3] = Math.round(255 * opacity * smoothstep(0.02, 0.5, values[i]! * scale))
  return pixels
}

/** How much of the stage's darkness lies over each patch in the spotlight: none where attention is strong. */
export function paintSpotlight(
  values: ArrayLike<number>,
  max: number,
  surround: readonly [number, number, number],
  opacity: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4)
  const scale = max > 0 ? 1 / max : 0
  for (let i = 0; i < values.length; i++) {
    pixels[4 * i] = surround[0]
    pixels[4 * i + 1] = surround[1]
    pixels[4 * i + 2] = surround[2]
    pixels[4 * i + 3] = Math.round(255 * opacity * (1 - smoothstep(0.02, 0.5, values[i]! * scale)))
  }
  return pixels
}

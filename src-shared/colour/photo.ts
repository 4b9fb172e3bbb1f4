// How does a photo step back behind what is drawn over it? The look's photo filters, as browsers compute them.
import type { Theme } from './maps.ts'

/** Steps of CSS filter effects, in their order; each works on sRGB values. */
interface Filter {
  saturate: number
  contrast: number
  brightness: number
}
/** `dim`: under a map. `off`: where a part colouring leaves the background unpainted. */
const filters: Record<'dim' | 'off', Record<Theme, Filter>> = {
  dim: {
    dark: { saturate: 0.65, contrast: 1, brightness: 0.72 },
    light: { saturate: 0.45, contrast: 0.5, brightness: 1.5 },
  },
  off: {
    dark: { saturate: 0.12, contrast: 1, brightness: 0.34 },
    light: { saturate: 0.1, contrast: 0.4, brightness: 1.6 },
  },
}

/** A photo `[…, 3]` darkened (dark theme) or washed out (light theme), as a new array. */
export function stepBack(rgb: Uint8Array, theme: Theme, how: 'dim' | 'off' = 'dim'): Uint8Array {
  const { saturate, contrast, brightness } = filters[how][theme]
  const out = new Uint8ClampedArray(rgb.length)
  const scale = contrast * brightness
  const shift = 127.5 * (1 - contrast) * brightness
  for (let i = 0; i < rgb.length; i += 3) {
    const red = rgb[i]!
    const green = rgb[i + 1]!
    const blue = rgb[i + 2]!
    // Filter Effects Module Level 1, saturate(): towards the luma of linear weights.
    const luma = (0.213 * red + 0.715 * green + 0.072 * blue) * (1 - saturate)
    out[i] = (luma + saturate * red) * scale + shift
    out[i + 1] = (luma + saturate * green) * scale + shift
    out[i + 2] = (luma + saturate * blue) * scale + shift
  }
  return new Uint8Array(out.buffer)
}

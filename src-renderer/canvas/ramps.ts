// Which colours do maps have on this screen? The shared colour maps, as tables for pixels and as gradients for CSS.
import { colourMap, type ColourMap, type MapName, type Theme } from '../../src-shared/colour/maps.ts'

export type Ramp = ColourMap
export type { Theme }

export function ramp(name: MapName, theme: Theme): Ramp {
  return colourMap(name, theme)
}

/** The ramp as a CSS gradient, low at the left or at the bottom. */
export function rampGradient({ table }: Ramp, towards: 'right' | 'up'): string {
  const steps = Array.from({ length: 17 }, (_, i) => {
    const at = Math.round((i / 16) * 255) * 3
    return `rgb(${table[at]} ${table[at + 1]} ${table[at + 2]})`
  })
  return `linear-gradient(${towards === 'right' ? '90deg' : '0deg'},${steps.join(',')})`
}

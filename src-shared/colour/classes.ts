// Which colour and mark does a class get? Twelve colours that stay apart for every kind of sight, and six marks.
import { parseHex, type Rgb } from './oklab.ts'
import type { Theme } from './maps.ts'

const colours: Record<Theme, readonly Rgb[]> = {
  dark: 'f2ac00 8bdafe b1ffdc fef145 257ef8 e47011 ce94f8 c748b2 a4927e 98cb8d d40f0c 1d777b'
    .split(' ')
    .map(parseHex),
  light: '6e2b00 1b4ba9 13a87b 839002 4e6ff2 9c5905 39006c b67dd5 645850 5a7f62 431100 00434c'
    .split(' ')
    .map(parseHex),
}
export const marks = ['●', '■', '▲', '◆', '✚', '▼'] as const

/** The look of class `index`, counted from 0; from the thirteenth on it is the grey of *others*. */
export function classLook(index: number, theme: Theme): { colour: Rgb; mark: string; hollow: boolean } {
  const colour = colours[theme][index] ?? ([143, 149, 155] as const)
  return { colour, mark: marks[index % marks.length]!, hollow: index >= 6 && index < 12 }
}

// Which code bases' names are known? One line each, the more particular before the more general.
import type { FamilyGuess, KeyMap, NetworkView } from './keyMap.ts'
import { dino } from './dino.ts'
import { dinov2 } from './dinov2.ts'
import { dinov3 } from './dinov3.ts'
import { googleVit } from './googleVit.ts'
import { huggingfaceDinov2 } from './huggingfaceDinov2.ts'
import { huggingfaceDinov3 } from './huggingfaceDinov3.ts'
import { huggingfaceIjepa } from './huggingfaceIjepa.ts'
import { huggingfaceMae } from './huggingfaceMae.ts'
import { huggingfaceDeit, huggingfaceVit } from './huggingfaceVit.ts'
import { ibot } from './ibot.ts'
import { ijepa } from './ijepa.ts'
import { mae } from './mae.ts'
import { distilledDeit, timm } from './timm.ts'
import { timmDinov3 } from './timmDinov3.ts'
import { torchvision } from './torchvision.ts'

/** Asked from the top; the first that recognises a network reads it. */
export const keyMaps: readonly KeyMap[] = [
  dinov3,
  timmDinov3,
  huggingfaceDinov3,
  huggingfaceDinov2,
  huggingfaceMae,
  huggingfaceDeit,
  huggingfaceIjepa,
  huggingfaceVit,
  googleVit,
  torchvision,
  distilledDeit,
  ijepa,
  mae,
  dinov2,
  ibot,
  timm,
  dino,
]

/** The key map that speaks a network's language, and whose network it takes it for; null where none does. */
export function recognise(view: NetworkView): { map: KeyMap; guess: FamilyGuess } | null {
  for (const map of keyMaps) {
    const guess = map.recognise(view)
    if (guess !== null) return { map, guess }
  }
  return null
}

/** The key map of that id. Throws on an id that no map has, which is a bug. */
export function keyMapOf(id: string): KeyMap {
  const map = keyMaps.find((candidate) => candidate.id === id)
  if (map === undefined) throw new Error(`no key map is called ${id}`)
  return map
}

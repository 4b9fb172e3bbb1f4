// What of the state is drawn? The two pictures and everything that lies over them.
import type { CorrespondenceModel } from './correspondence.svelte.ts'
import type { PairScene, PairSide } from './draw.ts'

/** The scene as it stands; null while a picture is missing. */
export function pairSceneOf(model: CorrespondenceModel): PairScene | null {
  const { rows, facts, bitmaps } = model
  const sides = ([0, 1] as const).map((index): PairSide | null => {
    const row = rows[index]
    if (!row) return null
    return {
      bitmap: bitmaps[index],
      size: row,
      area: facts[index]?.area ?? { x: 0, y: 0, width: row.width, height: row.height },
      grid: facts[index]?.layout.grid ?? [1, 1],
    }
  })
  const [left, right] = sides
  if (!left || !right) return null
  return {
    sides: [left, right],
    lines: model.matched ? model.shown : [],
    scale: model.scale,
    asked: model.asked,
    heat: model.heat,
    keypoints: model.keypoints,
    ramp: model.ramp,
    theme: model.session.theme,
    weight: model.session.presenting ? 1.6 : 1,
    alone: model.alone,
  }
}

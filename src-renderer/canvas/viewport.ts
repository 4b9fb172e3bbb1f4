// Where does the picture lie on its stage? Fit, zoom about a point, pan, and the way back from the pointer.

/** The picture's place: its left top corner on the stage and the size of one picture pixel, in CSS pixels. */
export interface Viewport {
  readonly x: number
  readonly y: number
  readonly scale: number
}
export interface Size {
  readonly width: number
  readonly height: number
}

/** The whole picture, as large as it goes, in the middle. */
export function fitViewport(picture: Size, stage: Size): Viewport {
  const scale = Math.max(1e-6, Math.min(stage.width / picture.width, stage.height / picture.height))
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  }
}

/** The scales between which a picture may be zoomed: from half of fitting to 64 pixels per pixel. */
export function scaleLimits(picture: Size, stage: Size): { least: number; most: number } {
  const { scale } = fitViewport(picture, stage)
  return { least: Math.min(1, scale) / 2, most: Math.max(64, scale * 8) }
}

/** Keeps some of the picture in sight: in the middle where it is smaller than the stage, no gap where it is larger. */
export function clampViewport(view: Viewport, picture: Size, stage: Size): Viewport {
  const axis = (at: number, length: number, room: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at))
  return {
    scale: view.scale,
    x: axis(view.x, picture.width * view.scale, stage.width),
    y: axis(view.y, picture.height * view.scale, stage.height),
  }
}

/** Zooms by a factor; the point of the picture under `at` (on the stage) stays there. */
export function zoomAt(
  view: Viewport,
  factor: number,
  at: { x: number; y: number },
  picture: Size,
  stage: Size,
): Viewport {
  const { least, most } = scaleLimits(picture, stage)
  const scale = Math.min(most, Math.max(least, view.scale * factor))
  const grown = scale / view.scale
  return clampViewport(
    { scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown },
    picture,
    stage,
  )
}

/** The zoom that a turn of the wheel asks for. */
export function wheelFactor(deltaY: number, deltaMode: number): number {
  const pixels = deltaMode === 1 ? deltaY * 20 : deltaMode === 2 ? deltaY * 200 : deltaY
  return Math.exp(-Math.min(240, Math.max(-240, pixels)) * 0.002)
}

/** A point on the stage as a point of the picture, in its pixels. */
export function toPicture(view: Viewport, at: { x: number; y: number }): { x: number; y: number } {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale }
}

/**
 * A viewport as shares, so that pictures of other sizes on other stages show the same part: the centre of the
 * stage in the picture, and the zoom against fitting.
 */
export interface LinkedView {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

export function toLinked(view: Viewport, picture: Size, stage: Size): LinkedView {
  const centre = toPicture(view, { x: stage.width / 2, y: stage.height / 2 })
  return {
    x: centre.x / picture.width,
    y: centre.y / picture.height,
    zoom: view.scale / fitViewport(picture, stage).scale,
  }
}

export function fromLinked(linked: LinkedView | null, picture: Size, stage: Size): Viewport {
  const fitting = fitViewport(picture, stage)
  if (!linked) return fitting
  const scale = fitting.scale * linked.zoom
  return clampViewport(
    {
      scale,
      x: stage.width / 2 - linked.x * picture.width * scale,
      y: stage.height / 2 - linked.y * picture.height * scale,
    },
    picture,
    stage,
  )
}

// Where does one point of the picture lie for each model? Between shares of the picture and shares of what a network saw.
import { resolveQuery, type Asked, type Query } from '../../state/query.ts'
import type { TokenLayout } from '../../../src-shared/domain/tokenLayout.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
/** What a network saw of the picture, in the picture's pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** A point of what the network saw, as a point of the picture; both as shares. */
export function toPicture(point: Point, area: Area, picture: PictureSize): Point {
  return {
    x: (area.x + point.x * area.width) / picture.width,
    y: (area.y + point.y * area.height) / picture.height,
  }
}

/** A point of the picture as a point of what the network saw; null where it did not see it. Both as shares. */
export function toArea(point: Point, area: Area, picture: PictureSize): Point | null {
  const x = (point.x * picture.width - area.x) / area.width
  const y = (point.y * picture.height - area.y) / area.height
  return x < 0 || y < 0 || x >= 1 || y >= 1 ? null : { x, y }
}

/** The token that a query about the picture means in one network; null where the network did not see its point. */
export function askedOf(query: Query, layout: TokenLayout, area: Area, picture: PictureSize): Asked | null {
  if (query.kind !== 'patch') return resolveQuery(layout, query)
  const point = toArea(query, area, picture)
  return point ? resolveQuery(layout, { kind: 'patch', ...point }) : null
}

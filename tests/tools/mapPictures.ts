// What do maps look like beside each other? A picture of several map folders, each with its name and how often the ten
// nearest points of the map are of a point's own class.
//
//   node tests/tools/mapPictures.ts OUT.jpg 'NAME=FOLDER' ...      folders that `emergence project --dims 2` wrote
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { classLook } from '../../src-shared/colour/classes.ts'
import { readNpy, toFloat32 } from '../../src-shared/numerics/npy.ts'

const [out = 'maps.jpg', ...words] = process.argv.slice(2)
const side = 440
const margin = 24
const neighbours = 10

interface Points {
  name: string
  at: Float32Array
  classes: number[]
  names: string[]
}

function pointsOf(word: string): Points {
  const [name = '', folder = ''] = word.split('=')
  const at = toFloat32(readNpy(readFileSync(join(folder, 'map.npy'))))
  const labels = readFileSync(join(folder, 'items.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[2] ?? '')
  const names = [...new Set(labels)].sort()
  return { name, at, classes: labels.map((label) => names.indexOf(label)), names }
}

/** Share of the ten nearest points that are of a point's own class, the mean over all. */
function agreement({ at, classes }: Points): number {
  let same = 0
  classes.forEach((own, i) => {
    const far = classes.map(
      (_, j) => [(at[2 * i]! - at[2 * j]!) ** 2 + (at[2 * i + 1]! - at[2 * j + 1]!) ** 2, j] as const,
    )
    far.sort(([a], [b]) => a - b)
    for (const [, j] of far.filter(([, j]) => j !== i).slice(0, neighbours))
      same += Number(classes[j] === own)
  })
  return same / classes.length / neighbours
}

const colourOf = (index: number): string => `rgb(${classLook(index, 'dark').colour.join(',')})`

function drawn(points: Points, left: number): string {
  const { at, classes, name } = points
  const axes = [0, 1].map((axis) => {
    const values = classes.map((_, i) => at[2 * i + axis]!)
    return { low: Math.min(...values), high: Math.max(...values) }
  })
  const scale = (side - 2 * margin) / Math.max(...axes.map(({ low, high }) => high - low))
  const place = (i: number, axis: number) =>
    side / 2 + scale * (at[2 * i + axis]! - (axes[axis]!.low + axes[axis]!.high) / 2)
  const dots = classes.map(
    (own, i) =>
      `<circle cx="${(left + place(i, 0)).toFixed(1)}" cy="${(48 + place(i, 1)).toFixed(1)}" r="2.4" fill="${colourOf(own)}" fill-opacity=".8"/>`,
  )
  const share = agreement(points)
  console.log(`${name}: ${neighbours} nearest of the own class ${share.toFixed(3)}`)
  const words = `${name} · ${(100 * share).toFixed(0)} %`
  return `<text x="${left + margin}" y="30" fill="#f1f2f3" font-size="15" font-weight="600">${words}</text>${dots.join('')}`
}

const all = words.map(pointsOf)
const [width, height] = [all.length * side, side + 96]
const legend = all[0]!.names.map((name, i) => {
  const x = margin + (i * (width - 2 * margin)) / all[0]!.names.length
  return `<circle cx="${x + 5}" cy="${height - 24}" r="5" fill="${colourOf(i)}"/><text x="${x + 15}" y="${height - 20}" fill="#b4b8bd" font-size="12">${name}</text>`
})
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Inter, sans-serif"><rect width="100%" height="100%" fill="#0c0d0e"/>${all.map((points, i) => drawn(points, i * side)).join('')}${legend.join('')}</svg>`
await sharp(Buffer.from(svg), { density: 144 }).jpeg({ quality: 88 }).toFile(out)

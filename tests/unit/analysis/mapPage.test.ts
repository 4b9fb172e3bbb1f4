// Is a map's page whole by itself, and harmless whatever its labels say?
import { expect, test } from 'vitest'
import { mapPage } from '../../../src-shared/analysis/mapPage.ts'

const page = (labels: string[], names: string[] | null = null): string =>
  mapPage({
    title: 'A <map>',
    dims: 2,
    positions: Float32Array.from({ length: 2 * labels.length }, (_, at) => at),
    labels: { name: 'class', values: labels },
    names,
    palette: [[1, 2, 3]],
  })
const dataOf = (html: string) =>
  JSON.parse(/const data = (\{.*\})\n/.exec(html)![1]!) as {
    positions: string
    classes: string[]
    classOf: string
    names: string[] | null
  }

test('it loads nothing from anywhere', () => {
  const html = page(['a', 'b'])
  expect(html).not.toMatch(/https?:|src="|href="|@import|url\(/)
  expect(html).toContain("default-src 'none'")
})
test('its numbers and labels come back', () => {
  const { positions, classes, classOf } = dataOf(page(['10', '9', '10']))
  expect(new Float32Array(Uint8Array.from(Buffer.from(positions, 'base64')).buffer)).toEqual(
    Float32Array.of(0, 1, 2, 3, 4, 5),
  )
  expect(classes).toEqual(['9', '10'])
  expect(new Uint16Array(Uint8Array.from(Buffer.from(classOf, 'base64')).buffer)).toEqual(
    Uint16Array.of(1, 0, 1),
  )
})
test('a label cannot end the script or the heading', () => {
  const html = page(['</script><script>alert(1)</script>'], ['<!--'])
  expect(html.match(/<\/script>/g)).toHaveLength(1)
  expect(html).not.toContain('<!--')
  expect(html).toContain('A &lt;map>')
  expect(dataOf(html).classes).toEqual(['</script><script>alert(1)</script>'])
})
test('words for another number of points are refused', () => {
  expect(() => page(['a', 'b'], ['only one'])).toThrow(RangeError)
})

// Do the plain parts of Video keep their promises? Steps and spreads, budgets, costs in words, archives, settings.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSource } from '../../../../src-main/checkpoints/containers/sourceFile.ts'
import { readZip } from '../../../../src-main/checkpoints/containers/zip.ts'
import { memberBytes } from '../../../../src-main/checkpoints/containers/zipMember.ts'
import { videoWords } from '../../../../src-renderer/state/words/video.ts'
import { filmOf, isVideo } from '../../../../src-renderer/views/video/files.ts'
import { headValues, highest, timeWords } from '../../../../src-renderer/views/video/maps.ts'
import {
  frameOf,
  nextFrame,
  spreadFrames,
  stepAt,
  stepCount,
  usualEvery,
} from '../../../../src-renderer/views/video/schedule.ts'
import { readVideoSettings, showing } from '../../../../src-renderer/views/video/settings.ts'
import { createShelf } from '../../../../src-renderer/views/video/shelf.ts'
import { createZip, crc32 } from '../../../../src-renderer/views/video/zip.ts'
import { stepBy } from '../../../../src-renderer/views/video/commands.ts'

const twoHours = { from: 0, to: 179_999, every: 5 }

describe('steps', () => {
  it('are counted from the first frame to the last that is reached', () => {
    expect(stepCount({ from: 0, to: 9, every: 1 })).toBe(10)
    expect(stepCount({ from: 3, to: 9, every: 5 })).toBe(2)
    expect(stepCount({ from: 9, to: 3, every: 1 })).toBe(0)
    expect(frameOf({ from: 3, to: 9, every: 5 }, 1)).toBe(8)
    expect(stepAt({ from: 3, to: 20, every: 5 }, 12)).toBe(1)
    expect(stepAt({ from: 3, to: 20, every: 5 }, 0)).toBe(0)
    expect(stepAt({ from: 3, to: 20, every: 5 }, 99)).toBe(3)
  })
  it('go to the neighbour in their direction from a frame between two', () => {
    const went: number[] = []
    const at = (frame: number) => ({
      steps: { from: 0, to: 20, every: 5 },
      at: frame,
      go: (to: number) => void went.push(to),
    })
    for (const [frame, by] of [
      [7, 1],
      [7, -1],
      [10, -1],
      [20, 1],
      [0, -1],
    ] as const)
      stepBy(at(frame), by)
    expect(went).toEqual([10, 5, 5, 20, 0])
  })
  it('are five for a second of video where nobody chose', () => {
    expect([10, 25, 29.97, 60, 2].map(usualEvery)).toEqual([2, 5, 6, 12, 1])
  })
})

describe('the spread of a basis', () => {
  it('covers a two-hour video evenly, in its order', () => {
    const frames = spreadFrames(twoHours, 8)
    expect(frames).toHaveLength(8)
    expect(frames[0]).toBe(11_250)
    expect(frames.every((frame, i) => i === 0 || frame - frames[i - 1]! === 22_500)).toBe(true)
  })
  it('leaves out what cannot be read and takes the next that can', () => {
    const steps = { from: 0, to: 7, every: 1 }
    expect(spreadFrames(steps, 2)).toEqual([2, 6])
    expect(spreadFrames(steps, 2, (frame) => frame === 2)).toEqual([3, 6])
    expect(spreadFrames(steps, 2, () => true)).toEqual([])
  })
  it('holds every frame once, however few there are', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 32 }),
        (to, every, count) => {
          const steps = { from: 0, to, every }
          const frames = spreadFrames(steps, count)
          expect(frames).toHaveLength(Math.min(count, stepCount(steps)))
          expect(new Set(frames).size).toBe(frames.length)
          for (const frame of frames) expect(frame % every === 0 && frame <= to).toBe(true)
        },
      ),
    )
  })
})

describe('what is computed next', () => {
  const wanted = { steps: { from: 0, to: 100, every: 5 }, at: 10, urgent: [], spread: [40, 80], ahead: 2 }
  const order = (more: object = {}): number[] => {
    const had = new Set<number>()
    for (;;) {
      const next = nextFrame({ ...wanted, ...more, has: (frame) => had.has(frame) })
      if (next === null) return [...had]
      had.add(next)
    }
  }
  it('is the frame on show, then the basis, then what comes after it, and no more than was asked for', () => {
    expect(order()).toEqual([10, 40, 80, 15, 20])
  })
  it('is first of all what somebody waits for', () => {
    expect(order({ urgent: [95] })[0]).toBe(95)
  })
  it('ends with the video', () => {
    expect(order({ at: 100, spread: [] })).toEqual([100])
    expect(order({ at: 97, spread: [] })).toEqual([97, 100])
  })
})

describe('a shelf', () => {
  it('never holds more than its budget, and what is far from the frame on show goes first', () => {
    let at = 0
    const gone: number[] = []
    const shelf = createShelf<string>(
      10,
      () => at,
      (_, frame) => void gone.push(frame),
    )
    for (let frame = 0; frame < 5; frame++) shelf.put(frame, `${frame}`, 2)
    expect(shelf.bytes).toBe(10)
    at = 4
    shelf.put(5, '5', 2)
    expect(gone).toEqual([0])
    for (let frame = 6; frame < 3_000; frame++) {
      at = frame
      shelf.put(frame, '', 2)
      expect(shelf.bytes).toBeLessThanOrEqual(10)
    }
    expect(shelf.frames()).toEqual([2995, 2996, 2997, 2998, 2999])
  })
  it('keeps what is pinned, and what has just come', () => {
    const shelf = createShelf<string>(
      4,
      () => 100,
      undefined,
      (frame) => frame === 0,
    )
    shelf.put(0, 'basis', 2)
    shelf.put(100, 'here', 2)
    shelf.put(7, 'new', 2)
    expect(shelf.has(0) && shelf.has(7)).toBe(true)
    expect(shelf.has(100)).toBe(false)
  })
  it('counts a thing that is put again once', () => {
    const shelf = createShelf<string>(10, () => 0)
    shelf.put(1, 'a', 4)
    shelf.put(1, 'b', 6)
    expect([shelf.bytes, shelf.get(1)]).toEqual([6, 'b'])
    shelf.clear()
    expect(shelf.bytes).toBe(0)
  })
})

describe('maps', () => {
  const rows = Float32Array.from([0.1, 0.5, 0.3, 0.1])
  it('are a head’s own, their mean or their highest', () => {
    expect([...headValues(rows, 2, 1)]).toEqual([...Float32Array.from([0.3, 0.1])])
    expect([...headValues(rows, 2, 'mean')].map((v) => v.toFixed(2))).toEqual(['0.20', '0.30'])
    expect([...headValues(rows, 2, 'max')]).toEqual([...Float32Array.from([0.3, 0.5])])
    expect([...headValues(rows, 2, 9)]).toEqual([...headValues(rows, 2, 1)])
  })
  it('share a scale over frames', () => {
    expect(
      highest(
        [
          { rows, heads: 2 },
          { rows: Float32Array.from([0.9, 0, 0, 0]), heads: 2 },
        ],
        0,
      ),
    ).toBeCloseTo(0.9)
    expect(highest([], 'mean')).toBe(0)
  })
})

describe('words', () => {
  it('say what computing costs before it is done', () => {
    expect(videoWords.costWords(36_000, 180_000, null)).toBe(
      '36,000 steps of 180,000 frames. How long they take is known after the first two.',
    )
    expect(videoWords.costWords(36_000, 180_000, 0.5)).toContain('about 5 h for all of them')
    expect(videoWords.costWords(1, 1, 2)).toContain('1 step of 1 frame: about 2.0 s')
  })
  it('count as people do', () => {
    expect([1, 2, 3, 5, 11, 25, 100].map(videoWords.everyNth)).toEqual([
      'frame',
      '2nd frame',
      '3rd frame',
      '5th frame',
      '11th frame',
      '25th frame',
      '100th frame',
    ])
    expect([0.5, 59.99, 75, 3723].map(timeWords)).toEqual(['0.50 s', '59.99 s', '1:15', '1:02:03'])
    expect(videoWords.facts(640, 360, 25, 'VP8')).toBe('640 × 360 · 25 a second · VP8')
    expect(videoWords.facts(640, 360, 29.97, '')).toBe('640 × 360 · 29.97 a second')
  })
})

describe('files', () => {
  const file = (name: string, type = '') => ({ name, type })
  it('are a video, or pictures in the order of their numbers', () => {
    expect(isVideo(file('a.MKV'))).toBe(true)
    expect(isVideo(file('a', 'video/x-anything'))).toBe(true)
    expect(filmOf([file('a.png'), file('b.webm')])).toEqual([file('b.webm')])
    const names = ['f10.png', 'f9.jpg', 'notes.txt', 'f1.png'].map((name) => file(name))
    expect(filmOf(names).map(({ name }) => name)).toEqual(['f1.png', 'f9.jpg', 'f10.png'])
    expect(filmOf([file('model.pth')])).toEqual([])
  })
})

describe('settings', () => {
  it('are read with care, whatever was kept', () => {
    const defaults = readVideoSettings({})
    expect(defaults).toMatchObject({
      show: 'parts',
      basis: 'one',
      spread: 8,
      precision: 'exact',
      every: null,
    })
    const odd = {
      at: -3,
      every: 0,
      spread: 5,
      basis: 'x',
      head: 2.5,
      video: { id: 7 },
      foreground: 9,
      opacity: 'a',
    }
    expect(readVideoSettings(odd)).toEqual(defaults)
    expect(readVideoSettings({ head: 3, foreground: 0.4, every: 10, size: null })).toMatchObject({
      head: 3,
      foreground: 0.4,
      every: 10,
      size: null,
    })
  })
  it('begin at the beginning with another video', () => {
    const video = { id: 'v', name: 'a.webm', path: '', files: 1 }
    const kept = { ...readVideoSettings({ at: 50, from: 20, to: 80 }), ...showing(video) }
    expect(readVideoSettings(kept)).toMatchObject({ video, at: 0, from: 0, to: null })
  })
})

describe('an archive', () => {
  it('is read by another reader, and its bytes are the same each time', () => {
    const contents = { 'frame-000000.png': [1, 2, 3], 'größe.json': [123, 125], 'empty.png': [] }
    const make = (): Uint8Array => {
      const zip = createZip()
      for (const [name, bytes] of Object.entries(contents)) zip.add(name, Uint8Array.from(bytes))
      const promised = zip.bytes
      const bytes = zip.finish()
      expect(bytes.length).toBe(promised)
      return bytes
    }
    expect(make()).toEqual(make())
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
    const folder = mkdtempSync(join(tmpdir(), 'emergence-zip-'))
    try {
      writeFileSync(join(folder, 'frames.zip'), make())
      const file = openSource(join(folder, 'frames.zip'))
      const read = Object.fromEntries(
        readZip(file).map((member) => [member.name, [...memberBytes(file, member)]]),
      )
      file.close()
      expect(read).toEqual(contents)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

// How does an unpickled graph become the tree that the rest of the program may walk? Acyclic, bounded, plain.
import type { InertFacts } from '../../../../src-shared/domain/checkpoint.ts'
import { limits } from '../limits.ts'
import { shown } from '../shown.ts'
import { unsafe } from '../sourceFile.ts'
import type { Inert, StoredMap, StoredValue } from '../stored.ts'
import { describeArguments } from './describe.ts'
import { isObject, type PickleInert, type PickleObject, type PickleValue } from './values.ts'
import type { Unpickled } from './unpickle.ts'

export interface Settled {
  readonly root: StoredValue
  readonly inert: InertFacts[]
  readonly notices: string[]
}

/** An object whose parts are being settled. */
interface Frame {
  readonly object: PickleObject
  readonly out: StoredValue
  readonly parts: readonly Part[]
  /** The next part. */
  next: number
  /** Where the object stands, for the report. */
  readonly label: string
  size: number
  height: number
}
interface Part {
  readonly label: string
  readonly value: PickleValue
  readonly receive: (value: StoredValue) => void
}
interface Done {
  readonly value: StoredValue
  /** Values that a walk over every branch meets below and at this one. */
  readonly size: number
  readonly height: number
}

/**
 * Turns what a pickle said into stored values. Shared parts stay shared; a reference back to what holds it becomes
 * null, with a notice. Throws Failure where a walk over every branch would be too deep or too long.
 */
export function settle(name: string, pickled: Unpickled): Settled {
  const done = new Map<PickleObject, Done>()
  const open = new Set<PickleObject>()
  /** Inert records that can be reached, and where the first of each group stands. */
  const inTree = new Set<PickleInert>()
  const places = new Map<string, string>()
  const frames: Frame[] = []
  let cycles = 0
  let root: StoredValue = null

  const settleOne = (value: PickleValue, label: string, receive: (value: StoredValue) => void): void => {
    const parent = frames.at(-1)
    if (!isObject(value)) {
      receive(value)
      return
    }
    const known = done.get(value)
    if (known) {
      receive(known.value)
      if (parent) grow(parent, known)
      return
    }
    if (open.has(value)) {
      cycles++
      receive(null)
      return
    }
    if (value.kind === 'inert') {
      inTree.add(value)
      const group = groupOf(value)
      if (!places.has(group)) places.set(group, placeOf([...frames.map((frame) => frame.label), label]))
    }
    const frame = frameOf(value, label)
    receive(frame.out)
    open.add(value)
    frames.push(frame)
    if (frames.length > limits.depth)
      throw unsafe(name, `its values are nested more than ${limits.depth} deep`)
  }
  const grow = (frame: Frame, child: { size: number; height: number }): void => {
    frame.size += child.size
    frame.height = Math.max(frame.height, child.height + 1)
    if (frame.size > limits.walkedValues)
      throw unsafe(
        name,
        `its values refer to each other so often that they multiply to more than ${limits.walkedValues}`,
      )
    if (frame.height > limits.depth)
      throw unsafe(name, `its values are nested more than ${limits.depth} deep`)
  }

  settleOne(pickled.value, '', (value) => {
    root = value
  })
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const part = frame.parts[frame.next++]
    if (part) {
      settleOne(part.value, part.label, part.receive)
      continue
    }
    frames.pop()
    open.delete(frame.object)
    done.set(frame.object, { value: frame.out, size: frame.size, height: frame.height })
    const parent = frames.at(-1)
    if (parent) grow(parent, frame)
    if (frame.size > limits.walkedValues)
      throw unsafe(name, `it holds more than ${limits.walkedValues} values`)
  }

  const notices: string[] = []
  if (cycles > 0) notices.push(`${cycles} references back to a value that holds them were left out.`)
  const { facts, unlisted } = factsOf(pickled.inert, inTree, places)
  if (unlisted > 0) notices.push(`${unlisted} further names outside the allow-list are not shown.`)
  return { root, inert: facts, notices }
}

function frameOf(object: PickleObject, label: string): Frame {
  const { out, parts, plain = 0 } = outline(object)
  return { object, out, parts, next: 0, label, size: 1 + plain, height: 0 }
}

/** Records that the report puts together. */
function groupOf(record: PickleInert): string {
  return `${record.use} ${record.global}`
}

/** An object's stored value with its plain parts (numbers, strings …) in place, and the parts still to come. */
interface Outline {
  readonly out: StoredValue
  readonly parts: readonly Part[]
  /** How many parts are in place. */
  readonly plain?: number
}

function outline(object: PickleObject): Outline {
  switch (object.kind) {
    case 'list':
    case 'tuple':
    case 'set':
      return listOutline(object.items)
    case 'dict':
      return dictOutline(object.entries)
    case 'inert':
      return inertOutline(object)
    case 'array':
      return object.content?.kind === 'tensor'
        ? { out: object.content, parts: [] }
        : listOutline(object.content?.items ?? [])
    case 'tensor':
      return { out: object, parts: [] }
    case 'global':
    case 'torch-dtype':
      return { out: object.name, parts: [] }
    case 'fact':
      return { out: object.text, parts: [] }
    case 'numpy-dtype':
      return { out: `dtype('${object.code}')`, parts: [] }
    case 'storage':
      return { out: `a storage of ${object.elements} elements`, parts: [] }
  }
}

function listOutline(items: readonly PickleValue[]): Outline & { out: StoredValue[] } {
  const out = new Array<StoredValue>(items.length).fill(null)
  const parts: Part[] = []
  for (const [index, value] of items.entries())
    if (isObject(value))
      parts.push({ label: `[${index}]`, value, receive: (settled) => void (out[index] = settled) })
    else out[index] = value
  return { out, parts, plain: items.length - parts.length }
}

function dictOutline(entries: ReadonlyMap<PickleValue, PickleValue>): Outline & { out: StoredMap } {
  const out: StoredMap = new Map()
  const parts: Part[] = []
  for (const [key, value] of entries) {
    const label = typeof key === 'string' || typeof key === 'number' ? String(key) : '…'
    if (isObject(key)) {
      let settledKey: StoredValue = null
      parts.push({ label: '(key)', value: key, receive: (settled) => void (settledKey = settled) })
      parts.push({ label, value, receive: (settled) => void out.set(settledKey, settled) })
    } else if (isObject(value)) {
      // The key takes its place now, so that the order stays the file's.
      out.set(key, null)
      parts.push({ label, value, receive: (settled) => void out.set(key, settled) })
    } else out.set(key, value)
  }
  return { out, parts, plain: 2 * entries.size }
}

function inertOutline(record: PickleInert): Outline {
  const args = listOutline(record.arguments)
  const items = listOutline(record.items)
  const entries = dictOutline(record.entries ?? new Map())
  const out: { -readonly [Key in keyof Inert]: Inert[Key] } = {
    kind: 'inert',
    global: record.global,
    arguments: args.out,
    state: null,
    items: items.out,
    entries: entries.out,
  }
  const state: Part = { label: '', value: record.state, receive: (settled) => void (out.state = settled) }
  return {
    out,
    parts: [...args.parts, ...items.parts, ...entries.parts, state],
    plain: args.out.length + items.out.length + 2 * entries.out.size,
  }
}

/** `args.transform[0]`: the labels on the way to a value. */
function placeOf(labels: readonly string[]): string {
  let place = ''
  for (const label of labels) {
    if (label === '') continue
    place += place === '' || label.startsWith('[') ? label : `.${label}`
  }
  return place.length > 240 ? shown(`…${place.slice(-200)}`, 240) : shown(place, 240)
}

/** Records of one global and one use together, in the order of the file. */
function factsOf(
  records: readonly PickleInert[],
  inTree: ReadonlySet<PickleInert>,
  places: ReadonlyMap<string, string>,
): { facts: InertFacts[]; unlisted: number } {
  // A global that the file called is reported as called, not once more as referred to.
  const used = new Set(records.filter(({ use }) => use !== 'referred to').map(({ global }) => global))
  const groups = new Map<string, InertFacts>()
  const unlisted = new Set<string>()
  for (const record of records) {
    if (record.use === 'referred to' && used.has(record.global) && !inTree.has(record)) continue
    const group = groupOf(record)
    const known = groups.get(group)
    if (known) known.count++
    else if (groups.size >= limits.inertListed) unlisted.add(group)
    else
      groups.set(group, {
        global: record.global,
        use: record.use,
        count: 1,
        arguments: describeArguments(record.arguments),
        where: places.get(group) ?? '',
      })
  }
  return { facts: [...groups.values()], unlisted: unlisted.size }
}

// What may a pickle's instructions do? A stack, a memo, and calls that are looked up and never run.
import type { Failure } from '../../../../src-shared/domain/failure.ts'
import { limits } from '../limits.ts'
import { damaged, unsafe } from '../sourceFile.ts'
import { describe } from './describe.ts'
import { inertRecord, resolveGlobal } from './globals.ts'
import { buildArray, buildDtype } from './numpyGlobals.ts'
import {
  entriesOf,
  isObject,
  itemsOf,
  type PickleContext,
  type PickleInert,
  type PickleObject,
  type PickleValue,
} from './values.ts'

/** What one pickle has built so far, and everything its instructions may do to it. */
export interface Machine {
  readonly context: PickleContext
  readonly inert: readonly PickleInert[]
  push(value: PickleValue): void
  /** Pushes a new object, and counts it. */
  make(value: PickleObject): void
  pop(): PickleValue
  /** POP: on a bare mark it takes the mark. */
  popAny(): void
  duplicate(): void
  mark(): void
  /** Everything above the last mark, which goes. */
  sinceMark(): PickleValue[]
  put(index?: number): void
  get(index: number): void
  global(module: PickleValue, name: PickleValue): void
  extension(code: number): void
  /** Replaces nothing on the stack: pushes what `target` makes of `args`. */
  call(target: PickleValue, args: readonly PickleValue[], use: 'called' | 'built'): void
  /** The items of an argument tuple. */
  argumentsOf(value: PickleValue): readonly PickleValue[]
  append(items: readonly PickleValue[]): void
  add(items: readonly PickleValue[]): void
  setItems(items: readonly PickleValue[]): void
  /** A dict of keys and values that follow each other. */
  dictOf(items: readonly PickleValue[]): PickleObject
  build(): void
  /** Throws Failure where the stack outgrew its bounds. */
  check(): void
}

/**
 * A machine for one pickle of the file `name`. `position` says how many bytes of the pickle have been read;
 * `fileBytes` is what the claims of its tensors are held against; `inert` gets the records.
 */
export function createMachine(
  name: string,
  fileBytes: number,
  position: () => number,
  inert: PickleInert[] = [],
): Machine {
  const stack: PickleValue[] = []
  const marks: number[] = []
  const memo = new Map<number, PickleValue>()
  let objects = 0
  let produced = 0
  let claimed = 0

  const wrong = (what: string): Failure => damaged(name, what)
  const count = (): void => {
    if (++objects > limits.pickleObjects)
      throw unsafe(name, `its pickle makes more than ${limits.pickleObjects} objects`)
  }
  const counted = <T extends PickleObject>(value: T): T => {
    count()
    return value
  }
  const recorded = (record: PickleInert): PickleInert => {
    if (inert.length >= limits.inertRecords)
      throw unsafe(
        name,
        `its pickle names code outside the allow-list more than ${limits.inertRecords} times`,
      )
    inert.push(counted(record))
    return record
  }
  const requireValue = (): void => {
    if (stack.length <= (marks.at(-1) ?? 0))
      throw wrong('its pickle takes more from the stack than it put there')
  }
  const pop = (): PickleValue => {
    requireValue()
    return stack.pop()!
  }
  const peek = (): PickleValue => {
    requireValue()
    return stack[stack.length - 1]!
  }
  const setEntries = (entries: Map<PickleValue, PickleValue>, items: readonly PickleValue[]): void => {
    if (items.length % 2 !== 0) throw wrong('its pickle has a key without a value')
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]!
      if (isObject(key) && ['list', 'dict', 'set', 'array'].includes(key.kind))
        throw wrong(`its pickle uses ${describe(key)} as a key`)
      entries.set(key, items[i + 1]!)
    }
  }

  /** REDUCE, NEWOBJ, OBJ and INST all end here: the target is looked up, never run. */
  const called = (
    target: PickleValue,
    args: readonly PickleValue[],
    use: 'called' | 'built',
  ): PickleValue => {
    if (isObject(target) && target.kind === 'inert') {
      const global = target.use === 'referred to' ? target.global : `${target.global}(…)`
      return recorded(inertRecord(global.slice(0, 300), use, args))
    }
    if (isObject(target) && target.kind === 'global') {
      if (!target.make) return recorded(inertRecord(target.name, use, args))
      const value = target.make(args, context)
      return isObject(value) ? counted(value) : value
    }
    throw unsafe(name, `its pickle calls ${describe(target)}, which is no function`)
  }

  const context: PickleContext = {
    name,
    refuse: wrong,
    inert: (global, args) => recorded(inertRecord(global, 'called', args)),
    call: (target, args) => called(target, args, 'called'),
    produce(bytes) {
      produced += bytes
      if (produced > 2 * position() + 1024 * 1024)
        throw unsafe(name, 'its pickle blows a few bytes up into many')
    },
    claim(bytes) {
      claimed += bytes
      if (claimed > limits.claimedPerByte * fileBytes + limits.claimedBesides)
        throw unsafe(name, `its tensors claim ${claimed} bytes in a file of ${fileBytes}`)
    },
  }

  return {
    context,
    inert,
    pop,
    push(value) {
      if (value instanceof Uint8Array) count()
      stack.push(value)
    },
    make: (value) => void stack.push(counted(value)),
    popAny() {
      if (marks.length > 0 && stack.length === marks.at(-1)) marks.pop()
      else pop()
    },
    duplicate: () => void stack.push(peek()),
    mark: () => void marks.push(stack.length),
    sinceMark() {
      const mark = marks.pop()
      if (mark === undefined) throw wrong('its pickle goes back to a mark that it did not set')
      return stack.splice(mark)
    },
    put: (index) => void memo.set(index ?? memo.size, peek()),
    get(index) {
      const value = memo.get(index)
      if (value === undefined) throw wrong(`its pickle asks for memo ${index}, which was never set`)
      stack.push(value)
    },
    global(module, attribute) {
      if (typeof module !== 'string' || typeof attribute !== 'string')
        throw wrong(`its pickle names a global by ${describe(module)} and ${describe(attribute)}`)
      const value = resolveGlobal(module, attribute)
      stack.push(value.kind === 'inert' ? recorded(value) : counted(value))
    },
    extension: (code) =>
      void stack.push(recorded(inertRecord(`copyreg.extension ${code}`, 'referred to', []))),
    call: (target, args, use) => void stack.push(called(target, args, use)),
    argumentsOf(value) {
      if (isObject(value) && value.kind === 'tuple') return value.items
      throw wrong(`its pickle calls something with ${describe(value)} for arguments`)
    },
    append(items) {
      const target = peek()
      if (!isObject(target) || (target.kind !== 'list' && !isRecord(target)))
        throw unsafe(name, `its pickle appends to ${describe(target)}, which is no list`)
      for (const item of items) target.items.push(item)
    },
    add(items) {
      const target = peek()
      if (!isObject(target) || (target.kind !== 'set' && !isRecord(target)))
        throw unsafe(name, `its pickle adds to ${describe(target)}, which is no set`)
      for (const item of items) target.items.push(item)
    },
    setItems(items) {
      const target = peek()
      if (!isObject(target) || (target.kind !== 'dict' && !isRecord(target)))
        throw unsafe(name, `its pickle sets items of ${describe(target)}, which is no dict`)
      setEntries((target.entries ??= new Map()), items)
    },
    dictOf(items) {
      const entries = new Map<PickleValue, PickleValue>()
      setEntries(entries, items)
      return { kind: 'dict', entries, state: 'refused' }
    },
    build() {
      const state = pop()
      const target = peek()
      if (!isObject(target) || !takesState(target, state, context))
        throw unsafe(
          name,
          `its pickle builds ${describe(target)} from ${describe(state)}, which it does not take`,
        )
    },
    check() {
      if (stack.length > limits.pickleStack || marks.length > limits.pickleMarks)
        throw unsafe(name, 'its pickle piles up more values than any model needs')
    },
  }
}

/** An object of a class that we do not know: what the file puts into it is kept beside it. */
function isRecord(value: PickleObject): value is PickleInert {
  return value.kind === 'inert' && value.use !== 'referred to'
}

/** BUILD: gives `target` the state that its class would have restored. False where it takes none. */
function takesState(target: PickleObject, state: PickleValue, context: PickleContext): boolean {
  switch (target.kind) {
    case 'inert':
      if (!isRecord(target)) return false
      target.state = state
      return true
    case 'numpy-dtype':
      buildDtype(target, state, context)
      return true
    case 'array':
      if (target.content) return false
      buildArray(target, state, context)
      return true
    case 'tensor':
      // Parameters of PyTorch before 0.4: (requires_grad, volatile, hooks).
      return itemsOf(state) !== null
    case 'dict': {
      if (target.state === 'refused') return false
      // Attributes and slots come as a pair.
      const pair =
        isObject(state) && state.kind === 'tuple' && state.items.length === 2 ? state.items : [state]
      const given = pair.filter((part) => part !== null).map(entriesOf)
      if (given.includes(null)) return false
      if (target.state === 'entries')
        for (const part of given) for (const [key, value] of part!) target.entries.set(key, value)
      return true
    }
    default:
      return false
  }
}

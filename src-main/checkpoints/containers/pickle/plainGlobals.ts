// Which of Python's own constructors may a pickle use, and what do they make here?
import { describe, describeArguments } from './describe.ts'
import { entriesOf, isObject, itemsOf, type Maker, type PickleDict, type PickleValue } from './values.ts'

/** A dict of its own, from nothing, another dict, or a list of pairs. */
const dictOf = (state: PickleDict['state'], what: string, from: number): Maker => {
  return (args, context) => {
    const entries = new Map<PickleValue, PickleValue>()
    const given = args[from]
    const others = entriesOf(given)
    if (others) for (const [key, value] of others) entries.set(key, value)
    else if (given !== undefined && given !== null)
      for (const pair of itemsOf(given) ?? [null]) {
        const items = itemsOf(pair)
        if (items?.length !== 2) throw context.refuse(`${what} is made of ${describeArguments(args)}`)
        entries.set(items[0]!, items[1]!)
      }
    context.produce(entries.size * 8)
    return { kind: 'dict', entries, state }
  }
}

const sequenceOf = (kind: 'list' | 'tuple' | 'set', what: string): Maker => {
  return (args, context) => {
    const items = args.length === 0 ? [] : itemsOf(args[0])
    if (!items) throw context.refuse(`${what} is made of ${describeArguments(args)}`)
    context.produce(items.length * 2)
    return { kind, items: [...items] }
  }
}

/** Text in the encoding that a pickle of protocol 0 to 2 uses for bytes. */
const encoded: Maker = (args, context) => {
  const [text, encoding] = args
  if (text instanceof Uint8Array) return text
  if (typeof text !== 'string') throw context.refuse(`_codecs.encode is given ${describeArguments(args)}`)
  const name = typeof encoding === 'string' ? encoding.toLowerCase().replaceAll('_', '-') : 'utf-8'
  context.produce(text.length * 2)
  if (name === 'latin1' || name === 'latin-1' || name === 'iso-8859-1')
    return new Uint8Array(Buffer.from(text, 'latin1'))
  if (name === 'utf-8' || name === 'utf8' || name === 'ascii')
    return new Uint8Array(Buffer.from(text, 'utf8'))
  throw context.refuse(`_codecs.encode is given ${describeArguments(args)}`)
}

/** bytes and bytearray, only from bytes that the file spells out: a number would make that many zeros. */
const bytesOf: Maker = (args, context) => {
  if (args.length === 0) return new Uint8Array(0)
  return encoded(args, context)
}

const fact = (name: string): Maker => {
  return (args) => ({ kind: 'fact', text: `${name}(${describeArguments(args)})` })
}

const complex: Maker = (args, context) => {
  const [real, imaginary] = args
  if (args.length !== 2 || typeof real !== 'number' || typeof imaginary !== 'number')
    throw context.refuse(`a complex number is made of ${describeArguments(args)}`)
  return {
    kind: 'fact',
    text: `(${real}${imaginary < 0 || Object.is(imaginary, -0) ? '' : '+'}${imaginary}j)`,
  }
}

/** An object of a class written in Python, pickled by protocol 0 or 1: the class, its base, the base's value. */
const reconstructed: Maker = (args, context) => {
  const [target, base, value] = args
  if (!isObject(target) || (target.kind !== 'global' && target.kind !== 'inert'))
    throw context.refuse(`an object is to be made of ${describe(target ?? null)}`)
  return context.call(target, value === null || value === undefined || isPlainObject(base) ? [] : [value])
}

function isPlainObject(base: PickleValue | undefined): boolean {
  return isObject(base) && base.kind === 'global' && base.name === 'builtins.object'
}

const namespace: Maker = (args, context) => {
  if (args.length > 0) throw context.refuse(`a Namespace is made of ${describeArguments(args)}`)
  return { kind: 'dict', entries: new Map(), state: 'entries' }
}

const builtins: readonly (readonly [string, Maker | null])[] = [
  ['set', sequenceOf('set', 'a set')],
  ['frozenset', sequenceOf('set', 'a frozenset')],
  ['tuple', sequenceOf('tuple', 'a tuple')],
  ['list', sequenceOf('list', 'a list')],
  ['dict', dictOf('refused', 'a dict', 0)],
  ['bytearray', bytesOf],
  ['bytes', bytesOf],
  ['complex', complex],
  ['slice', fact('slice')],
  ['range', fact('range')],
  ['xrange', fact('range')],
  // Classes that files only refer to, as the type of something.
  ['object', null],
  ['int', null],
  ['long', null],
  ['float', null],
  ['bool', null],
  ['str', null],
  ['unicode', null],
  ['NoneType', null],
]

/** `module name` → constructor; null where the name may be referred to but makes nothing. */
export const plainGlobals: ReadonlyMap<string, Maker | null> = new Map<string, Maker | null>([
  ...builtins.map(([name, make]) => [`builtins ${name}`, make] as const),
  ...builtins.map(([name, make]) => [`__builtin__ ${name}`, make] as const),
  ['collections OrderedDict', dictOf('dropped', 'an OrderedDict', 0)],
  ['collections Counter', dictOf('dropped', 'a Counter', 0)],
  ['collections defaultdict', dictOf('dropped', 'a defaultdict', 1)],
  ['collections deque', sequenceOf('list', 'a deque')],
  ['argparse Namespace', namespace],
  ['_codecs encode', encoded],
  ['copyreg _reconstructor', reconstructed],
  ['copy_reg _reconstructor', reconstructed],
])

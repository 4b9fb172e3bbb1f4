// What does a pickle say? A pure interpreter over an allow-list: it builds data, and never calls what a file names.
import type { Failure } from '../../../../src-shared/domain/failure.ts'
import { limits } from '../limits.ts'
import { damaged, unsafe } from '../sourceFile.ts'
import { describe } from './describe.ts'
import { createMachine } from './machine.ts'
import { op } from './opcodes.ts'
import { PickleReader } from './reader.ts'
import { entriesOf, type PickleContext, type PickleInert, type PickleValue } from './values.ts'

export interface PickleSource {
  /** The file's name, for messages. */
  readonly name: string
  /** What has been read of the file so far, and where the pickle starts in it. */
  readonly bytes: Uint8Array
  readonly start: number
  /** How many bytes there are in all: more than `bytes` has where only the beginning was read. */
  readonly total: number
  /** Bytes of the whole file, against which the claims of tensors are held. */
  readonly fileBytes: number
  /** Gets the records of globals outside the allow-list as they are made, for who wants those of a broken pickle. */
  readonly records?: PickleInert[]
  /** The value of a persistent id: PyTorch's storages. */
  persistent(id: PickleValue, context: PickleContext): PickleValue
}

export interface Unpickled {
  readonly value: PickleValue
  /** Where the pickle ended in `bytes`. */
  readonly end: number
  /** Every record that was made of a global outside the allow-list, in the order of the file. */
  readonly inert: readonly PickleInert[]
}

/** Reads one pickle, of any protocol from 0 to 5. Throws Failure, and NeedsBytes where `bytes` is too short. */
export function unpickle(source: PickleSource): Unpickled {
  const { name } = source
  const reader = new PickleReader(name, source.bytes, source.start, source.total)
  const machine = createMachine(name, source.fileBytes, () => reader.at - source.start, source.records)
  const wrong = (what: string): Failure => damaged(name, what)
  let frameEnd = -1

  for (let operations = 0; ; operations++) {
    if (operations > limits.pickleOperations)
      throw unsafe(name, `its pickle has more than ${limits.pickleOperations} instructions`)
    machine.check()
    if (frameEnd >= 0 && reader.at >= frameEnd) {
      if (reader.at > frameEnd) throw wrong('an instruction of its pickle crosses the end of its frame')
      frameEnd = -1
    }
    const code = reader.uint8()
    switch (code) {
      case op.PROTO: {
        const protocol = reader.uint8()
        if (protocol > 5) throw wrong(`its pickle is of protocol ${protocol}, and 0 to 5 exist`)
        break
      }
      case op.FRAME: {
        const length = reader.length64()
        if (frameEnd >= 0) throw wrong('a frame of its pickle begins inside another')
        frameEnd = reader.at + length
        break
      }
      case op.STOP: {
        const value = machine.pop()
        if (frameEnd >= 0 && reader.at !== frameEnd) throw wrong('its pickle ends before its frame does')
        return { value, end: reader.at, inert: machine.inert }
      }

      case op.MARK:
        machine.mark()
        break
      case op.POP:
        machine.popAny()
        break
      case op.POP_MARK:
        machine.sinceMark()
        break
      case op.DUP:
        machine.duplicate()
        break

      case op.NONE:
        machine.push(null)
        break
      case op.NEWTRUE:
        machine.push(true)
        break
      case op.NEWFALSE:
        machine.push(false)
        break
      case op.INT:
        machine.push(reader.decimal('int'))
        break
      case op.LONG:
        machine.push(reader.decimal('long'))
        break
      case op.BININT:
        machine.push(reader.int32())
        break
      case op.BININT1:
        machine.push(reader.uint8())
        break
      case op.BININT2:
        machine.push(reader.uint16())
        break
      case op.LONG1:
        machine.push(reader.integer(reader.uint8()))
        break
      case op.LONG4:
        machine.push(reader.integer(reader.length32()))
        break
      case op.FLOAT:
        machine.push(reader.decimalFloat())
        break
      case op.BINFLOAT:
        machine.push(reader.float64())
        break

      case op.STRING:
        machine.push(reader.quoted())
        break
      case op.BINSTRING:
        machine.push(reader.oldString(reader.length32()))
        break
      case op.SHORT_BINSTRING:
        machine.push(reader.oldString(reader.uint8()))
        break
      case op.UNICODE:
        machine.push(reader.rawUnicode())
        break
      case op.SHORT_BINUNICODE:
        machine.push(reader.text(reader.uint8()))
        break
      case op.BINUNICODE:
        machine.push(reader.text(reader.uint32()))
        break
      case op.BINUNICODE8:
        machine.push(reader.text(reader.length64()))
        break
      case op.SHORT_BINBYTES:
        machine.push(reader.slice(reader.uint8()))
        break
      case op.BINBYTES:
        machine.push(reader.slice(reader.uint32()))
        break
      case op.BINBYTES8:
      case op.BYTEARRAY8:
        machine.push(reader.slice(reader.length64()))
        break

      case op.EMPTY_TUPLE:
        machine.make({ kind: 'tuple', items: [] })
        break
      case op.TUPLE1:
      case op.TUPLE2:
      case op.TUPLE3: {
        const items = new Array<PickleValue>(code - op.TUPLE1 + 1)
        for (let i = items.length - 1; i >= 0; i--) items[i] = machine.pop()
        machine.make({ kind: 'tuple', items })
        break
      }
      case op.TUPLE:
        machine.make({ kind: 'tuple', items: machine.sinceMark() })
        break
      case op.EMPTY_LIST:
        machine.make({ kind: 'list', items: [] })
        break
      case op.LIST:
        machine.make({ kind: 'list', items: machine.sinceMark() })
        break
      case op.APPEND:
        machine.append([machine.pop()])
        break
      case op.APPENDS:
        machine.append(machine.sinceMark())
        break
      case op.EMPTY_DICT:
        machine.make({ kind: 'dict', entries: new Map(), state: 'refused' })
        break
      case op.DICT: {
        machine.make(machine.dictOf(machine.sinceMark()))
        break
      }
      case op.SETITEM: {
        const value = machine.pop()
        machine.setItems([machine.pop(), value])
        break
      }
      case op.SETITEMS:
        machine.setItems(machine.sinceMark())
        break
      case op.EMPTY_SET:
        machine.make({ kind: 'set', items: [] })
        break
      case op.FROZENSET:
        machine.make({ kind: 'set', items: machine.sinceMark() })
        break
      case op.ADDITEMS:
        machine.add(machine.sinceMark())
        break

      case op.PUT:
        machine.put(reader.index())
        break
      case op.BINPUT:
        machine.put(reader.uint8())
        break
      case op.LONG_BINPUT:
        machine.put(reader.uint32())
        break
      case op.MEMOIZE:
        machine.put()
        break
      case op.GET:
        machine.get(reader.index())
        break
      case op.BINGET:
        machine.get(reader.uint8())
        break
      case op.LONG_BINGET:
        machine.get(reader.uint32())
        break

      case op.GLOBAL:
        machine.global(reader.name8(), reader.name8())
        break
      case op.STACK_GLOBAL: {
        const attribute = machine.pop()
        machine.global(machine.pop(), attribute)
        break
      }
      case op.EXT1:
        machine.extension(reader.uint8())
        break
      case op.EXT2:
        machine.extension(reader.uint16())
        break
      case op.EXT4:
        machine.extension(reader.int32())
        break
      case op.REDUCE: {
        const args = machine.argumentsOf(machine.pop())
        machine.call(machine.pop(), args, 'called')
        break
      }
      case op.NEWOBJ: {
        const args = machine.argumentsOf(machine.pop())
        machine.call(machine.pop(), args, 'built')
        break
      }
      case op.NEWOBJ_EX: {
        const keywords = machine.pop()
        const args = machine.argumentsOf(machine.pop())
        const named = entriesOf(keywords)
        if (!named) throw wrong(`its pickle calls something with ${describe(keywords)} for named arguments`)
        machine.call(machine.pop(), named.size > 0 ? [...args, keywords] : args, 'built')
        break
      }
      case op.INST: {
        const module = reader.name8()
        const attribute = reader.name8()
        const args = machine.sinceMark()
        machine.global(module, attribute)
        machine.call(machine.pop(), args, 'built')
        break
      }
      case op.OBJ: {
        const [target, ...args] = machine.sinceMark()
        if (target === undefined) throw wrong('its pickle makes an object of nothing')
        machine.call(target, args, 'built')
        break
      }
      case op.BUILD:
        machine.build()
        break

      case op.PERSID:
        machine.push(source.persistent(reader.name8(), machine.context))
        break
      case op.BINPERSID:
        machine.push(source.persistent(machine.pop(), machine.context))
        break

      case op.NEXT_BUFFER:
      case op.READONLY_BUFFER:
        throw wrong('its pickle keeps data in buffers outside the file')
      default:
        throw wrong(`its pickle has the instruction ${code}, which does not exist`)
    }
  }
}

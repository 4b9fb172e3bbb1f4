// Calls of the window about data sets and maps: what is in them, making a map, who is near to whom, groups of items.
import { z } from 'zod'
import {
  dataOriginSchema,
  embeddingChoiceSchema,
  groupKinds,
  itemGroupSchema,
  mapRowSchema,
} from '../../domain/dataSet.ts'
import { mapMetrics, mapSettingsSchema, searchSchema, setAsideSchema } from '../../domain/map.ts'
import { idSchema, sourceSchema } from '../../domain/workspace.ts'
import type { CallSchema } from './common.ts'
import { dataSetCalls } from './dataSets.ts'

const nothing = z.object({})
const ints = z.instanceof(Int32Array<ArrayBufferLike>)
const floats = z.instanceof(Float32Array<ArrayBufferLike>)
const name = z.string().min(1).max(400)
const k = z.int().min(1).max(500)
const metric = z.enum(mapMetrics)

/** Adds a data set: a folder or file, critters, pictures of the workspace, or some items of another. Its items are listed. */
const addDataSet = {
  request: z.object({
    /** A path, or what was uploaded, is a file or folder: a table of numbers or pictures, whichever it is. */
    origin: z.union([sourceSchema, dataOriginSchema]),
    /** Empty: named after where it comes from. */
    name: z.string().max(400),
  }),
  result: z.object({ id: idSchema }),
  item: null,
} satisfies CallSchema
const renameDataSet = {
  request: z.object({ id: idSchema, name }),
  result: nothing,
  item: null,
} satisfies CallSchema
const removeDataSet = {
  request: z.object({ id: idSchema }),
  result: nothing,
  item: null,
} satisfies CallSchema

const dataSetItems = {
  request: z.object({ id: idSchema }),
  result: z.object({
    names: z.array(z.string()),
    /** Class of each; −1 without one. */
    labels: ints,
    classes: z.array(z.string()),
    splits: z.array(z.object({ name: z.string(), items: ints })),
    /** What a table says of its rows besides. */
    words: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
    numbers: z.array(z.object({ name: z.string(), values: floats })),
    pictures: z.boolean(),
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
  item: null,
} satisfies CallSchema

/** Small pictures of items, JPEG. */
const itemPictures = {
  request: z.object({ dataSet: idSchema, items: ints, side: z.int().min(8).max(1024) }),
  result: nothing,
  item: dataSetCalls.dataPictures.item,
} satisfies CallSchema

/** An item as a picture of the workspace, so that it can be looked at; added where it is not there yet. */
const openItem = {
  request: z.object({ dataSet: idSchema, item: z.int().nonnegative() }),
  result: z.object({ picture: idSchema }),
  item: null,
} satisfies CallSchema

/** What is mapped: vectors by a model, the data set's own numbers, or what a run's network made of it at a step. */
export const mapSubjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), model: idSchema, choice: embeddingChoiceSchema }),
  z.object({ kind: z.literal('table') }),
  z.object({ kind: z.literal('moment'), run: idSchema, step: z.int() }),
])
export type MapSubject = z.infer<typeof mapSubjectSchema>

/**
 * Makes a map and keeps it. Vectors that are there are not computed again. Frames come while it is optimised. Cancelled
 * after the first frame it is kept as it stood, so that it can go on.
 */
const makeMap = {
  request: z.object({
    dataSet: idSchema,
    subject: mapSubjectSchema,
    settings: mapSettingsSchema,
    /** Empty: named after its subject. */
    name: z.string().max(400),
    /** The map that it goes on from: exactly where that stopped (`continue`), or from its places (`warm`). */
    from: z.object({ map: idSchema, how: z.enum(['continue', 'warm']) }).nullable(),
    /** Takes the place of this map. */
    replaces: idSchema.nullable(),
  }),
  result: z.object({ id: idSchema }),
  item: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('embedding'), done: z.int(), of: z.int() }),
    z.object({ kind: z.literal('neighbours'), search: searchSchema, seconds: z.number() }),
    /** `[points, dims]`; NaN where a row was set aside. */
    z.object({ kind: z.literal('frame'), epoch: z.int(), of: z.int(), positions: floats }),
  ]),
} satisfies CallSchema

const readMap = {
  request: z.object({ id: idSchema }),
  result: z.object({
    row: mapRowSchema,
    /** `[points, dims]`; NaN where a row was set aside. */
    positions: floats,
    /** Rows without a place, and items left out, with why. */
    setAside: z.array(setAsideSchema),
  }),
  item: null,
} satisfies CallSchema
const renameMap = {
  request: z.object({ id: idSchema, name }),
  result: nothing,
  item: null,
} satisfies CallSchema
const removeMap = { request: z.object({ id: idSchema }), result: nothing, item: null } satisfies CallSchema

/** The k nearest points of every point, in the space of the embeddings. */
const mapNeighbours = {
  request: z.object({ map: idSchema, k }),
  result: z.object({ indices: ints, distances: floats, k: z.int(), search: searchSchema, metric }),
  item: null,
} satisfies CallSchema

/** The k points nearest to each of some points, exactly, in the space of the embeddings. */
const mapNearest = {
  request: z.object({ map: idSchema, rows: ints, k }),
  result: z.object({ indices: ints, distances: floats, k: z.int(), metric }),
  item: null,
} satisfies CallSchema

/** Points that are nearly the same: groups, the largest first, the first row of each the one to keep. */
const mapDuplicates = {
  request: z.object({ map: idSchema, distance: z.number().nonnegative() }),
  result: z.object({ groups: z.array(ints), distances: floats }),
  item: null,
} satisfies CallSchema

/** Points whose neighbours have another label. */
const mapLabelErrors = {
  request: z.object({ map: idSchema, labels: ints, k }),
  result: z.object({ disagreement: floats, suggested: ints, agreement: z.number() }),
  item: null,
} satisfies CallSchema

/** How much of each point's neighbourhood two maps of the same items have in common, in the space of the embeddings. */
const mapOverlap = {
  request: z.object({ first: idSchema, second: idSchema, k }),
  result: z.object({ overlap: floats, mean: z.number(), chance: z.number(), k: z.int() }),
  item: null,
} satisfies CallSchema

/** Where every point lies between the mean of some and the mean of others: 0 there, 1 here. */
const mapAxis = {
  request: z.object({ map: idSchema, from: ints, to: ints }),
  result: z.object({ values: floats }),
  item: null,
} satisfies CallSchema

const itemGroups = {
  request: z.object({ dataSet: idSchema }),
  result: z.object({ groups: z.array(itemGroupSchema) }),
  item: null,
} satisfies CallSchema
/** Keeps a named group of items; an item that gets a label loses the one it had. */
const keepGroup = {
  request: z.object({
    dataSet: idSchema,
    id: idSchema.nullable(),
    kind: z.enum(groupKinds),
    name,
    colour: z.int().min(0).max(11),
    items: ints,
  }),
  result: z.object({ id: idSchema }),
  item: null,
} satisfies CallSchema
const removeGroup = { request: z.object({ id: idSchema }), result: nothing, item: null } satisfies CallSchema

/** Where a run's held-out set was stored as its networks saw it, and the data set of it; in order of their steps. */
const runMoments = {
  request: z.object({ run: idSchema }),
  result: z.object({
    dataSet: idSchema.nullable(),
    moments: z.array(z.object({ step: z.int(), knn: z.number().nullable() })),
  }),
  item: null,
} satisfies CallSchema

export const mapCalls = {
  addDataSet,
  renameDataSet,
  removeDataSet,
  dataSetItems,
  itemPictures,
  openItem,
  makeMap,
  readMap,
  renameMap,
  removeMap,
  mapNeighbours,
  mapNearest,
  mapDuplicates,
  mapLabelErrors,
  mapOverlap,
  mapAxis,
  itemGroups,
  keepGroup,
  removeGroup,
  runMoments,
} satisfies Record<string, CallSchema>

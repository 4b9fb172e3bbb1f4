// In whose words shall a network be written? Its own code base's, transformers', or one flat safetensors file.
import { join } from 'node:path'
import type { ModelSpec } from '../../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../../src-shared/domain/weights.ts'
import { keyMapOf } from '../families/registry.ts'
import type { KeyMap, Nesting } from '../families/keyMap.ts'
import type { Origin } from '../open.ts'
import type { ExportDtype } from './dtypes.ts'
import { writeWhole } from './files.ts'
import { floatTensor, formOf, fullName, nestingOf, type OutTensor, type StoredForm } from './form.ts'
import { configOf, huggingfaceMapOf, preprocessorOf, refuseUnlike } from './huggingface.ts'
import { writeSafetensors } from './safetensorsWriter.ts'
import { settingsOf } from './settings.ts'
import { isTorchDtype, writeTorch, type TorchValue } from './torchWriter.ts'
import { writeSync } from 'node:fs'

/**
 * `original`: a .pth file with the names and the nesting of the code base, which loads it with strict=True.
 * `huggingface`: a folder with config.json, model.safetensors and preprocessor_config.json.
 * `safetensors`: one file with the code base's names.
 */
export type ExportFormat = 'original' | 'huggingface' | 'safetensors'

/**
 * A network to be written; `origin` where it came from a file, whose spelling is then kept. That file must still be open:
 * tensors that the lab does not use are copied from it.
 */
export interface NetworkToExport {
  readonly spec: ModelSpec
  readonly weights: Weights
  readonly origin?: Origin
  /**
   * In an `original` file: stands where a training code keeps its teacher (`teacher`, `backbone.`), so that what weights do
   * not say has a place beside it. A bare state dict has none.
   */
  readonly asTeacher?: boolean
}

export interface ExportResult {
  readonly files: string[]
  /** Full names of the tensors written. */
  readonly keys: string[]
  /** Sentences a person should read: what was left out. */
  readonly notices: string[]
}

/**
 * Writes a network to `path` (a file; a folder for `huggingface`). Existing files are replaced. Throws Failure where the
 * format has no words for this network, or `disk`.
 */
export function exportNetwork(
  network: NetworkToExport,
  options: Options & { format: ExportFormat },
): ExportResult {
  if (options.format === 'huggingface') return exportHuggingface(network, options)
  return options.format === 'safetensors'
    ? exportSafetensors(network, options)
    : exportOriginal(network, options)
}

interface Options {
  readonly dtype: ExportDtype
  readonly path: string
  /** In a .pth file: the key under which a network stands that its code base would leave bare, so that settings fit beside it. */
  readonly under?: string
}

function exportHuggingface({ spec, weights }: NetworkToExport, { dtype, path }: Options): ExportResult {
  const map = huggingfaceMapOf(spec)
  const form = formOf(map, spec, weights, dtype)
  refuseUnlike(map, spec, weights, form.dropped)
  const tensors = flat(form, nestingOf(map, form).prefix, 'predictor.')
  const files = ['config.json', 'preprocessor_config.json', 'model.safetensors'].map((name) =>
    join(path, name),
  )
  const [config = '', preprocessor = '', model = ''] = files
  writeJson(config, configOf(map, spec, weights, dtype))
  writeJson(preprocessor, preprocessorOf(spec))
  writeSafetensors(model, tensors)
  return { files, keys: [...tensors.keys()], notices: droppedNotices(form, map) }
}

function exportSafetensors(network: NetworkToExport, { dtype, path }: Options): ExportResult {
  const { map, form, nesting } = originalForm(network, dtype)
  const isAlone = ![...form.tensors.keys()].some((name) => /^(\.\.|@predictor)\//.test(name))
  const tensors = flat(form, isAlone ? '' : flatPrefix(nesting), 'predictor.')
  const settings = Object.entries(settingsOf(network.spec))
  const metadata = Object.fromEntries(settings.map(([name, value]) => [`emergence.${name}`, value]))
  writeSafetensors(path, tensors, metadata)
  return { files: [path], keys: [...tensors.keys()], notices: droppedNotices(form, map) }
}

function exportOriginal(network: NetworkToExport, { dtype, path, under }: Options): ExportResult {
  const { map, form, nesting: usual } = originalForm(network, dtype)
  const nesting = usual.path.length === 0 && under !== undefined ? { ...usual, path: [under] } : usual
  const predictorNesting = predictorNestingOf(network.origin)
  const isPredictors = (name: string) => name.startsWith('@predictor/')
  const own = new Map([...form.tensors].filter(([name]) => !isPredictors(name)))
  const predictors = new Map(
    [...form.tensors]
      .filter(([name]) => isPredictors(name))
      .map(([name, tensor]) => [predictorNesting.prefix + name.slice('@predictor/'.length), tensor]),
  )
  const dict = new Map([...own].map(([name, tensor]) => [fullName(name, nesting.prefix), tensor]))
  const root = new Map<string, TorchValue>()
  place(root, nesting.path, dict)
  if (predictors.size > 0) place(root, predictorNesting.path, predictors)
  // A bare state dict stays bare, or strict loading would stumble over the settings.
  if (nesting.path.length > 0) root.set('emergence', settingsOf(network.spec))
  writeTorch(path, nesting.path.length > 0 ? Object.fromEntries(root) : root)
  return { files: [path], keys: [...dict.keys(), ...predictors.keys()], notices: droppedNotices(form, map) }
}

/** A network in its own code base's words: those of the file it came from where they are, else its family's. */
function originalForm(network: NetworkToExport, dtype: ExportDtype) {
  const { spec, weights, origin } = network
  const map: KeyMap = origin?.map.native === true ? origin.map : keyMapOf(spec.family)
  const form = formOf(map, spec, weights, dtype)
  if (origin === undefined || origin.map !== map) {
    const nesting = network.asTeacher === true ? map.nestingBeside : undefined
    return { map, form, nesting: nesting ?? nestingOf(map, form) }
  }
  const tensors = new Map<string, OutTensor>()
  for (const [name, tensor] of form.tensors) tensors.set(respelled(name, origin), tensor)
  // What the file holds besides and this lab does not use is handed on as it is.
  for (const [name, { tensor }] of origin.matched.rest) {
    if (tensor.dtype.startsWith('float') || tensor.dtype === 'bfloat16')
      tensors.set(
        name,
        floatTensor(tensor.shape, dtype, () => tensor.read()),
      )
    else if (isTorchDtype(tensor.dtype))
      tensors.set(name, { dtype: tensor.dtype, shape: tensor.shape, bytes: () => tensor.readRaw().bytes })
  }
  const nesting = { path: origin.network.path, prefix: origin.network.prefix }
  return { map, form: { ...form, tensors }, nesting }
}

/** `blocks.3.norm1.weight` as the file spelled it: `blocks.1.3.norm1.weight` in chunked DINOv2. */
function respelled(name: string, { matched }: Origin): string {
  const [, block, rest] = /^(blocks\.\d+)(\..+)$/.exec(name) ?? []
  const spelled = block === undefined ? undefined : matched.spelled.get(block)
  return spelled === undefined ? name : `${spelled}${rest ?? ''}`
}

function predictorNestingOf(origin: Origin | undefined): Nesting {
  const predictor = origin?.predictor
  if (origin?.map.native === true && predictor) return { path: predictor.path, prefix: predictor.prefix }
  return { path: ['predictor'], prefix: 'module.' }
}

/** A prefix that tells a flat file's networks apart: `teacher.backbone.`, `target_encoder.`. */
function flatPrefix({ path, prefix }: Nesting): string {
  const own = prefix.replace(/^module\./, '')
  return own === '' ? path.map((key) => `${key}.`).join('') : own
}

function flat(form: StoredForm, prefix: string, predictorPrefix: string): Map<string, OutTensor> {
  return new Map(
    [...form.tensors].map(([name, tensor]) => [
      name.startsWith('@predictor/')
        ? predictorPrefix + name.slice('@predictor/'.length)
        : fullName(name, prefix),
      tensor,
    ]),
  )
}

function place(
  root: Map<string, TorchValue>,
  path: readonly string[],
  dict: ReadonlyMap<string, OutTensor>,
): void {
  const [first, ...rest] = path
  if (first === undefined) {
    for (const [name, tensor] of dict) root.set(name, tensor)
    return
  }
  const inner = new Map<string, TorchValue>()
  place(inner, rest, dict)
  root.set(first, inner)
}

function droppedNotices({ dropped }: StoredForm, map: KeyMap): string[] {
  const groups = [...new Set(dropped.map((name) => name.split('.')[0] ?? name))]
  return groups.length === 0
    ? []
    : [`Left out, because ${map.label} has no place for it: ${groups.join(', ')}.`]
}

function writeJson(path: string, value: unknown): void {
  writeWhole(path, (descriptor) => writeSync(descriptor, `${JSON.stringify(value, null, 2)}\n`))
}

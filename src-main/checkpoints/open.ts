// What is in this checkpoint, and may I have its weights? The door of this room.
import type {
  ContainerFacts,
  InertFacts,
  Inspection,
  ModelOverrides,
  NetworkSummary,
} from '../../src-shared/domain/checkpoint.ts'
import { Failure } from '../../src-shared/domain/failure.ts'
import type { ModelSpec } from '../../src-shared/domain/modelSpec.ts'
import type { Weights } from '../../src-shared/domain/weights.ts'
import { basename } from 'node:path'
import { countOf } from './canonical.ts'
import { openContainer, type Container } from './containers/container.ts'
import { neverRun } from './containers/neverRun.ts'
import { unsupported } from './evidence.ts'
import type { KeyMap } from './families/keyMap.ts'
import { recognise } from './families/registry.ts'
import { unknownHeads } from './heads.ts'
import { resolveModelPath } from './hub.ts'
import { planOf, shortList, type Plan } from './keyReport.ts'
import { match, type Matched } from './match.ts'
import { findNetworks, type FoundNetworks, type StoredNetwork } from './networks.ts'
import { knownFamilies, otherKind } from './otherKinds.ts'
import { readWeights } from './read.ts'
import { describe, type Described } from './spec.ts'
import { viewOf } from './view.ts'

/** A checkpoint whose index has been read. `close` it when done. */
export interface OpenedCheckpoint {
  readonly facts: ContainerFacts
  /** The first one is opened where none is asked for. */
  readonly networks: NetworkSummary[]
  readonly inert: InertFacts[]
  /**
   * Everything there is to say of one network; reads no weights. Throws Failure for what is no network of ours. Where
   * nothing tells the heads, `sources.heads` begins with `unknown`, and `load` asks for them.
   */
  inspect(overrides: ModelOverrides): Inspection
  /** The spec and the canonical float32 weights of one network. Throws Failure, also where weights are missing. */
  load(overrides: ModelOverrides): LoadedNetwork
  close(): void
}

/** One network, ready to run. */
export interface LoadedNetwork {
  readonly spec: ModelSpec
  readonly weights: Weights
  readonly inspection: Inspection
  /** How the file spelled it, so that it can be written again as it was. */
  readonly origin: Origin
}

/** How a network stood in the file it came from. */
export interface Origin {
  readonly map: KeyMap
  readonly network: StoredNetwork
  readonly predictor: StoredNetwork | null
  readonly matched: Matched
}

/**
 * Opens a checkpoint file, a Hugging Face folder, or `hf:ORG/NAME` from the local cache. Reads indices only and runs
 * nothing that stands in it. Throws Failure where it cannot be read or holds no vision transformer.
 */
export function openCheckpoint(path: string): OpenedCheckpoint {
  const container = openContainer(resolveModelPath(path))
  try {
    return checkpointIn(container)
  } catch (error) {
    container.close()
    throw error
  }
}

/** What an open container offers; closing the one closes the other. Throws Failure where it holds no network of ours. */
export function checkpointIn(container: Container): OpenedCheckpoint {
  const file = basename(container.path)
  const found = findNetworks(container.root)
  if (found.networks.length === 0) throw notOurs(found, container, file)
  const stored = [...found.networks, ...(found.predictor === null ? [] : [found.predictor])]
  const facts: ContainerFacts = {
    format: container.format,
    path: container.path,
    files: container.files.map((one) => ({ ...one })),
    bytes: container.files.reduce((sum, { bytes }) => sum + bytes, 0),
    metadata: { ...container.metadata },
  }
  const networks = stored.map((network) => summaryOf(network, found))
  const inert = [...container.inert]
  const inspectWith = (overrides: ModelOverrides) => {
    const network = choose(found, overrides.network, file)
    const read = readIndex(network, container, overrides, file)
    return {
      network,
      ...read,
      inspection: inspectionOf(network, read, { facts, networks, inert, container, overrides }),
    }
  }
  return {
    facts,
    networks,
    inert,
    inspect: (overrides) => inspectWith(overrides).inspection,
    load: (overrides) => {
      const { network, described, plan, map, matched, inspection } = inspectWith(overrides)
      const { spec } = described
      if (!described.headsKnown) throw unknownHeads(file, spec.width)
      const base = container.config['rope_theta']
      const weights = readWeights(plan, {
        file,
        spec,
        ropeBase: typeof base === 'number' && base > 0 ? base : defaultRopeBase,
        allowMissing: overrides.allowMissing === true,
      })
      return { spec, weights, inspection, origin: { map, network, predictor: found.predictor, matched } }
    },
    close: () => container.close(),
  }
}

/** Base of the rotary periods in every published DINOv3 (dinov3/hub/backbones.py). */
const defaultRopeBase = 100

interface ReadIndex {
  readonly map: KeyMap
  readonly matched: Matched
  readonly described: Described
  readonly plan: Plan
}

function readIndex(
  network: StoredNetwork,
  container: Container,
  overrides: ModelOverrides,
  file: string,
): ReadIndex {
  const other = otherKind(network.tensors.keys(), 'decisive')
  if (other !== null) throw unsupported(file, other, knownFamilies)
  const view = viewOf(network, container)
  const recognised = recognise(view)
  if (recognised === null)
    throw unsupported(
      file,
      otherKind(network.tensors.keys()) ?? 'embeds patches, but its blocks are not those of any known family',
      knownFamilies,
    )
  const { map, guess } = recognised
  const matched = match(network, map)
  const described = describe({ file, map, guess, view, matched, container, overrides })
  return { map, matched, described, plan: planOf(described.spec, described.clsRow, matched, map) }
}

function inspectionOf(
  network: StoredNetwork,
  { described, plan, map }: ReadIndex,
  opened: {
    facts: ContainerFacts
    networks: NetworkSummary[]
    inert: InertFacts[]
    container: Container
    overrides: ModelOverrides
  },
): Inspection {
  const sources: Record<string, string> = { ...described.sources, names: map.label }
  if (network.prefix !== '') sources['prefix'] = `${network.prefix} was taken off the names`
  if (plan.implied.has('rope.periods'))
    sources['rope.periods'] =
      typeof opened.container.config['rope_theta'] === 'number'
        ? 'rope_theta in config.json'
        : `computed from base ${defaultRopeBase}, as in every published DINOv3`
  const strange = plan.strange.map(({ name }) => name)
  const { missing, mismatched } = plan.report
  const filled =
    opened.overrides.allowMissing === true ? [...missing, ...mismatched.map(({ name }) => name)] : []
  return {
    container: opened.facts,
    networks: opened.networks,
    network: network.name,
    spec: described.spec,
    sources,
    keys: plan.report,
    tensors: [...network.tensors.values()].map(({ name, tensor }) => ({
      name,
      dtype: tensor.dtype,
      shape: [...tensor.shape],
    })),
    inert: opened.inert,
    notices: [
      ...opened.container.notices,
      ...described.notices,
      ...plan.notices,
      ...(filled.length === 0
        ? []
        : [
            `${filled.length === 1 ? 'One missing weight is' : `${filled.length} missing weights are`} filled with zeros, gains of norms with ones: ${shortList(filled)}.`,
          ]),
      ...(strange.length === 0
        ? []
        : [
            `It cannot be run: none of the known families has ${strange[0] ?? ''} (${strange.length} such tensors).`,
          ]),
    ],
  }
}

function summaryOf({ name, tensors }: StoredNetwork, { predictor }: FoundNetworks): NetworkSummary {
  const own = [...tensors].filter(
    ([relative]) => name === predictor?.name || !relative.startsWith('@predictor/'),
  )
  return {
    name,
    tensors: own.length,
    parameters: own.reduce((sum, [, { tensor }]) => sum + countOf(tensor.shape), 0),
  }
}

function choose(
  { networks, predictor }: FoundNetworks,
  asked: string | undefined,
  file: string,
): StoredNetwork {
  const wanted = asked?.replaceAll('_', '-')
  const network =
    asked === undefined ? networks[0] : networks.find(({ name }) => name.replaceAll('_', '-') === wanted)
  if (network !== undefined) return network
  const names = networks.map(({ name }) => name).join(', ')
  if (predictor !== null && asked === predictor.name)
    throw new Failure(
      'bad-argument',
      `The predictor in ${file} has no encoder of its own; it is opened together with one.`,
      `Choose one of: ${names}.`,
    )
  throw new Failure(
    'bad-argument',
    `${file} has no network called ${String(asked).slice(0, 80)}.`,
    `It has: ${names}.`,
  )
}

function notOurs({ loose }: FoundNetworks, container: Container, file: string): Failure {
  if (loose.size === 0) {
    const clause = neverRun(container.inert)
    return new Failure(
      'not-a-checkpoint',
      `${file} holds no weights${clause === null ? '' : `; it ${clause}`}.`,
      'Give a checkpoint file or a folder with one.',
    )
  }
  const type = container.config['model_type']
  const seems = otherKind(loose.keys())
  if (seems !== null) return unsupported(file, seems, knownFamilies)
  const said = typeof type === 'string' ? `, and its config.json says ${type.slice(0, 60)}` : ''
  const [first = ''] = loose.keys()
  return unsupported(
    file,
    `holds ${loose.size} tensors (${first.slice(0, 120)}, …) but no vision transformer’s patch embedding${said}`,
    knownFamilies,
  )
}

/**
 * Sees to it that a network has MAE's decoder. Throws Failure that says what it has instead; `--decoder-heads` where
 * only their number is missing.
 */
export function requireDecoder({ spec, container, sources }: Inspection): NonNullable<ModelSpec['decoder']> {
  if (spec.decoder !== null) return spec.decoder
  const file = basename(container.path)
  if (sources['decoder.heads'] === 'unknown')
    throw new Failure(
      'bad-argument',
      `${file} has a decoder but does not say how many heads it has.`,
      'Give the number with --decoder-heads.',
    )
  throw unsupported(
    file,
    spec.family === 'mae'
      ? 'is a MAE encoder without its decoder, so it cannot reconstruct pictures'
      : `seems to be an encoder of the family ${spec.family} and has no decoder, so it cannot reconstruct pictures`,
    'Give a MAE pre-training checkpoint (mae_visualize_vit_*.pth, or a Hugging Face ViTMAEForPreTraining).',
  )
}

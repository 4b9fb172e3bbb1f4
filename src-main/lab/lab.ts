// Who answers the calls? The lab: it knows models by name, decides, and lets the engine compute.
import type {
  CallName,
  PlainCallName,
  ProjectionCallName,
  Request,
  Result,
} from '../../src-shared/protocol/calls.ts'
import type { ModelChoice } from '../../src-shared/protocol/calls/common.ts'
import type { Carrier, Handler } from '../../src-shared/protocol/client.ts'
import { toFailure } from '../../src-shared/protocol/errors.ts'
import { createPeer } from '../../src-shared/protocol/peer.ts'
import type { CallContext, CallOptions, Peer } from '../../src-shared/protocol/peer.ts'
import type { Transport } from '../../src-shared/protocol/transport.ts'
import { bundledModels, resolveModel } from './models.ts'

/** What differs between the hosts of a lab. */
export interface Host {
  version: string
  paths: boolean
  dialogs: boolean
  uploadLimit: number
}
export interface LabOptions {
  /** Carries calls to the engine. */
  engine: Carrier
  /** Carries calls to the process that makes maps. */
  projection: Carrier
  /** The folder of bundled models and pictures. */
  resources: string
  host: Host
}
/** Calls that speak of one model. */
type OfOneModel = {
  [N in PlainCallName]: Request<N> extends { model: ModelChoice } ? N : never
}[PlainCallName]
export type LabHandlers = { readonly [N in PlainCallName]: Handler<N> }

export interface Lab extends Carrier {
  readonly handlers: LabHandlers
  /** Answers the calls of another side, each request checked against its schema. */
  serve(transport: Transport): Promise<Peer>
}

/** Bytes of one message that another side may send; a picture of 64 megapixels fits. */
const messageLimit = 256 << 20

export function createLab({ engine, projection, resources, host }: LabOptions): Lab {
  /** Hands a call to another process, with everything that comes back on the way. */
  const handOver = <N extends CallName>(
    carrier: Carrier,
    name: N,
    request: Request<N>,
    { signal, event, item }: CallContext,
  ): Promise<Result<N>> =>
    carrier.call(name, request, { signal, onEvent: event, onItem: item as never }) as Promise<Result<N>>
  const toEngine = <N extends CallName>(name: N, request: Request<N>, context: CallContext) =>
    handOver(engine, name, request, context)
  const toProjection =
    <N extends ProjectionCallName>(name: N): Handler<N> =>
    (request: Request<N>, context) =>
      handOver(projection, name, request, context)

  const located = async (model: ModelChoice): Promise<ModelChoice> => ({
    ...model,
    name: await resolveModel(model.name, resources),
  })

  /** The same with the model's name turned into a path. */
  const withModel =
    <N extends OfOneModel>(name: N): Handler<N> =>
    async (request: Request<N>, context) =>
      toEngine(name, { ...request, model: await located(request.model) }, context)

  const handlers: LabHandlers = {
    capabilities: () => host,
    doctor: (request, context) => toEngine('doctor', request, context),
    models: async () => ({ models: (await bundledModels(resources)).map(({ card }) => card) }),
    inspect: withModel('inspect'),
    features: withModel('features'),
    attention: withModel('attention'),
    look: withModel('look'),
    preview: (request, context) => toEngine('preview', request, context),
    estimate: (request, context) => toEngine('estimate', request, context),
    reconstruct: withModel('reconstruct'),
    parts: withModel('parts'),
    predict: withModel('predict'),
    patchTokens: withModel('patchTokens'),
    rebuild: withModel('rebuild'),
    frameTokens: withModel('frameTokens'),
    exportModel: withModel('exportModel'),
    methods: (request, context) => toEngine('methods', request, context),
    train: (request, context) => toEngine('train', request, context),
    controlTraining: (request, context) => toEngine('controlTraining', request, context),
    embed: withModel('embed'),
    evaluate: withModel('evaluate'),
    previewCrops: (request, context) => toEngine('previewCrops', request, context),
    describeData: (request, context) => toEngine('describeData', request, context),
    makeCritters: (request, context) => toEngine('makeCritters', request, context),
    readRun: (request, context) => toEngine('readRun', request, context),
    listData: (request, context) => toEngine('listData', request, context),
    dataPictures: (request, context) => toEngine('dataPictures', request, context),
    embedItems: withModel('embedItems'),
    diff: async ({ first, second }, context) => {
      const [one, other] = await Promise.all([located(first), located(second)])
      return toEngine('diff', { first: one, second: other }, context)
    },
    project: toProjection('project'),
    nearest: toProjection('nearest'),
    neighbours: toProjection('neighbours'),
    compareNeighbourhoods: toProjection('compareNeighbourhoods'),
    nearDuplicates: toProjection('nearDuplicates'),
    labelDisagreement: toProjection('labelDisagreement'),
    readTable: toProjection('readTable'),
  }

  return {
    handlers,
    call: async (name, request, options: CallOptions = {}) => {
      const handler = handlers[name as PlainCallName] as Handler<CallName>
      const context: CallContext = {
        signal: options.signal ?? new AbortController().signal,
        event: (event) => options.onEvent?.(event),
        item: async (item) => options.onItem?.(item as never),
      }
      try {
        return await handler(request as never, context)
      } catch (thrown) {
        throw toFailure(thrown)
      }
    },
    serve: async (transport) => {
      const { checkRequest } = await import('../../src-shared/protocol/calls.ts')
      return createPeer(transport, {
        handlers: { ...handlers } as never,
        check: checkRequest,
        limit: messageLimit,
      })
    },
  }
}

// How does one side call the other by name and type? One method for every call.
import type { CallName, Item, Request, Result } from './calls.ts'
import type { CallEvent } from './calls/common.ts'
import type { CallContext, Peer } from './peer.ts'

/** Anything that can carry a call by name: a peer, or a lab in the same process. */
export type Carrier = Pick<Peer, 'call'>

export interface ClientOptions<N extends CallName> {
  signal?: AbortSignal | undefined
  onEvent?: ((event: CallEvent) => void) | undefined
  onItem?: ((item: Item<N>) => void | Promise<void>) | undefined
}
export type ClientMethod<N extends CallName> = (
  request: Request<N>,
  options?: ClientOptions<N>,
) => Promise<Result<N>>
export type Client = { readonly [N in CallName]: ClientMethod<N> }

/** What answers a call: its request in, its result out, events and items by the context. */
export type Handler<N extends CallName> = (
  request: Request<N>,
  context: CallContext,
) => Result<N> | Promise<Result<N>>

/** The calls of the other side as functions; each throws Failure. */
export function createClient(carrier: Carrier): Client {
  const method =
    <N extends CallName>(name: N): ClientMethod<N> =>
    (request, options) =>
      carrier.call(name, request, options as never) as Promise<Result<N>>
  return {
    capabilities: method('capabilities'),
    doctor: method('doctor'),
    models: method('models'),
    inspect: method('inspect'),
    features: method('features'),
    attention: method('attention'),
    look: method('look'),
    preview: method('preview'),
    estimate: method('estimate'),
    workspace: method('workspace'),
    newWorkspace: method('newWorkspace'),
    openWorkspace: method('openWorkspace'),
    saveWorkspaceAs: method('saveWorkspaceAs'),
    exportWorkspace: method('exportWorkspace'),
    recentWorkspaces: method('recentWorkspaces'),
    diskUse: method('diskUse'),
    cleanUp: method('cleanUp'),
    keepNotes: method('keepNotes'),
    keepWindow: method('keepWindow'),
    keepInspection: method('keepInspection'),
    removeInspection: method('removeInspection'),
    add: method('add'),
    removeModel: method('removeModel'),
    renameModel: method('renameModel'),
    overrideModel: method('overrideModel'),
    copyIn: method('copyIn'),
    removePicture: method('removePicture'),
    renamePicture: method('renamePicture'),
    events: method('events'),
    picture: method('picture'),
    modelInspection: method('modelInspection'),
    modelStats: method('modelStats'),
    modelDiff: method('modelDiff'),
    estimateLook: method('estimateLook'),
    lookAt: method('lookAt'),
    settings: method('settings'),
    changeSettings: method('changeSettings'),
    devices: method('devices'),
    jobs: method('jobs'),
    cancelJob: method('cancelJob'),
    engineState: method('engineState'),
    restartEngine: method('restartEngine'),
    diagnostics: method('diagnostics'),
    echo: method('echo'),
    hostFacts: method('hostFacts'),
    choose: method('choose'),
    chooseSavePath: method('chooseSavePath'),
    saveFile: method('saveFile'),
    copyText: method('copyText'),
    copyPicture: method('copyPicture'),
    openExternal: method('openExternal'),
    uploaded: method('uploaded'),
    tellWindows: method('tellWindows'),
    reconstruct: method('reconstruct'),
    parts: method('parts'),
    predict: method('predict'),
    patchTokens: method('patchTokens'),
    rebuild: method('rebuild'),
    patchTokensAt: method('patchTokensAt'),
    rebuildAt: method('rebuildAt'),
    predictAt: method('predictAt'),
    frameTokens: method('frameTokens'),
    frameTokensAt: method('frameTokensAt'),
    runMethods: method('runMethods'),
    runData: method('runData'),
    previewCropsAt: method('previewCropsAt'),
    startRun: method('startRun'),
    branchRun: method('branchRun'),
    controlRun: method('controlRun'),
    followRun: method('followRun'),
    openRunCheckpoint: method('openRunCheckpoint'),
    runCheckpoint: method('runCheckpoint'),
    renameRun: method('renameRun'),
    removeRun: method('removeRun'),
    listData: method('listData'),
    dataPictures: method('dataPictures'),
    embedItems: method('embedItems'),
    addDataSet: method('addDataSet'),
    renameDataSet: method('renameDataSet'),
    removeDataSet: method('removeDataSet'),
    dataSetItems: method('dataSetItems'),
    itemPictures: method('itemPictures'),
    openItem: method('openItem'),
    makeMap: method('makeMap'),
    readMap: method('readMap'),
    renameMap: method('renameMap'),
    removeMap: method('removeMap'),
    mapNeighbours: method('mapNeighbours'),
    mapNearest: method('mapNearest'),
    mapDuplicates: method('mapDuplicates'),
    mapLabelErrors: method('mapLabelErrors'),
    mapOverlap: method('mapOverlap'),
    mapAxis: method('mapAxis'),
    itemGroups: method('itemGroups'),
    keepGroup: method('keepGroup'),
    removeGroup: method('removeGroup'),
    runMoments: method('runMoments'),
    diff: method('diff'),
    exportModel: method('exportModel'),
    project: method('project'),
    nearest: method('nearest'),
    neighbours: method('neighbours'),
    compareNeighbourhoods: method('compareNeighbourhoods'),
    nearDuplicates: method('nearDuplicates'),
    labelDisagreement: method('labelDisagreement'),
    readTable: method('readTable'),
    methods: method('methods'),
    train: method('train'),
    controlTraining: method('controlTraining'),
    readRun: method('readRun'),
    embed: method('embed'),
    evaluate: method('evaluate'),
    previewCrops: method('previewCrops'),
    describeData: method('describeData'),
    makeCritters: method('makeCritters'),
  }
}

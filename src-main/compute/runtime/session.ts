// How does an ONNX file run? In an ONNX Runtime session; sessions are kept by what they compute and used again.
import { createHash } from 'node:crypto'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { Failure } from '../../../src-shared/domain/failure.ts'
import type { OnnxModel, OutsideWeight } from '../onnx/lower.ts'
import type { TensorValue } from '../program.ts'

/** ONNX Runtime's devices. */
export type Provider = 'cpu' | 'webgpu' | 'cuda'

export interface SessionOptions {
  device: Provider
  /** Threads inside one operator; as many as there are cores where it is not given. */
  threads?: number
  /**
   * Threads without work wait actively for 50 µs: long enough from one operator to the next, and hardly a waste where
   * other programs need the cores. On where it is not given.
   */
  spinning?: boolean
  /** Memory is kept from run to run: for long series of large runs. Off where it is not given. */
  arena?: boolean
}

/** Sessions nobody is running are kept, the latest used longest: this many, with this many bytes of weights. */
const keptSessions = 8
const keptBytes = 400 * 2 ** 20

interface Kept {
  session: Promise<InferenceSession>
  /** Weights the session has copied. */
  bytes: number
  users: number
}

/** This thread's sessions, the one used last at the end. */
const kept = new Map<string, Kept>()

/**
 * Runs a model: a session that has run this file with these weights before is used again.
 * Throws a `Failure` where the device cannot run it.
 */
export async function runModel(
  model: OnnxModel,
  options: SessionOptions,
  feeds: Record<string, TensorValue>,
  wanted: readonly string[],
): Promise<Record<string, TensorValue>> {
  const key = sessionKey(model, options)
  const entry = take(key, model, options)
  try {
    const [session, { Tensor }] = await Promise.all([entry.session, import('onnxruntime-node')])
    const inputs: Record<string, OrtTensor> = {}
    const weights = new Map(model.weights.map((weight) => [weight.name, weight]))
    for (const name of session.inputNames) {
      const weight = weights.get(name)
      const { dtype, data, shape } = weight ? { dtype: weight.type, ...weight } : (feeds[name] as TensorValue)
      inputs[name] = new Tensor(dtype as 'float32', data as Float32Array, [...shape])
    }
    const results = await session.run(inputs, [...wanted])
    return Object.fromEntries(wanted.map((name) => [name, valueOf(results[name] as OrtTensor)]))
  } catch (error) {
    throw asFailure(error, options.device)
  } finally {
    entry.users--
    forgetIdle(0, 0)
  }
}

/** Gives back the session of a model, where there is one and nobody is running it. */
export async function forgetModel(model: OnnxModel, options: SessionOptions): Promise<void> {
  const key = sessionKey(model, options)
  const entry = kept.get(key)
  if (entry === undefined || entry.users > 0) return
  kept.delete(key)
  await release(entry)
}

function take(key: string, model: OnnxModel, options: SessionOptions): Kept {
  const copied = model.weightsAre === 'stored' ? model.weights : []
  const bytes = copied.reduce((sum, { data }) => sum + data.byteLength, 0)
  const existing = kept.get(key)
  if (existing === undefined) forgetIdle(1, bytes)
  const entry = existing ?? { session: createSession(model, options), bytes, users: 0 }
  kept.delete(key)
  kept.set(key, entry)
  entry.users++
  entry.session.catch(() => kept.delete(key))
  return entry
}

/** Releases idle sessions, the one that has waited longest first, until there is room for more. */
function forgetIdle(moreSessions: number, moreBytes: number): void {
  let sessions = kept.size + moreSessions
  let bytes = moreBytes
  for (const entry of kept.values()) bytes += entry.bytes
  for (const [key, entry] of kept) {
    if (sessions <= keptSessions && bytes <= keptBytes) return
    if (entry.users > 0) continue
    kept.delete(key)
    sessions--
    bytes -= entry.bytes
    void release(entry)
  }
}

async function release(entry: Kept): Promise<void> {
  await entry.session.then(
    (session) => session.release(),
    () => undefined,
  )
}

/** An ONNX Runtime session. Sessions block the thread that creates or runs them. */
export async function createSession(
  { bytes, weights, weightsAre }: OnnxModel,
  { device, threads, spinning = true, arena = false }: SessionOptions,
): Promise<InferenceSession> {
  const { InferenceSession: Session } = await import('onnxruntime-node')
  try {
    return await Session.create(bytes, {
      executionProviders: [device],
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      graphOptimizationLevel: 'all',
      enableCpuMemArena: arena,
      ...(weightsAre === 'stored' ? { externalData: weights.map(asFile) } : {}),
      logSeverityLevel: 3,
      extra: {
        session: {
          intra_op: spinning ? { allow_spinning: '1', spin_duration_us: '50' } : { allow_spinning: '0' },
          // Numbers too small for the exponent cost a hundred times as much; nothing needs them.
          set_denormal_as_zero: '1',
        },
      },
    })
  } catch (error) {
    throw asFailure(error, device)
  }
}

/** A weight as a file beside the ONNX file, which is only ever in memory. */
const asFile = ({ name, data }: OutsideWeight) => ({
  path: name,
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
})

const hashes = new WeakMap<OnnxModel, string>()
const identities = new WeakMap<ArrayBufferLike, number>()
let nextIdentity = 0

/** What a session is kept by: its file, which arrays its weights are, and how it runs. */
function sessionKey(model: OnnxModel, options: SessionOptions): string {
  const copied = model.weightsAre === 'stored' ? model.weights : []
  const weights = copied.map(({ data }) => {
    const identity = identities.get(data.buffer) ?? nextIdentity++
    identities.set(data.buffer, identity)
    return `${identity}+${data.byteOffset}`
  })
  const hash = hashes.get(model) ?? createHash('sha256').update(model.bytes).digest('hex')
  hashes.set(model, hash)
  return [hash, JSON.stringify(options), ...weights].join(' ')
}

/** A tensor of ONNX Runtime as plain numbers; the numbers are not copied. */
export function valueOf(tensor: OrtTensor): TensorValue {
  if (tensor.type !== 'float32' && tensor.type !== 'int32' && tensor.type !== 'bool')
    throw new TypeError(`an output of type ${tensor.type}`)
  return { dtype: tensor.type, shape: [...tensor.dims], data: tensor.data as TensorValue['data'] }
}

/** What a person can do about an error of ONNX Runtime. */
export function asFailure(error: unknown, device: Provider): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? error.message : String(error)
  const hint = device === 'cpu' ? '' : 'Run it on --device cpu.'
  return new Failure('device-failed', `ONNX Runtime could not run the network on ${device}: ${message}`, hint)
}

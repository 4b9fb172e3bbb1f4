// Which calls are there? Every call by its name: what goes in, what comes out, what its stream carries.
//
// A new call is a schema here, a handler in lab/ (and one in engine/, where it computes), and a method in client.ts.
import type { z } from 'zod'
import { Failure } from '../domain/failure.ts'
import { capabilities, doctor, models } from './calls/about.ts'
import type { CallSchema } from './calls/common.ts'
import { dataSetCalls } from './calls/dataSets.ts'
import { diff, exportModel } from './calls/files.ts'
import { inspect } from './calls/inspect.ts'
import { attention, features, look } from './calls/look.ts'
import { hostCalls, hostOnlyCalls } from './calls/host.ts'
import { estimate, preview } from './calls/pictures.ts'
import { windowCalls } from './calls/window.ts'
import { workspaceCalls } from './calls/workspace.ts'
import { mapCalls } from './calls/maps.ts'
import { parts } from './calls/parts.ts'
import { predict } from './calls/predict.ts'
import { projectionCalls } from './calls/project.ts'
import { reconstruct } from './calls/reconstruct.ts'
import { runCalls } from './calls/runs.ts'
import { embed, evaluate } from './calls/measure.ts'
import { trainingCalls } from './calls/training.ts'
import { patchTokens, rebuild, studyCalls } from './calls/studies.ts'
import { frameTokens, videoCalls } from './calls/video.ts'

const { methods, train, controlTraining, readRun } = trainingCalls
const { previewCrops, describeData, makeCritters } = trainingCalls

/** Answered by every lab, the command line's too. */
const plainCalls = {
  capabilities,
  doctor,
  models,
  inspect,
  features,
  attention,
  look,
  preview,
  estimate,
  reconstruct,
  parts,
  predict,
  patchTokens,
  rebuild,
  frameTokens,
  diff,
  exportModel,
  ...projectionCalls,
  methods,
  train,
  controlTraining,
  readRun,
  embed,
  evaluate,
  ...dataSetCalls,
  previewCrops,
  describeData,
  makeCritters,
} satisfies Record<string, CallSchema>
export type PlainCallName = keyof typeof plainCalls
/** Of these, the ones that the projection process answers. */
export type ProjectionCallName = keyof typeof projectionCalls

export const calls = {
  ...plainCalls,
  ...workspaceCalls,
  ...windowCalls,
  ...studyCalls,
  ...videoCalls,
  ...runCalls,
  ...mapCalls,
  ...hostCalls,
  ...hostOnlyCalls,
}

/** Calls that a window may make; every other name from there is refused. */
export const windowMay: ReadonlySet<string> = new Set(
  [workspaceCalls, windowCalls, studyCalls, videoCalls, runCalls, mapCalls, hostCalls].flatMap((group) =>
    Object.keys(group),
  ),
)

export type Calls = typeof calls
export type CallName = keyof Calls
export type Request<N extends CallName> = z.output<Calls[N]['request']>
export type Result<N extends CallName> = z.output<Calls[N]['result']>
export type Item<N extends CallName> = Calls[N]['item'] extends z.ZodType ? z.output<Calls[N]['item']> : never

/**
 * The request of a call, checked against its schema. Throws Failure `bad-argument` that names the first value
 * that does not fit.
 */
export function checkRequest(name: string, request: unknown): unknown {
  if (!Object.hasOwn(calls, name))
    throw new Failure('bad-argument', `There is no call named "${name.slice(0, 60)}".`)
  const checked = calls[name as CallName].request.safeParse(request)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  const where = issue?.path.join('.') || 'the request'
  throw new Failure(
    'bad-argument',
    `The call "${name}" does not fit: ${where}: ${issue?.message ?? 'unknown'}.`,
  )
}

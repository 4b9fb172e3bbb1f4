// Has training collapsed? Evidence that holds for many steps on end becomes an alarm: its kind, its numbers, its remedy.
import type { Collapse, MethodSettings } from '../../src-shared/domain/run.ts'
import type { Metrics } from '../methods/method.ts'

/** Steps for which the evidence must hold. */
const patience = 60
/** Share of ln K above which targets count as uniform, and below which as one dimension. */
const [uniformAbove, oneBelow] = [0.98, 0.1]
/** Nats that a target tells of its picture where targets are no collapse, however even they are (docs/training.md). */
const tells = 0.03
/** Share of targets that one prototype takes. */
const oneTakes = 0.9

/** How long which evidence has held. */
export interface CollapseCount {
  kind: Collapse['kind'] | null
  steps: number
}
export const noCollapse: CollapseCount = { kind: null, steps: 0 }

/** What one step's numbers speak for. */
function evidenceOf({ entropy, trivial_loss, top_prototype, information }: Metrics): Collapse['kind'] | null {
  if (typeof entropy !== 'number' || typeof trivial_loss !== 'number') return null
  if (entropy > uniformAbove * trivial_loss) return (information ?? 0) < tells ? 'uniform' : null
  return entropy < oneBelow * trivial_loss && (top_prototype ?? 0) > oneTakes ? 'one-dimension' : null
}

/** Counts one more step. */
export function countCollapse(before: CollapseCount, metrics: Metrics): CollapseCount {
  const kind = evidenceOf(metrics)
  return { kind, steps: kind === before.kind ? before.steps + 1 : 1 }
}

/** The alarm that is due after `step` steps; null where there is none. */
export function alarmOf(
  count: CollapseCount,
  metrics: Metrics,
  settings: MethodSettings,
  step: number,
): Collapse | null {
  const { kind } = count
  if (kind === null || count.steps < patience) return null
  const first = step - count.steps + 1
  const [entropy, ceiling] = [metrics['entropy'] ?? 0, metrics['trivial_loss'] ?? 0]
  const remedies = kind === 'uniform' ? uniformRemedy(settings) : oneRemedy(settings)
  if (kind === 'uniform')
    return {
      kind,
      step: first,
      evidence: `The teacher’s targets are spread evenly over all prototypes: their entropy is ${entropy.toFixed(2)} of at most ${ceiling.toFixed(2)} nats, for ${count.steps} steps.`,
      ...remedies,
    }
  const share = Math.round(100 * (metrics['top_prototype'] ?? 0))
  return {
    kind,
    step: first,
    evidence: `One prototype takes ${share} % of the pictures; the entropy of the teacher’s targets is ${entropy.toFixed(2)} of ${ceiling.toFixed(2)} nats, for ${count.steps} steps.`,
    ...remedies,
  }
}

function uniformRemedy(settings: MethodSettings): Pick<Collapse, 'remedy' | 'set'> {
  if (settings['sharpening'] === false)
    return {
      remedy: 'Turn sharpening on: a low temperature of the teacher makes its targets decided.',
      set: { sharpening: true },
    }
  const temperature = settings['teacher_temp']
  if (typeof temperature !== 'number') return { remedy: 'Start anew with a lower temperature.', set: {} }
  const lower = Math.max(0.001, Math.round(temperature * 500) / 1000)
  return {
    remedy: `Lower the teacher’s temperature from ${temperature} to ${lower}, or take fewer prototypes.`,
    set: { teacher_temp: lower, warmup_teacher_temp: lower },
  }
}

function oneRemedy(settings: MethodSettings): Pick<Collapse, 'remedy' | 'set'> {
  if (settings['centring'] === false)
    return {
      remedy: 'Turn centring on: what every picture has in common is then taken away.',
      set: { centring: true },
    }
  return {
    remedy: 'Let the centre follow faster, or raise the teacher’s temperature.',
    set: { center_momentum: 0.9, teacher_temp: 0.06 },
  }
}

// How do rates change over a run? The original's schedules, as the value at one step.
import type { Course } from './method.ts'

/**
 * From `base` to `final` along half a cosine, after a linear warm-up from 0 to `base` (dino, utils.cosine_scheduler).
 * Past the end it stays.
 */
export function cosineSchedule(
  base: number,
  final: number,
  step: number,
  { totalSteps, stepsPerEpoch }: Course,
  warmupEpochs = 0,
  warmupStart = 0,
): number {
  const warmup = Math.min(Math.round(warmupEpochs * stepsPerEpoch), totalSteps)
  if (step < warmup)
    return warmup === 1 ? warmupStart : warmupStart + ((base - warmupStart) * step) / (warmup - 1)
  const length = totalSteps - warmup
  const done = Math.min(step - warmup, length) / Math.max(length, 1)
  return final + 0.5 * (base - final) * (1 + Math.cos(Math.PI * done))
}

/** The teacher's temperature: a line over the first epochs, then as it ends (dino, main_dino.DINOLoss). */
export function teacherTemperature(start: number, end: number, warmupEpochs: number, epoch: number): number {
  if (epoch >= warmupEpochs) return end
  return warmupEpochs === 1 ? start : start + ((end - start) * epoch) / (warmupEpochs - 1)
}

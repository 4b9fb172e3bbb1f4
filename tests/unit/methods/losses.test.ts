// Do losses, targets and schedules equal those of the original code?
import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { compile } from '../../../src-main/compute/compile.ts'
import type { TensorValue } from '../../../src-main/compute/program.ts'
import { centredTargets, dinoLoss, sinkhornKnopp } from '../../../src-main/methods/dino.ts'
import { average } from '../../../src-main/methods/optimiser.ts'
import { cosineSchedule, teacherTemperature } from '../../../src-main/methods/schedules.ts'
import { ntXent } from '../../../src-main/methods/simclr.ts'
import { goldenJson, worstError } from '../numerics/goldens.ts'

const value = (rows: number[][]): TensorValue => ({
  dtype: 'float32',
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
})

/** Runs a function of tensors on the processor. */
async function run(
  feeds: Record<string, TensorValue>,
  fn: (t: Record<string, Tensor>) => Record<string, Tensor>,
): Promise<Record<string, ArrayLike<number>>> {
  const inputs = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, { shape }]))
  const program = await compile(fn, inputs, new Map(), { device: 'cpu' })
  const outputs = await program.run(feeds)
  await program.release()
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]))
}

/** A loss and its gradient in `x`. */
const withGradient = (x: Tensor, loss: (x: Tensor) => Scalar): Record<string, Tensor> => {
  const { value, grad } = tf.valueAndGrad(loss)(x)
  return { loss: value, gradient: grad }
}

describe('DINO', () => {
  const golden = goldenJson('dino_loss.json') as {
    ncrops: number
    student_temp: number
    center_momentum: number
    center_start: number[][]
    steps: {
      teacher_temp: number
      student: number[][]
      teacher: number[][]
      loss: number
      grad_student: number[][]
      center_after: number[][]
    }[]
  }

  test('its loss, the gradient and the centre are the original’s, step after step', async () => {
    let centre = golden.center_start
    for (const { teacher_temp, student, teacher, loss, grad_student, center_after } of golden.steps) {
      const feeds = { student: value(student), teacher: value(teacher), centre: value(centre) }
      const ours = await run(feeds, (t) => {
        const targets = centredTargets(t['teacher']!, t['centre']!, teacher_temp)
        return {
          ...withGradient(t['student']!, (x) => dinoLoss(x, targets, golden.student_temp, golden.ncrops)),
          after: average(t['centre']!, tf.mean(t['teacher']!, 0, true), golden.center_momentum),
        }
      })
      expect(worstError(ours['loss']!, [loss])).toBeLessThan(1)
      expect(worstError(ours['gradient']!, grad_student.flat())).toBeLessThan(1)
      expect(worstError(ours['after']!, center_after.flat())).toBeLessThan(1)
      centre = center_after
    }
  })

  test('Sinkhorn-Knopp targets are DINOv2’s', async () => {
    const { dinov2_sinkhorn } = goldenJson('losses.json') as {
      dinov2_sinkhorn: {
        teacher_temp: number
        n_iterations: number
        teacher_logits: number[][]
        probs: number[][]
      }
    }
    const { teacher_temp, n_iterations, teacher_logits, probs } = dinov2_sinkhorn
    const ours = await run({ logits: value(teacher_logits) }, (t) => ({
      targets: sinkhornKnopp(t['logits']!, teacher_temp, n_iterations),
    }))
    expect(worstError(ours['targets']!, probs.flat())).toBeLessThan(1)
  })
})

test('SimCLR’s loss and its gradients are NT-Xent’s', async () => {
  const { simclr_ntxent: golden } = goldenJson('losses.json') as {
    simclr_ntxent: {
      z1: number[][]
      z2: number[][]
      temperature: number
      loss: number
      grad_z1: number[][]
      grad_z2: number[][]
    }
  }
  const ours = await run({ z: value([...golden.z1, ...golden.z2]) }, (t) =>
    withGradient(t['z']!, (z) => ntXent(z, golden.temperature)),
  )
  expect(worstError(ours['loss']!, [golden.loss])).toBeLessThan(1)
  expect(worstError(ours['gradient']!, [...golden.grad_z1, ...golden.grad_z2].flat())).toBeLessThan(1)
})

describe('schedules', () => {
  const golden = goldenJson('schedules.json') as {
    dino_cosine_scheduler: {
      args: {
        base_value: number
        final_value: number
        epochs: number
        niter_per_ep: number
        warmup_epochs?: number
        start_warmup_value?: number
      }
      values: number[]
    }[]
    dino_teacher_temp: {
      warmup_teacher_temp: number
      teacher_temp: number
      warmup_teacher_temp_epochs: number
      values: number[]
    }[]
  }
  const close = (a: number, b: number) => Math.abs(a - b) <= 1e-12 + 1e-9 * Math.abs(b)

  test.each(golden.dino_cosine_scheduler)(
    'the cosine schedule %# is the original’s at every step',
    ({ args, values }) => {
      const { epochs, niter_per_ep: stepsPerEpoch } = args
      const course = { totalSteps: epochs * stepsPerEpoch, stepsPerEpoch }
      const ours = values.map((_, step) =>
        cosineSchedule(
          args.base_value,
          args.final_value,
          step,
          course,
          args.warmup_epochs,
          args.start_warmup_value,
        ),
      )
      expect(ours.filter((one, step) => !close(one, values[step]!))).toEqual([])
    },
  )

  test.each(golden.dino_teacher_temp)('the teacher’s temperature %# is the original’s', (own) => {
    const ours = own.values.map((_, epoch) =>
      teacherTemperature(own.warmup_teacher_temp, own.teacher_temp, own.warmup_teacher_temp_epochs, epoch),
    )
    expect(ours.filter((one, epoch) => !close(one, own.values[epoch]!))).toEqual([])
  })
})

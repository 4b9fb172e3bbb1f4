// Do two whole steps of DINO equal the original's? Loss, gradients, centre, and every weight of student and teacher.
import { expect, test } from 'vitest'
import type { TensorValue } from '../../../src-main/compute/program.ts'
import { compileStep } from '../../../src-main/compute/step.ts'
import { dino } from '../../../src-main/methods/dino.ts'
import { goldenBytes, goldenJson, readNpz } from '../numerics/goldens.ts'
import { toFloat32 } from '../../../src-shared/numerics/npy.ts'

const facts = goldenJson('dino_step.json') as {
  per_step: { lr: number[]; wd: number[]; momentum: number[] }
  steps: { loss: number; teacher_temp: number; grad_norms_before_clip: Record<string, number> }[]
  tolerance: { loss_abs: number; weights_abs: number; key_bias_abs: number }
}
const arrays = readNpz(goldenBytes('dino_step.npz'))
const array = (name: string) => toFloat32(arrays.get(name)!)

/** The original's weights under canonical names. */
function canonical(prefix: string): Map<string, Float32Array> {
  const width = 32
  const weights = new Map<string, Float32Array>()
  const position = array(`${prefix}/backbone.pos_embed`)
  weights.set('position.cls', position.slice(0, width)).set('position.patches', position.slice(width))
  for (const name of arrays.keys()) {
    if (!name.startsWith(`${prefix}/`) || name.endsWith('pos_embed') || name.endsWith('weight_g')) continue
    weights.set(canonicalName(name.slice(prefix.length + 1)), array(name))
  }
  return weights
}

function canonicalName(original: string): string {
  return original
    .replace('backbone.cls_token', 'cls')
    .replace('backbone.patch_embed.proj', 'patch')
    .replace('attn.qkv', 'attention.qkv')
    .replace('attn.proj', 'attention.projection')
    .replace('mlp.fc1', 'ffn.in')
    .replace('mlp.fc2', 'ffn.out')
    .replace(/head\.mlp\.(\d)/, (_, i) => `projectionHead.${Number(i) / 2}`)
    .replace('head.last_layer.weight_v', 'projectionHead.last.weight')
    .replace('backbone.', '')
}

const settings = dino.settings('demo', {
  ...{ embed_dim: 32, depth: 2, num_heads: 2, patch_size: 8, global_crops_size: 32, local_crops_size: 16 },
  ...{ out_dim: 24, head_hidden_dim: 24, head_bottleneck_dim: 16, local_crops_number: 2, batch_size: 3 },
  ...{ warmup_teacher_temp: 0.04, teacher_temp: 0.07, warmup_teacher_temp_epochs: 2, freeze_last_layer: 1 },
})

async function twoSteps() {
  const training = dino.prepare(settings, 0)
  const state = training.initial(0)
  const start = canonical('init')
  for (const [name, weight] of state) {
    const [role, own] = [name.split('.')[0]!, name.slice(name.indexOf('.') + 1)]
    if (role === 'student' || role === 'teacher') weight.data.set(start.get(own)!)
  }
  const shapes = { ...training.inputs, global: [6, 3, 32, 32], local: [6, 3, 16, 16] }
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]))
  const program = await compileStep((t) => training.step(t), inputs, state, { device: 'cpu' })
  const after = []
  for (const step of [0, 1]) {
    const crops = (first: number) =>
      Float32Array.from([...array(`step${step}/crop${first}`), ...array(`step${step}/crop${first + 1}`)])
    // One step is an epoch; the rates are the golden's own.
    const own = training.feeds({
      step,
      totalSteps: 4,
      stepsPerEpoch: 1,
      random: null as never,
      labels: new Int32Array(),
    })
    const { lr, wd, momentum } = facts.per_step
    const numbers: Record<string, Float32Array> = {
      ...own,
      ...{ lr: Float32Array.of(lr[step]!), wd: Float32Array.of(wd[step]!) },
      ...{ momentum: Float32Array.of(momentum[step]!), global: crops(0), local: crops(2) },
    }
    const feeds = Object.fromEntries(
      Object.entries(numbers).map(([name, data]): [string, TensorValue] => [
        name,
        { dtype: 'float32', shape: [...shapes[name as keyof typeof shapes]!], data },
      ]),
    )
    const outputs = await program.step(feeds)
    after.push({ outputs, fed: own, state: program.read() })
  }
  await program.release()
  return { after, parameters: training.parameters }
}

test('two whole steps equal the original’s', async () => {
  const { after, parameters } = await twoSteps()
  const { loss_abs, weights_abs, key_bias_abs } = facts.tolerance
  for (const [step, { outputs, fed, state }] of after.entries()) {
    const golden = facts.steps[step]!
    expect(Math.abs(outputs['loss']!.data[0]! - golden.loss)).toBeLessThan(loss_abs)
    expect(fed['teacher_temp']![0]).toBeCloseTo(golden.teacher_temp, 7)
    for (const [i, value] of array(`step${step}/center`).entries())
      expect(Math.abs(state['centre']!.data[i]! - value)).toBeLessThan(2e-5 + 2e-4 * Math.abs(value))
    for (const [original, norm] of Object.entries(golden.grad_norms_before_clip)) {
      const name = original === 'backbone.pos_embed' ? 'position.patches' : canonicalName(original)
      const ours = outputs['grad_norms']!.data[parameters.indexOf(name)]!
      expect(Math.abs(ours - norm), name).toBeLessThan(2e-5 + 2e-4 * norm)
    }
    for (const role of ['student', 'teacher'])
      for (const [name, values] of canonical(`step${step}/${role}`)) {
        const ours = state[`${role}.${name}`]!.data
        const third = values.length / 3
        for (let i = 0; i < values.length; i++) {
          // A bias on the keys has no gradient: AdamW makes steps of what is rounding.
          const isKeys = name.endsWith('qkv.bias') && i >= third && i < 2 * third
          const error = Math.abs(ours[i]! - values[i]!)
          if (!(error <= (isKeys ? key_bias_abs : weights_abs)))
            expect.fail(`${role}.${name}[${i}]: ${error}`)
        }
      }
  }
})

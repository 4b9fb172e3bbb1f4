// What does `emergence inspect` say of the goldens? Run with node from the repository to write fixtures/*.json again.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../../..')
const goldens = 'tests/fixtures/goldens/parity'
const cases: Readonly<Record<string, readonly string[]>> = {
  'deit-tiny': ['deit-tiny', '--stats'],
  dino_vit: [`${goldens}/dino_vit/checkpoint.pth`, '--heads', '3', '--stats'],
  dinov2_vit_chunked: [`${goldens}/dinov2_vit_chunked/backbone.pth`, '--heads', '3'],
  dinov2_vit_reg4: [`${goldens}/dinov2_vit_reg4/backbone.pth`, '--heads', '3'],
  dinov2_vit_swiglu: [`${goldens}/dinov2_vit_swiglu/backbone.pth`, '--heads', '3'],
  dinov3_vit: [`${goldens}/dinov3_vit/backbone.pth`],
  dinov3_vit_swiglu: [`${goldens}/dinov3_vit_swiglu/backbone.pth`],
  hf_dinov2_with_registers: [`${goldens}/hf_dinov2_with_registers`],
  hf_dinov3_vit_gated: [`${goldens}/hf_dinov3_vit_gated`],
  hf_vit_classifier: [`${goldens}/hf_vit_classifier`, '--stats'],
  hf_vit_mae: [`${goldens}/hf_vit_mae`],
  ibot: [`${goldens}/ibot/checkpoint_teacher.pth`, '--heads', '4'],
  ijepa: [`${goldens}/ijepa/jepa-latest.pth.tar`, '--heads', '3'],
  mae: [`${goldens}/mae/checkpoint-0.pth`, '--heads', '3', '--decoder-heads', '4'],
  npz_vit: [`${goldens}/npz_vit/vit.npz`, '--heads', '4'],
  timm_vit: [`${goldens}/timm_vit`, '--heads', '4'],
}

for (const [name, words] of Object.entries(cases)) {
  const text = execFileSync(process.execPath, ['src-main/cli/main.ts', 'inspect', ...words, '--json'], {
    cwd: root,
    encoding: 'utf8',
  })
  const inspection = JSON.parse(text.replaceAll(`${root}/`, '')) as Record<string, unknown>
  // How long it took and where is of no interest here, and differs.
  delete inspection['seconds']
  delete inspection['device']
  writeFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), `${JSON.stringify(inspection)}\n`)
}

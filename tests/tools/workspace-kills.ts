// How many kills does a workspace survive? `node tests/tools/workspace-kills.ts [KILLS] [SEED]` prints the count.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRounds } from '../unit/lab/workspace/kills.ts'
import { random } from '../../src-shared/numerics/random.ts'

const kills = Number(process.argv[2] ?? 200)
const seed = Number(process.argv[3] ?? 1)
const source = random(seed)
const folder = mkdtempSync(join(tmpdir(), 'emergence-kills-'))
const report = await killRounds(join(folder, 'killed.emergence'), kills, () => source.uniform())
rmSync(folder, { recursive: true, force: true })
console.log(
  `${report.kills} kills, ${report.acknowledged} acknowledged writes, ` +
    `${report.lost.length} lost, ${report.damaged.length} times damaged`,
)
for (const line of [...report.lost, ...report.damaged].slice(0, 20)) console.log(line)
if (report.lost.length + report.damaged.length > 0) process.exitCode = 1

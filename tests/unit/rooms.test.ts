// Do the walls between the rooms stand? The rule file names every room, and a forbidden import is refused.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
const config = JSON.parse(
  execFileSync(process.execPath, ['-p', `JSON.stringify(require('./.dependency-cruiser.cjs').forbidden)`], {
    cwd: root,
    encoding: 'utf8',
  }),
) as { name: string }[]

for (const layer of ['src-shared', 'src-main', 'src-renderer'])
  test(`every room of ${layer} has its own line in the rules`, () => {
    const named = new Set(config.map((rule) => rule.name))
    // `public` holds files that are copied as they are.
    const rooms = readdirSync(join(root, layer), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'public',
    )
    for (const room of rooms) expect(named).toContain(`${layer}/${room.name}`)
  })

test('an import through a wall is refused by the linter', () => {
  const folder = mkdtempSync(join(root, 'src-main', 'checkpoints', 'wall-'))
  try {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'through.ts')
    writeFileSync(
      file,
      `import { compile } from '../../compute/compile.ts'\nexport const through = compile\n`,
    )
    const run = spawnSync(
      process.execPath,
      [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'err', relative(root, file)],
      { cwd: root, encoding: 'utf8' },
    )
    expect(run.stdout).toContain('src-main/checkpoints')
    expect(run.status).not.toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the scripts of package.json all go through the bootstrap, which picks the pinned Node', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const [name, script] of Object.entries(manifest.scripts))
    expect(script).toBe(`node src-main/bootstrap.mjs ${name}`)
})

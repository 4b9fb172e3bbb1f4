// How much of a large checkpoint does `inspect` read, how fast, and in how much memory? A safetensors of 5 GB and a
// PyTorch checkpoint of 1 GB, sparse files that take no room on disk.
//
//   npm run build && node tests/bench/largeFile.ts [--rounds 3]        (Linux: figures come from /proc)
import { spawn } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { little, utf8 } from '../tools/files/bytes.ts'
import { dumps, orderedDict, storage, tensor } from '../tools/files/pickleAssembler.ts'
import { median } from './protocol.ts'

const command = fileURLToPath(new URL('../../out/main/cli.js', import.meta.url))

/** Names and shapes of a ViT of `depth` blocks, as DINO has them; 7,079,424 weights a block at a width of 768. */
function shapesOf(depth: number, width: number): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    ['cls_token', [1, 1, width]],
    ['pos_embed', [1, 197, width]],
    ['patch_embed.proj.weight', [width, 3, 16, 16]],
    ['patch_embed.proj.bias', [width]],
  ])
  for (let i = 0; i < depth; i++)
    for (const [name, shape] of Object.entries({
      'norm1.weight': [width],
      'norm1.bias': [width],
      'attn.qkv.weight': [3 * width, width],
      'attn.qkv.bias': [3 * width],
      'attn.proj.weight': [width, width],
      'attn.proj.bias': [width],
      'norm2.weight': [width],
      'norm2.bias': [width],
      'mlp.fc1.weight': [4 * width, width],
      'mlp.fc1.bias': [4 * width],
      'mlp.fc2.weight': [width, 4 * width],
      'mlp.fc2.bias': [width],
    }))
      shapes.set(`blocks.${i}.${name}`, shape)
  return shapes.set('norm.weight', [width]).set('norm.bias', [width])
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** A file of which only some parts are written; the rest are holes, read as zeros. */
function writeSparse(path: string, bytes: number, parts: readonly (readonly [number, Uint8Array])[]): void {
  const file = openSync(path, 'w')
  ftruncateSync(file, bytes)
  for (const [at, part] of parts) writeSync(file, part, 0, part.length, at)
  closeSync(file)
}

function writeSafetensors(path: string, shapes: ReadonlyMap<string, number[]>): void {
  let at = 0
  const header = Object.fromEntries(
    [...shapes].map(([name, shape]) => {
      const begin = at
      at += 4 * product(shape)
      return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }]
    }),
  )
  const text = utf8(JSON.stringify(header))
  writeSparse(path, 8 + text.length + at, [
    [0, little(text.length, 8)],
    [8, text],
  ])
}

/** PyTorch's zip with storages that are holes; without checksums, which nothing has computed. */
function writeTorch(path: string, shapes: ReadonlyMap<string, number[]>): void {
  const entries = [...shapes].map(([name, shape], i): [string, ReturnType<typeof tensor>] => {
    const strides = shape.map((_, axis) => product(shape.slice(axis + 1)))
    return [name, tensor(storage(String(i), product(shape)), 0, shape, strides)]
  })
  const members = [
    { name: 'archive/data.pkl', data: dumps(orderedDict(...entries)), bytes: 0 },
    ...[...shapes.values()].map((shape, i) => ({
      name: `archive/data/${i}`,
      data: new Uint8Array(0),
      bytes: 4 * product(shape),
    })),
    { name: 'archive/version', data: utf8('3\n'), bytes: 0 },
  ]
  const parts: [number, Uint8Array][] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const { name, data, bytes } of members) {
    const size = bytes || data.length
    const shared = Buffer.concat([
      little(0, 8),
      little(0, 4),
      little(size, 4),
      little(size, 4),
      little(name.length, 2),
      little(0, 2),
    ])
    const local = Buffer.concat([utf8('PK\x03\x04'), little(20, 2), shared, utf8(name)])
    directory.push(
      Buffer.concat([
        utf8('PK\x01\x02'),
        little(20, 2),
        little(20, 2),
        shared,
        little(0, 10),
        little(at, 4),
        utf8(name),
      ]),
    )
    parts.push([at, local], [at + local.length, data])
    at += local.length + size
  }
  const central = Buffer.concat(directory)
  const count = little(members.length, 2)
  const end = Buffer.concat([
    utf8('PK\x05\x06'),
    little(0, 4),
    count,
    count,
    little(central.length, 4),
    little(at, 4),
    little(0, 2),
  ])
  parts.push([at, central], [at + central.length, end])
  writeSparse(path, at + central.length + end.length, parts)
}

interface Figures {
  seconds: number
  /** Largest memory of all processes together, and of each; bytes. */
  memory: number
  each: number[]
  /** What all processes read by system calls, libraries and cached code included; bytes. */
  read: number
}

/** The command and its children, watched until it ends. */
async function watch(path: string): Promise<Figures> {
  const since = performance.now()
  const child = spawn(process.execPath, [command, 'inspect', path, '--heads', '12', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const seen = new Map<number, { memory: number; read: number }>()
  const look = setInterval(() => {
    for (const pid of family(child.pid ?? 0)) {
      const memory = 1024 * field(`/proc/${pid}/status`, 'VmHWM')
      const read = field(`/proc/${pid}/io`, 'rchar')
      const before = seen.get(pid) ?? { memory: 0, read: 0 }
      seen.set(pid, { memory: Math.max(memory, before.memory), read: Math.max(read, before.read) })
    }
  }, 5)
  const exitCode = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(look)
  const seconds = (performance.now() - since) / 1000
  const report = JSON.parse(said) as { error?: { message: string } }
  if (exitCode !== 0 || report.error) throw new Error(report.error?.message ?? `exit ${String(exitCode)}`)
  const all = [...seen.values()]
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    seconds,
    memory: sum(all.map(({ memory }) => memory)),
    each: all.map(({ memory }) => memory),
    read: sum(all.map(({ read }) => read)),
  }
}

/** A process and what it started. */
function family(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`, { withFileTypes: true }).flatMap(({ name }) =>
    text(`/proc/${pid}/task/${name}/children`).split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(family)]
}

/** A file of /proc; empty where the process has ended. */
function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const field = (path: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text(path))?.[1] ?? 0)

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const folder = mkdtempSync(join(tmpdir(), 'emergence-large-'))
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
try {
  const small = join(folder, 'small.safetensors')
  const large = join(folder, 'large.safetensors')
  const torch = join(folder, 'large.pth')
  writeSafetensors(small, shapesOf(1, 768))
  writeSafetensors(large, shapesOf(176, 768))
  writeTorch(torch, shapesOf(35, 768))
  for (const path of [small, large, torch]) {
    const figures: Figures[] = []
    for (let round = 0; round < Number(values.rounds); round++) figures.push(await watch(path))
    const best = (of: (figures: Figures) => number): number => median(figures.map(of))
    const each = figures[0]?.each.map(megabytes).join(' + ') ?? ''
    console.log(
      `${(statSync(path).size / 1e9).toFixed(2)} GB ${path.slice(folder.length + 1)}: ` +
        `${best(({ seconds }) => seconds).toFixed(2)} s, ` +
        `memory ${megabytes(best(({ memory }) => memory))} (${each}), ` +
        `${megabytes(best(({ read }) => read))} read`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}

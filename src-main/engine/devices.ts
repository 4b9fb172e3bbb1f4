// Which device is `auto`? The fastest real one; probed once on a machine that may have more than a processor.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { cpus, homedir, release } from 'node:os'
import { dirname, join } from 'node:path'
import { deviceIds, fastestDevice } from '../../src-shared/domain/device.ts'
import type { DeviceId, DeviceReport } from '../../src-shared/domain/device.ts'
import { version } from '../../src-shared/domain/version.ts'

/** Tries devices; `probeDevices` of compute. */
export type Probe = () => Promise<DeviceReport[]>

/** False where there is surely nothing but the processor: then nothing needs to be tried. */
export function mayHaveMore(
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): boolean {
  if (platform !== 'linux') return true
  return ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some(exists)
}

/** Where what was found out about this machine is kept. */
export function cacheFile(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = homedir()
  const folders = {
    darwin: join(home, 'Library', 'Caches'),
    win32: env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'),
  }
  const other = env.XDG_CACHE_HOME ?? join(home, '.cache')
  return join(folders[platform as keyof typeof folders] ?? other, 'emergence', 'devices.json')
}

/** What must be the same for old findings to hold. */
const machine = (): string => JSON.stringify([version, process.arch, release(), cpus()[0]?.model ?? ''])

/** Keeps what was found out. A cache that cannot be written is no misfortune. */
export async function rememberDevices(reports: readonly DeviceReport[], file = cacheFile()): Promise<void> {
  const temporary = `${file}.${process.pid}.part`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, JSON.stringify({ machine: machine(), reports }))
    await rename(temporary, file)
  } catch {
    return
  }
}

async function recallDevices(file: string): Promise<DeviceReport[] | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { machine: string; reports: DeviceReport[] }
    const known = kept.reports.every(({ id }) => deviceIds.includes(id))
    return kept.machine === machine() && known ? kept.reports : null
  } catch {
    return null
  }
}

/** The device that `auto` stands for on this machine; probes it where that is not known yet. */
export async function autoDevice(
  probe: Probe,
  notice: (text: string) => void,
  { more = mayHaveMore(), file = cacheFile() } = {},
): Promise<DeviceId> {
  if (!more) return 'cpu'
  const known = await recallDevices(file)
  if (known) return fastestDevice(known)
  notice('Trying the devices of this machine once, to find the fastest.')
  const reports = await probe()
  await rememberDevices(reports, file)
  return fastestDevice(reports)
}

// Whose hardware is it? Names of processors and graphics adapters, and whether an adapter is only drawn in software.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

export interface Adapter {
  /** Empty where the system does not tell. */
  adapter: string
  software: boolean
}

/** The processor. */
export function processor(): Adapter {
  return { adapter: cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? '', software: false }
}

/** What is known about the graphics adapter that this process has started. */
export interface GraphicsFacts {
  platform: NodeJS.Platform
  /** Linux: paths of the libraries that are loaded. */
  libraries: readonly string[]
  /** Linux: there is a device file of a graphics adapter. */
  deviceFile: boolean
  /** The adapters' names as the system lists them. */
  names: readonly string[]
}

const softwareDrivers: readonly (readonly [RegExp, string])[] = [
  [/libvk_swiftshader/, 'SwiftShader'],
  [/libvulkan_lvp|llvmpipe/, 'llvmpipe (lavapipe)'],
]
const hardwareDrivers =
  /libGLX_nvidia|libnvidia-|libvulkan_(radeon|intel|nouveau|asahi|broadcom|freedreno|panfrost|powervr|dzn)|amdvlk|libMali/

/**
 * Which adapter WebGPU has started. On Linux the loaded drivers tell: Mesa loads all of its own, whether there is
 * hardware for them or not, so a driver of hardware counts only where there is a device file.
 */
export function graphicsAdapter({ platform, libraries, deviceFile, names }: GraphicsFacts): Adapter {
  if (platform === 'linux') {
    const hardware = deviceFile && libraries.some((path) => hardwareDrivers.test(path))
    const drawn = softwareDrivers.find(([driver]) => libraries.some((path) => driver.test(path)))
    if (!hardware && drawn !== undefined) return { adapter: drawn[1], software: true }
  }
  // Windows calls its software adapter "Microsoft Basic Render Driver".
  const real = names.filter((name) => !/basic (render|display)/i.test(name))
  const software = platform === 'win32' && names.length > 0 && real.length === 0
  return { adapter: (software ? names : real).join(', '), software }
}

/** Facts about this process and this system; whatever cannot be read is left out. */
export function graphicsFacts(): GraphicsFacts {
  const { platform } = process
  const linux = platform === 'linux'
  return {
    platform,
    libraries: linux ? [...new Set(textOf('/proc/self/maps').match(/\/\S+\.so\S*/g) ?? [])] : [],
    deviceFile: linux && (entriesOf('/dev/dri').length > 0 || nvidiaIsThere() || existsSync('/dev/dxg')),
    names: graphicsNames(platform),
  }
}

/** NVIDIA's adapter, by its driver; null where there is none. */
export function nvidiaAdapter(): Adapter | null {
  if (!nvidiaIsThere()) return null
  const names = nvidiaNames()
  return { adapter: names.join(', '), software: false }
}

/** True: NVIDIA's driver is loaded. */
export const nvidiaIsThere = (): boolean =>
  process.platform === 'win32'
    ? graphicsNames('win32').some((name) => /nvidia/i.test(name))
    : existsSync('/dev/nvidia0') || existsSync('/proc/driver/nvidia/version') || existsSync('/dev/dxg')

function nvidiaNames(): string[] {
  const folder = '/proc/driver/nvidia/gpus'
  const models = entriesOf(folder).flatMap((gpu) => {
    const model = /Model:\s*(.+)/.exec(textOf(`${folder}/${gpu}/information`))?.[1]?.trim()
    return model === undefined ? [] : [model]
  })
  if (models.length > 0) return [...new Set(models)]
  return lines(output('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']))
}

function graphicsNames(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    const listed = output('system_profiler', ['SPDisplaysDataType'])
    return [...listed.matchAll(/Chipset Model:\s*(.+)/g)].map((match) => (match[1] as string).trim())
  }
  if (platform === 'win32') {
    const command = '(Get-CimInstance Win32_VideoController).Name'
    return lines(output('powershell', ['-NoProfile', '-Command', command]))
  }
  const nvidia = nvidiaNames()
  if (nvidia.length > 0) return nvidia
  const pci = output('lspci', ['-mm'])
  return [...pci.matchAll(/"(?:VGA compatible|3D|Display) controller" "([^"]*)" "([^"]*)"/g)].map(
    ([, vendor, device]) => `${vendor} ${device}`,
  )
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What a program prints; empty where there is no such program. */
function output(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}

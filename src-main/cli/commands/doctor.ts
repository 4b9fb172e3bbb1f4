// `emergence doctor`: what this machine can compute with, and what is missing.
import { version } from '../../../src-shared/domain/version.ts'
import type { CommandFile } from '../command.ts'
import type { CommonOptions } from '../options.ts'
import { table } from '../report.ts'

export const doctor: CommandFile<CommonOptions> = {
  example: 'doctor',
  describe: () => {},
  run: async ({ client, call }) => {
    const report = await client.doctor({}, call)
    const versions = { emergence: version, ...report.versions }
    const { devices, device, cores, memory, seconds } = report
    const rows = devices.map(({ id, available, gflops, adapter, software, reason, remedy }) => [
      id,
      available ? (gflops === null ? 'found' : `${Math.round(gflops)} GFLOPS`) : '-',
      available ? `${adapter}${software ? ' (software)' : ''}` : [reason, remedy].filter(Boolean).join(' '),
    ])
    const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
    const text = [
      Object.entries(versions)
        .map(([name, number]) => `${name} ${number}`)
        .join('   '),
      `${cores} cores, ${gigabytes(memory.available)} of ${gigabytes(memory.total)} GB of memory free`,
      '',
      table([['device', 'speed', ''], ...rows]),
      '',
      `auto computes on ${device}.`,
      '',
    ]
    return { json: { devices, versions, cores, memory, device, seconds }, text: text.join('\n') }
  },
}

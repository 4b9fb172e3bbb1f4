// How does a person read an inspection? One page: the file, its networks, the architecture, the keys, what is odd.
import type { Result } from '../../src-shared/protocol/calls.ts'
import type { ModelSpec, PositionSpec } from '../../src-shared/domain/modelSpec.ts'
import { grouped, table } from './report.ts'

type Report = Result<'inspect'>

/** Names that are listed before the rest is only counted. */
const mostNames = 12
const bars = '▁▂▃▄▅▆▇█'

export function inspectPage(report: Report, { tensors }: { tensors: boolean }): string {
  const sections = [
    file(report),
    networks(report),
    architecture(report),
    keys(report),
    inert(report),
    report.notices.length > 0 ? ['Notes', ...report.notices.map((text) => `  ${text}`)] : [],
    tensors ? tensorList(report) : [],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function file({ container }: Report): string[] {
  const { path, format, bytes, files, metadata } = container
  const size = bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(2)} MB`
  const said = Object.entries(metadata).map(([key, value]) => [key, value])
  return [
    path,
    `  ${format}, ${size}${files.length > 1 ? ` in ${files.length} files` : ''}`,
    ...(said.length > 0 ? [table(said.slice(0, mostNames), '  ')] : []),
    ...(said.length > mostNames ? [`  and ${said.length - mostNames} more`] : []),
  ]
}

function networks({ networks, network }: Report): string[] {
  const rows = networks.map(({ name, tensors, parameters }) => [
    name === network ? `▸ ${name}` : `  ${name}`,
    `${grouped(parameters)}`,
    `parameters in ${tensors} tensors`,
  ])
  return ['Networks', table(rows, '  ')]
}

function architecture({ spec, sources }: Report): string[] {
  const rows: [string, string, string][] = [
    ['family', spec.family, 'family'],
    ['depth × width', `${spec.depth} × ${spec.width}`, 'depth'],
    ['heads', heads(spec, sources), 'heads'],
    ['patch', `${spec.patch} px`, 'patch'],
    ['made for', `${spec.imageSize.width} × ${spec.imageSize.height} px`, 'imageSize'],
    ['tokens', tokens(spec), 'registers'],
    ['positions', positions(spec.position), 'position'],
    ['feed-forward', `${spec.ffn.kind} of ${spec.ffn.hidden}, ${spec.ffn.activation}`, 'ffn'],
    ['norm epsilon', spec.normEps < 0.001 ? spec.normEps.toExponential() : String(spec.normEps), 'normEps'],
    ...extras(spec),
    [
      'preprocessing',
      `resize ${spec.preprocessing.resize} ${spec.preprocessing.filter}, crop ${spec.preprocessing.crop}`,
      'preprocessing',
    ],
  ]
  return [
    'Architecture',
    table(
      rows.map(([what, value, source]) => [
        what,
        value,
        value === unknown ? 'give it with --heads' : (sources[source] ?? ''),
      ]),
      '  ',
    ),
  ]
}

const unknown = 'unknown'

function heads({ heads, width }: ModelSpec, sources: Report['sources']): string {
  return sources['heads']?.startsWith(unknown) ? unknown : `${heads} of ${width / heads}`
}

function tokens(spec: ModelSpec): string {
  const parts = [spec.cls ? '[CLS]' : '', spec.registers ? `${spec.registers} registers` : '', 'patches']
  return parts.filter(Boolean).join(', ')
}

function positions(position: PositionSpec): string {
  if (position.kind === 'rotary') return `rotary, ${position.normalise}`
  const grid = `${position.rows} × ${position.columns}`
  return position.kind === 'learned'
    ? `learned ${grid}, resampled as ${position.rule}`
    : `sine-cosine ${grid}`
}

function extras(spec: ModelSpec): [string, string, string][] {
  const { decoder, predictor, projectionHead, classes } = spec
  const also = [
    spec.layerScale ? 'LayerScale' : '',
    spec.maskToken ? 'mask token' : '',
    spec.clsNorm ? 'a norm of its own for [CLS]' : '',
    spec.qkvBias ? '' : 'no q, k, v biases',
  ].filter(Boolean)
  const rows: [string, string, string][] = []
  if (also.length > 0) rows.push(['also', also.join(', '), ''])
  if (classes !== null) rows.push(['classification', `${classes} classes`, 'classes'])
  if (projectionHead)
    rows.push([
      'projection head',
      `${projectionHead.layers} layers, ${grouped(projectionHead.prototypes)} prototypes`,
      '',
    ])
  if (decoder) {
    const targets =
      decoder.normPixLoss === null ? '' : decoder.normPixLoss ? ', normalised targets' : ', plain targets'
    rows.push([
      'decoder',
      `${decoder.depth} × ${decoder.width}, ${decoder.heads} heads${targets}`,
      'decoder.normPixLoss',
    ])
  }
  if (predictor)
    rows.push(['predictor', `${predictor.depth} × ${predictor.width}, ${predictor.heads} heads`, ''])
  return rows
}

function keys({ keys }: Report): string[] {
  const { matched, renamed, missing, unexpected, mismatched } = keys
  const wrong = mismatched.map(
    ({ name, expected, found }) => `${name}: [${found.join(', ')}] instead of [${expected.join(', ')}]`,
  )
  return [
    'Keys',
    `  ${matched.length} matched, ${renamed.length} renamed, ${missing.length} missing, ${unexpected.length} unexpected, ${mismatched.length} of wrong shape`,
    ...listed('missing', missing),
    ...listed('unexpected', unexpected),
    ...listed('wrong shape', wrong),
  ]
}

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const more = names.length > mostNames ? [`    and ${names.length - mostNames} more`] : []
  return [`  ${what}:`, ...names.slice(0, mostNames).map((name) => `    ${name}`), ...more]
}

function inert({ inert }: Report): string[] {
  if (inert.length === 0) return []
  const rows = inert.map(({ global, use, count, where, arguments: words }) => [
    global,
    `${use}${count > 1 ? ` ${count} times` : ''}`,
    where,
    words,
  ])
  return ['Left as data, never run', table(rows, '  ')]
}

function tensorList({ tensors }: Report): string[] {
  const rows = tensors.map(({ name, dtype, shape, stats }) => {
    const facts = [name, dtype, `[${shape.join(', ')}]`]
    if (!stats) return facts
    const figure = (value: number | null): string => (value === null ? '-' : value.toPrecision(4))
    const most = Math.max(1, ...stats.histogram)
    const drawn = stats.histogram.map((count) => bars[Math.ceil((count / most) * (bars.length - 1))]).join('')
    const odd = stats.notFinite > 0 ? `${stats.notFinite} not finite` : ''
    return [...facts, `mean ${figure(stats.mean)}`, `std ${figure(stats.std)}`, drawn, odd]
  })
  return ['Tensors', table(rows, '  ')]
}

// How is a network told in words? Its specification as rows, each with where its value comes from; names of its parts.
import type { Inspection } from '../../../src-shared/domain/checkpoint.ts'
import {
  imagenetMean,
  imagenetStd,
  type ModelSpec,
  type PositionSpec,
} from '../../../src-shared/domain/modelSpec.ts'
import { backboneName } from '../../state/format.ts'
import { strings } from '../../state/strings.ts'
import { blockOf, pieceOf, type Place } from './places.ts'

const s = strings.model

/** A place as a person would call it: "Block 7, attention", "Attention, every block", "Decoder block 0". */
export function namePlace(place: Place): string {
  const block = blockOf(place)
  const piece = pieceOf(place)
  const word = (step: string): string => s.places[step] ?? step
  if (block) {
    const name =
      block.section === 'blocks'
        ? s.block(block.index)
        : s.blockOf(word(block.section.split('.')[0]!), block.index)
    return piece ? `${name}, ${word(piece)}` : name
  }
  if (piece && place.includes('*')) return `${capital(word(piece))}, ${s.everyBlock}`
  const [first = '', second] = place.split('.')
  return second && second !== '*' ? `${word(first)}, ${word(second).toLowerCase()}` : word(first)
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export interface SpecRow {
  readonly label: string
  readonly value: string
  /** Where the value comes from, a few words; empty where the file says it plainly. */
  readonly source: string
  /** The file does not say it and nothing else settles it. */
  readonly isGuess: boolean
}

/** The specification as rows. */
export function specRows({ spec, sources }: Pick<Inspection, 'spec' | 'sources'>): SpecRow[] {
  const row = (label: string, value: string, key = ''): SpecRow => {
    const source = sources[key] ?? ''
    return { label, value, source, isGuess: /guess|does not say|^unknown/.test(source) }
  }
  const { position, ffn, preprocessing, decoder, predictor, projectionHead } = spec
  const [rows, columns] = gridOf(spec)
  const also = [
    spec.layerScale ? s.layerScale : '',
    spec.maskToken ? s.maskToken : '',
    spec.clsNorm ? s.clsNorm : '',
    spec.qkvBias ? '' : s.noQkvBias,
  ].filter(Boolean)
  const size =
    spec.imageSize.width === spec.imageSize.height
      ? String(spec.imageSize.width)
      : `${spec.imageSize.width} × ${spec.imageSize.height}`
  return [
    row(s.family, s.families[spec.family], 'family'),
    row(s.backbone, s.backboneOf(backboneName(spec), spec.depth, spec.width), 'depth'),
    row(
      s.heads,
      headsUnknown({ sources }) ? s.notSaid : s.headsOf(spec.heads, spec.width / spec.heads),
      'heads',
    ),
    row(s.tokensAt(size), s.tokens(spec.cls, spec.registers, rows, columns), 'imageSize'),
    row(s.positions, positionsOf(position), 'position'),
    row(
      s.interpolation,
      position.kind === 'learned' ? s.interpolations[position.rule] : s.noTable,
      position.kind === 'learned' ? 'position' : '',
    ),
    row(s.feedForward, s.feedForwardOf(ffn.kind, spec.width, ffn.hidden, ffn.activation), 'ffn.activation'),
    row(s.normEps, s.epsOf(spec.normEps), 'normEps'),
    ...(also.length > 0 ? [row(s.also, also.join(', '))] : []),
    ...(spec.classes === null ? [] : [row(s.classHead, s.classes(spec.classes), 'classes')]),
    ...(projectionHead
      ? [row(s.projectionHead, s.prototypes(projectionHead.layers, projectionHead.prototypes))]
      : []),
    ...(decoder
      ? [
          row(s.decoder, s.followerOf(decoder.depth, decoder.width, decoder.heads), 'decoder.heads'),
          row(
            s.targets,
            decoder.normPixLoss === null
              ? s.unknownTargets
              : decoder.normPixLoss
                ? s.normalisedTargets
                : s.plainTargets,
            'decoder.normPixLoss',
          ),
        ]
      : []),
    ...(predictor
      ? [row(s.predictor, s.followerOf(predictor.depth, predictor.width, predictor.heads), 'predictor.heads')]
      : []),
    row(s.normalisation, normalisationOf(spec), 'preprocessing'),
    row(
      s.training,
      s.trainingOf(preprocessing.resize, preprocessing.crop, preprocessing.filter),
      'preprocessing',
    ),
  ]
}

/** The file does not say how many heads its attention has; the spec's number only stands in. */
export function headsUnknown({ sources }: Pick<Inspection, 'sources'>): boolean {
  return sources['heads']?.startsWith('unknown') === true
}

/** Numbers of heads that divide a width into heads of at least 8, as far as anybody uses them. */
export function headChoices(width: number): number[] {
  return Array.from({ length: Math.min(64, width) }, (_, n) => n + 1).filter(
    (heads) => width % heads === 0 && width / heads >= 8,
  )
}

/** Rows and columns of patches at the size the network was made for. */
export function gridOf(spec: Pick<ModelSpec, 'imageSize' | 'patch'>): readonly [number, number] {
  const along = (length: number): number => Math.max(1, Math.round(length / spec.patch))
  return [along(spec.imageSize.height), along(spec.imageSize.width)]
}

function positionsOf(position: PositionSpec): string {
  if (position.kind === 'learned') return s.learned(position.rows, position.columns)
  return position.kind === 'sincos' ? s.sincos(position.rows, position.columns) : s.rotary[position.normalise]
}

function normalisationOf({ preprocessing: { mean, std } }: ModelSpec): string {
  const same = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => value === b[i])
  return same(mean, imagenetMean) && same(std, imagenetStd) ? s.imagenet : s.ownNormalisation(mean, std)
}

/** `f32` and the like, as a column of types has room for. */
export function shortDtype(dtype: string): string {
  return dtype
    .replace('bfloat', 'bf')
    .replace('float', 'f')
    .replace('complex', 'c')
    .replace('uint', 'u')
    .replace(/^int/, 'i')
}

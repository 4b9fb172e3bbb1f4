// What does the Prediction view say?
import { count, duration, number, percent } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const predictWords = {
  empty: 'Choose a model and a picture',
  emptyText:
    'A checkpoint of I-JEPA’s training says what its target encoder would see in blocks that are hidden from the context. Drop one here, or choose it above.',
  noPredictor: 'This model has no predictor',
  noPredictorText: (name: string) =>
    `${name} cannot say what is seen in hidden blocks: only checkpoints of I-JEPA’s training hold a predictor beside encoder and target encoder.`,
  open: 'Open a checkpoint',
  toParts: 'See its parts',
  toInspect: 'Look at its attention',
  failed: 'The prediction failed',
  refused: 'These blocks cannot be asked about',
  working: 'Predicting',
  took: (seconds: number, device: string) => `${duration(seconds)} on ${device}`,

  blocks: 'Blocks',
  blocksOf: (seen: number, all: number) => `the context encoder sees ${count(seen)} of ${count(all)} patches`,
  map: 'Prediction against target',
  mapRule:
    'Cosine between the predictor’s token for a hidden patch and the target encoder’s token there, which is normalised over its channels. Where targets overlap, their mean.',
  mapOf: 'cosine of each hidden patch',
  cosine: 'cosine',
  context: 'Context',
  target: (n: number) => `Target ${n}`,
  place: (row: number, column: number, rows: number, columns: number) =>
    `row ${row}, column ${column}, ${count(columns)} × ${count(rows)} patches`,
  selected: 'Selected block',
  select: 'Which block is changed',
  row: 'Row',
  column: 'Column',
  rows: 'Height',
  columns: 'Width',
  add: 'Add a target',
  remove: 'Remove the target',
  removeShort: 'Remove',
  seed: 'Seed',
  resample: 'New blocks',
  sampledText: 'Four targets of 15–20 % of the patches and a context of 85–100 %, as in training.',
  handText: 'Blocks set by hand. New blocks go back to sampled ones.',
  dragText: 'Drag a block or its corner; drag beside the targets to draw another.',

  judged: 'How well it predicts',
  judgedRule: 'Means over the patches of each target block; the loss is I-JEPA’s own: smooth L1 with beta 1.',
  loss: 'Loss',
  here: 'Cosine',
  elsewhere: 'Elsewhere',
  elsewhereRule:
    'Mean cosine of the prediction with what is seen at all other places of the picture: no better than this is no prediction.',
  better: 'Better than elsewhere',
  itself: 'Nearest is the true patch',
  allTargets: 'All',

  nearest: 'Nearest patches',
  crops: 'Crops of the hidden patches and of the nearest ones',
  nearestOf: (target: string, pictures: number) => `${target}, in ${plural(pictures, 'picture', 'pictures')}`,
  nearestRule:
    'For each predicted patch the patches whose target tokens point most the same way, of this picture and the others. The top row is what is really there.',
  isTrue: 'true',
  nth: (n: number) => ['1st', '2nd', '3rd'][n] ?? `${n + 1}th`,
  crop: (row: number, column: number, cosine: string, nearest: string) =>
    `Row ${row}, column ${column}: cosine ${cosine}${nearest ? `, nearest in ${nearest}` : ''}`,
  nearestIn: (picture: string, cosine: string) => `${picture} (${cosine})`,
  search: 'Look in other pictures',
  searchShort: 'Look in',
  searching: 'Looking through the pictures',
  searchOff: 'Looking in other pictures is off.',
  searchFailed: 'The other pictures could not be looked through.',
  noOthers: 'There is no other picture in the workspace: only this one is looked through.',
  among: 'Pictures to look in',
  amongOf: (n: number) => plural(n, 'other picture', 'other pictures'),
  fit: 'Shape',
  fits: { crop: 'Middle', resize: 'Stretched' },
  size: (width: number, height: number) =>
    `${count(width)} × ${count(height)} px, the only size its predictor knows.`,

  finding: (cosine: string, elsewhere: string, loss: string) =>
    `The predictor’s tokens have a mean cosine of ${cosine} with what is there, and ${elsewhere} with other places; the loss is ${loss}`,
  label: (targets: number, seen: number) =>
    `Picture with ${plural(targets, 'target block', 'target blocks')}; the context encoder sees ${plural(seen, 'patch', 'patches')}`,
  twin: 'Predicted patches as a table',
  twinTarget: 'Target',
  twinNearest: 'Nearest',
  saveCsv: 'Save the numbers as CSV…',
  saveJson: 'Save blocks and losses as JSON…',
  figure: (model: string, picture: string, loss: string) =>
    `${model} · ${picture} · prediction, loss ${loss}`,
  dropPicture: 'Predict in it',
  command: {
    resample: 'New sampled blocks',
    next: 'Select the next block',
    context: 'Select the context',
    add: 'Add a target block',
    remove: 'Remove the selected target',
    move: 'Move the selected block',
    resize: 'Resize the selected block',
    search: 'Look for nearest patches in other pictures, or not',
    clear: 'Clear the selected patch',
  },
}

export const predictExplain = {
  nothing:
    'I-JEPA learns by guessing, in the space of features, what is seen in hidden blocks of a picture from the rest of it.',
  what: (seen: number, hidden: number) =>
    `The context encoder saw **${plural(seen, 'patch', 'patches')}**. From these the predictor said, for each of **${plural(hidden, 'hidden patch', 'hidden patches')}**, which vector the target encoder sees there.`,
  map: (cosine: number, elsewhere: number) =>
    `The map shows how well that fits: a mean cosine of **${number(cosine, 2)}**, against **${number(elsewhere, 2)}** with other places of the picture.`,
  loss: (loss: number) => `Its training loss on these blocks is **${number(loss, 3)}**.`,
  nearest: (share: number) =>
    `For **${percent(share)}** of the hidden patches the nearest patch of all pictures is the true one itself.`,
  no: 'No pixel is predicted: two patches that mean the same may look different, and that counts as right.',
  how: 'For a target block B: (1/|B|) Σ smoothL1(ŝᵢ − sᵢ), i in B; ŝ = predictor(context tokens, mask tokens at B), s = target encoder’s tokens of the whole picture, each normalised over its channels.',
  trap: 'A high cosine alone proves little: where the whole picture is alike, one answer fits everywhere. Compare it with the cosine elsewhere.',
  tryNew: 'Sample other blocks: what is easy, and what is hard to guess?',
  tryAdd: 'Put a target on something that stands alone: can the rest tell it?',
  paper:
    'Assran et al. 2023, “Self-supervised learning from images with a joint-embedding predictive architecture”, section 3',
}

// What does the Registers & norms view say?
import { count, number, percent } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const registersWords = {
  registers: (n: number) => (n === 0 ? 'no registers' : plural(n, 'register', 'registers')),
  add: 'Put a model beside it',
  take: (name: string) => `Take ${name} out`,
  swap: 'Swap the models',
  empty: 'Choose a model and a picture',
  emptyText:
    'The length of every token in every layer, and which stand far above the rest. A model with registers beside one without shows what registers are for.',
  failed: 'The forward pass failed',
  second: 'Choose the model beside it',

  norms: 'Norms',
  shown: 'What lies over the picture',
  cls: '[CLS]',
  register: (k: number) => `Register ${k}`,
  reads: (what: string, layer: number) => `what ${what} reads, layer ${layer}`,
  readsRule: 'Attention of this token on every patch, mean over the heads of the layer.',
  ofNorms: (column: string) => `token norms, ${column}`,
  column: (column: number, depth: number) =>
    column >= depth
      ? 'after the last norm'
      : column === depth - 1
        ? `layer ${column}, before the last norm`
        : `layer ${column}`,
  columnShort: (column: number, depth: number) => (column >= depth ? 'after norm' : `layer ${column}`),
  after: 'norm',
  noRegisters: 'This model has no registers.',
  norm: 'norm',
  weight: 'weight',

  plot: 'Norms by layer',
  plotRule:
    'Euclidean length of each token after each layer, and after the last norm. Bars: patches; line: median; ◇ [CLS]; △ registers; thin line: where outliers begin.',
  plotLabel: (name: string) => `Token norms of ${name} by layer`,
  plotValue: (column: string, median: number, outliers: number, limit: number) =>
    `${column}: median ${number(median, 1)}, ${outliers === 0 ? 'no outlier' : plural(outliers, 'outlier', 'outliers')} above ${number(limit, 1)}`,
  waiting: 'on its way',
  finding: (n: number, all: number, limit: number) =>
    n === 0
      ? `No patch of ${count(all)} is above ${number(limit, 1)}`
      : `${count(n)} of ${plural(all, 'patch is', 'patches are')} above ${number(limit, 1)} (${percent(n / all, 1)})`,

  layer: 'Layer',
  chosen: 'Selected layer',
  rows: {
    median: 'Median',
    quarters: 'Quartiles',
    high: 'Largest',
    limit: 'Line',
    outliers: 'Outliers',
    share: 'Share',
    cls: '[CLS]',
    registers: 'Registers, mean',
    patch: 'This patch',
    first: 'Outliers from',
  },
  from: (layer: number) => (layer < 0 ? 'never' : `layer ${layer}`),
  rule: 'Outlier line',
  ruleShort: 'Rule',
  rules: { mad: 'median + 5 MAD', tukey: 'quartile + 3 IQR', fixed: 'a length' },
  ruleText: {
    mad: 'Above the median by more than five times 1.48 · MAD, the median distance to the median.',
    tukey:
      'Above the third quartile by more than three times the distance of the quartiles (Tukey’s “far out”).',
    fixed: 'Above a length that you say. Darcet et al. 2024 draw the line at 150 for DINOv2 ViT-g.',
  },
  limit: 'Length',
  rings: 'Ring outliers',
  patch: 'Followed patch',
  noPatch: 'Click a patch: its norm is followed through the layers.',
  clear: 'Clear',
  drawn: 'How it is drawn',
  log: 'Logarithmic',
  shared: 'One scale',
  sharedLabel: 'One scale for both models',
  opacity: 'Opacity',
  input: 'Input size',

  twin: 'Norms by layer as a table',
  twinOutliers: 'Outliers of the selected layer',
  saveCsv: 'Save all norms as CSV…',
  saveJson: 'Save the layers as JSON…',
  figure: (models: string, picture: string, column: string) =>
    `${models} · ${picture} · token norms, ${column}`,
  drop: {
    picture: 'Look at it',
    pictureText: 'the models stay',
    beside: (name: string) => `Put ${name} beside it`,
    besideFile: 'Put it beside the model',
  },
  command: {
    rule: 'Next rule for outliers',
    rings: 'Ring outliers',
    log: 'Logarithmic or linear norms',
    shared: 'One scale for both models',
    shown: 'Norms, [CLS], each register over the picture',
    clear: 'Clear the followed patch',
    swap: 'Swap the two models',
  },
}

export const registersExplain = {
  nothing:
    'Every token of every layer has a length, its norm. In large self-supervised models a few patch tokens become many times longer than the rest.',
  what: (n: number, all: number, column: string) =>
    `**${count(n)}** of ${count(all)} patch tokens stand far above the rest in **${column}**: ringed on the picture, ${n === 1 ? 'a bar' : 'bars'} above the line in the plot.`,
  none: (all: number, column: string) =>
    `None of **${count(all)}** patch tokens stands far above the rest in **${column}**.`,
  from: (layer: number) => `The first ones appear in **layer ${layer}**.`,
  why: 'Such tokens often lie in empty background: the model drops what the patch showed and keeps notes on the whole picture there.',
  registers: (n: number) =>
    `This model has **${plural(n, 'register', 'registers')}**, tokens without a place: the notes go there, and the patches stay patches.`,
  without: 'This model has no registers, so that notes have to be kept in patches.',
  reads: (what: string) =>
    `The heat shows what **${what}** reads: its attention on every patch, mean over heads.`,
  how: '‖t‖₂ = √Σ tᵢ² of each token after each block; the last norm rescales every token, which is why lengths are compared before it.',
  trap: 'A line is drawn by a rule: a model whose patches are all much alike has a narrow spread, and harmless tokens cross it. Look at how many times the median they are.',
  tryLayer: (layer: number) => `Go to layer ${layer}, where they begin.`,
  tryAfter: 'Look after the last norm: what is left of the difference?',
  paper:
    'Darcet, Oquab, Mairal and Bojanowski 2024, “Vision transformers need registers”, sections 2.1 and 2.2',
}

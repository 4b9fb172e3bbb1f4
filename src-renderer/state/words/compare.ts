// What does the Compare view say?
import { count, number } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const compareWords = {
  models: (n: number) => plural(n, 'model', 'models'),
  linked: 'Pointer, zoom and query are linked',
  layouts: { side: 'Side by side', slider: 'Slider', blink: 'Blink' },
  layout: 'How they are shown',
  side: (letter: string) => `Model ${letter}`,
  sideOf: (letter: string, name: string) => `${letter}: ${name}`,
  asks: (layer: number, head: string) => `layer ${layer}, ${head}`,
  layerOf: (letter: string) => `Layer of ${letter}`,
  headOf: (letter: string) => `Head of ${letter}`,
  layerShort: (layer: number) => `layer ${layer}`,
  headShort: (head: number) => `head ${head}`,
  mean: 'mean of heads',
  max: 'largest of heads',
  ownScale: 'own scale',
  sharedScale: 'shared scale',
  saw: 'It did not see this point.',
  point: 'Point',
  pointText: (x: number, y: number) =>
    `x ${count(x)}, y ${count(y)} px. Each model uses the patch that holds this point: its patches differ in size.`,
  clsText: 'Each model is asked from its [CLS] token, or from the mean of all tokens where it has none.',
  registerText: (index: number, without: string) =>
    `Register ${index} of each model${without ? `; ${without} has none and is asked from [CLS] or the mean` : ''}.`,
  agreement: 'Agreement at the query',
  agreementRule:
    'Both maps on the finer grid, where both saw the picture: Pearson correlation, and the overlap (intersection over union) of their mass masks.',
  pair: 'Pair',
  pairOf: (a: string, b: string) => `${a}, ${b}`,
  correlation: 'Map correlation',
  overlap: (mass: number) => `Overlap, ${number(mass * 100, 0)} %`,
  matrix: 'Which layers look alike',
  matrixRule:
    'Pearson correlation of what every layer of the one and of the other reads from this query, mean of heads, on the finer grid. Below 0 is drawn as 0.',
  matrixAxis: (letter: string, last: number) => `${letter}, layer 0 to ${last}`,
  matrixCell: (a: string, layerA: number, b: string, layerB: number, value: number) =>
    `${a} layer ${layerA}, ${b} layer ${layerB}: ${number(value, 2)}`,
  matrixBest: (a: string, layerA: number, b: string, layerB: number, value: number) =>
    `Most alike: ${a} ${layerA} and ${b} ${layerB}, ${number(value, 2)}.`,
  matrixWait: 'Stands there when both passes are done.',
  show: 'Show',
  layers: 'Layers',
  layersMove: { apart: 'each alone', together: 'together' },
  layersRule: 'Together: a step in one goes to the same share of the depth in the others.',
  scale: 'Scale',
  scales: { each: 'each', shared: 'shared' },
  scaleText: {
    each: 'Each map is divided by its own largest weight: shapes compare, strengths do not.',
    shared: 'All maps are divided by the largest weight of all: with more patches each gets less.',
  },
  outline: 'Outline mass',
  add: 'Add a model',
  choose: (letter: string) => `Choose model ${letter}`,
  swap: 'Swap A and B',
  empty: 'Choose two models',
  emptyText:
    'The same picture under both, with one query for all. Drop a checkpoint here, or choose it above.',
  remove: (name: string) => `Take ${name} out`,
  showing: (letter: string) => `Showing ${letter}`,
  change: 'Show the other (Space)',
  divide: 'Where A ends and B begins',
  run: (letter: string) => `Run ${letter}`,
  sheet: (letter: string) => `Layers and heads of ${letter}`,
  drop: {
    model: (name: string) => `Compare with ${name}`,
    modelText: 'beside the others',
    picture: (name: string) => `Look at ${name}`,
    pictureText: 'under every model',
  },
  copyCommands: 'Copy as commands',
  commandsCopied: 'The commands were copied, one line for each model.',
  caption: (picture: string, query: string) => `${picture} · query ${query}`,
  twinStrongest: (letter: string, name: string) => `${letter}, ${name}: the ten strongest patches`,
  twinPixels: 'At x, y in px',
  agrees: (pair: string, correlation: number, overlap: number) =>
    `${pair}: correlation ${number(correlation, 2)}, overlap ${number(overlap, 2)}`,
  finding: (pairs: string) => `Map correlation ${pairs}.`,
}

export const compareExplain = {
  point: (n: number) => `The same point asked of **${n}** models: each map shows what the patch there reads.`,
  cls: (n: number) =>
    `**${n}** models asked from [CLS]: each map shows what stands out for the whole picture.`,
  register: (index: number) =>
    `Register **${index}**, a token without a place of its own, asked in every model that has one: it often reads what is the same all over.`,
  twice: 'The same model twice: what changes from one layer or head to the other.',
  agree: (pair: string, correlation: number, overlap: number, mass: number) =>
    `${pair}: correlation **${number(correlation, 2)}**; the patches that hold ${number(mass * 100, 0)} % of the weight overlap by **${number(overlap, 2)}**.`,
  how: 'Correlation: patch by patch on the finer of both grids, 1 is the same pattern whatever its strength, 0 nothing in common.',
  trap: 'Patches differ in size: a coarse map looks broader even where both models agree.',
  tryCls: 'Ask [CLS]: do they find the same thing?',
  tryPoint: 'Ask the middle of the picture, then click elsewhere.',
  tryShared: 'Share the scale: which one concentrates more?',
  tryBlink: 'Blink between them: what moves?',
  paper: 'Raghu et al. 2021, “Do vision transformers see like convolutional neural networks?”, section 4',
}

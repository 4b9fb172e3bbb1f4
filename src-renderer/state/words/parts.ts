// What does the Parts view say?
import { bytes, count, duration, number } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const partsWords = {
  shows: { picture: 'Picture', over: 'Parts over picture', parts: 'Parts' },
  show: 'What to draw of the pictures',
  pictures: (n: number) => plural(n, 'picture', 'pictures'),
  tokens: (n: number) => `${plural(n, 'patch', 'patches')}, one basis`,
  noPictures: 'Choose pictures',
  take: (name: string) => `Take ${name} out`,
  empty: 'Choose a model and some pictures',
  emptyText:
    'Every patch gets a colour, the same for the same part in all pictures. Pictures of one kind of thing show it best. Drop them here, or choose them above.',
  allOf: 'All pictures of the workspace',
  grid: (rows: number, columns: number) => `${columns} × ${rows}`,
  alike: (n: number) => `${count(n)} alike`,
  waiting: (done: number, total: number) =>
    `Patches of picture ${count(Math.min(done + 1, total))} of ${count(total)}`,
  failed: 'The patches could not be computed',
  refused: 'These pictures cannot be coloured like this',
  tooMany: 'These are too many patches at once',
  tooManyText: (n: number) =>
    `Their tokens and what PCA needs of them take about ${bytes(n)}. A smaller input or fewer pictures fit.`,
  smaller: (size: number) => `At ${count(size)} px`,

  threshold: 'Foreground threshold',
  thresholdRule:
    'First component of a PCA over all patches of all pictures, scaled to 0 … 1 (DINOv2, section 7.5). Right of the line is foreground.',
  thresholdOf: 'first component of the first PCA',
  keeps: (inside: number, all: number) => [`keeps`, count(inside), `of ${count(all)} patches`] as const,
  drag: 'Threshold of the first component',
  histogram: (inside: number, all: number, at: string) =>
    `Histogram of the first component. The threshold ${at} keeps ${count(inside)} of ${count(all)} patches as foreground.`,
  offText:
    'Foreground is off: every patch is coloured, and no component is spent on telling object from background.',
  explained: 'Variance explained',
  explainedRule: 'Share of the foreground patches’ variance along each component of the second PCA.',
  component: (k: number) => `Component ${k}`,

  part: 'Selected part',
  partRule: 'Cosine of the angle between two patch tokens after the final norm; 1 is the same direction.',
  cosineFrom: (value: number) => `cosine ≥ ${number(value, 2)}`,
  noPart: 'Click a patch in any picture: what is like it is outlined in all of them.',
  clicked: (picture: string) => `Clicked ${picture}, `,
  matches: (n: number, pictures: number, all: number) =>
    ` ${plural(n, 'patch matches', 'patches match')} in ${count(pictures)} of ${plural(all, 'picture', 'pictures')}.`,
  similarity: 'Similarity',
  bestIn: (picture: string, cosine: number) => `Most similar in ${picture}: cosine ${number(cosine, 2)}`,
  clear: 'Clear',

  colours: 'Colours',
  basis: 'Basis',
  saveBasis: 'Save the basis as JSON…',
  channel: (k: number) => [`red ← component 1`, `green ← component 2`, `blue ← component 3`][k] ?? '',
  oklabChannel: (k: number) =>
    [`lightness ← component 1`, `green–red ← component 2`, `blue–yellow ← component 3`][k] ?? '',
  flipChannel: (k: number) => `Turn component ${k + 1} round`,
  paint: 'Painted by',
  paints: { parts: 'components (PCA)', clusters: 'groups (k-means)', foreground: 'foreground alone' },
  clusters: 'Groups',
  clustersRule:
    'k-means on the directions of the patch tokens (spherical, begun by k-means++ from seed 0), over the foreground of all pictures together; the largest group first.',
  clustersFound: (cosine: number) => `mean cosine to the group’s centre ${number(cosine, 2)}`,
  clustersWait: 'Groups are being found.',
  grouped: (n: number) => plural(n, 'patch', 'patches'),
  group: (k: number) => `Group ${k + 1}`,
  groupAlone: (k: number, alone: boolean) => (alone ? 'Show all groups' : `Show group ${k + 1} alone`),
  openBasis: 'Open a basis…',
  openBasisShort: 'Open',
  noBasis: [
    'This file is no basis of part colours.',
    'Open one that was saved here, or by the command’s --save-basis.',
  ] as const,
  otherWidth: (basis: number, model: number) =>
    [
      `The basis was made from tokens of width ${basis}, and this model’s have ${model}.`,
      'Choose the model that it was made with, or one of the same width.',
    ] as const,
  colouring: 'Drawn as',
  colourings: {
    rgb: 'red, green, blue',
    oklab: 'OKLab',
    '1': 'component 1',
    '2': 'component 2',
    '3': 'component 3',
  },
  foreground: 'Foreground',
  foregrounds: { off: 'Off', auto: 'Auto' },
  flip: 'Swap object and background',
  flipShort: 'Sides',
  swap: 'Swap',
  layer: 'Layer',
  layerRule: (layer: number, depth: number, named: boolean) =>
    named
      ? `The middle layer, ${layer}: this network was made to classify, and its later layers keep notes on the whole picture in background patches.`
      : `Layer ${layer} of ${depth}.`,
  hold: 'Keep colours',
  holdText: 'Further pictures, layers and models are painted in the basis that stands now.',
  held: {
    same: 'These tokens give the colours that are kept.',
    aligned: 'Turned to the kept colours: these tokens are others (Procrustes).',
    unknown:
      'None of these pictures is one that the kept colours know: with another model they mean nothing.',
    width: 'The kept basis is of another width than this model: a new one was made.',
  },
  fitTook: (seconds: number) => `two PCAs in ${duration(seconds)}`,
  input: 'Input size',

  label: (picture: string, share: number) => `${picture}: ${number(share * 100, 0)} % foreground`,
  labelLike: (picture: string, n: number) =>
    `${picture}: ${plural(n, 'patch is', 'patches are')} like the clicked one`,
  twin: 'Pictures as a table',
  twinPicture: 'Picture',
  twinGrid: 'Patches',
  twinInside: 'Foreground',
  twinLike: 'Alike',
  twinBest: 'Most alike at',
  twinCosine: 'Cosine',

  drop: {
    modelText: 'the pictures stay',
    picture: (name: string) => `Colour ${name} too`,
    pictures: (n: number) =>
      n === 1 ? 'Colour it with the others' : `Colour all ${count(n)} with the others`,
    pictureText: 'one basis for all',
  },
  command: {
    less: 'Threshold or similarity less',
    more: 'Threshold or similarity more',
    flip: 'Swap object and background',
    show: 'Picture, parts over picture, parts',
    colouring: 'Next way of colouring: RGB, OKLab, single components',
    paint: 'Components, groups, foreground',
    hold: 'Keep the colours for further pictures and models',
    clear: 'Clear the selected part',
  },
  basisCommand: 'The command was copied. It needs the saved basis: its colours run as you turned them.',
  figurePaint: (paint: 'parts' | 'clusters' | 'foreground', clusters: number) =>
    paint === 'clusters' ? `${count(clusters)} groups` : paint,
  figure: (model: string, layer: number, n: number, paint: string) =>
    `${model} · layer ${layer} · ${paint} of ${plural(n, 'picture', 'pictures')}, one basis`,
}

export const partsExplain = {
  what: (width: number, n: number) =>
    `Each patch became a vector of **${count(width)}** numbers. PCA finds the three directions in which the foreground patches of **${plural(n, 'picture', 'pictures')}** differ most, and paints each in a colour of its own.`,
  same: 'The same colour means the same direction: the same part, in every picture. Nobody told the model what a part is.',
  single: (k: number) =>
    `One direction alone: **component ${k}**, from its lowest to its highest value over all pictures.`,
  how: 'A first PCA over all patches splits object from background: its first component, cut at the threshold. A second PCA over the foreground gives the colours, each clipped at its 1st and 99th percentile.',
  howAll:
    'One PCA over all patches of all pictures gives the colours, each clipped at its 1st and 99th percentile.',
  trap: 'Colours are no scale and no names: another basis gives others, and a part that never differs gets none of its own.',
  tryThreshold: 'Move the threshold left: what joins the object first?',
  paper: 'Oquab et al. 2024, “DINOv2: Learning robust visual features without supervision”, section 7.5',
  like: (matches: number, pictures: number, all: number, from: number) =>
    `The outlined **${count(matches)}** patches point almost the same way as the one you clicked: cosine at least **${number(from, 2)}**, in **${count(pictures)}** of ${plural(all, 'picture', 'pictures')}.`,
  likeHow:
    'Cosine: the product of both vectors, divided by their lengths. No colours and no threshold of the foreground take part.',
  likeTrap: 'Nearness in the picture counts too: patches beside the clicked one share what both read.',
  tryLower: 'Lower the similarity: what is joined next?',
  likePaper: 'Amir et al. 2022, “Deep ViT features as dense visual descriptors”, section 5',
}

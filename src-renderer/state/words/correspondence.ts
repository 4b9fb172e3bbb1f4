// What does the Correspondence view say?
import { count, duration, number } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const correspondenceWords = {
  sides: ['left', 'right'] as const,
  noLeft: 'Choose the left picture',
  noRight: 'Choose the right picture',
  swap: 'Swap the pictures',
  tool: 'What a click does',
  tools: { ask: 'Ask a patch', keypoint: 'Place a keypoint' },
  empty: 'Choose a model and two pictures',
  emptyText:
    'Patches that are each other’s most similar are joined by a line: two photos of one kind of thing show it best. Drop them here, or choose them above.',
  failed: 'The patches could not be computed',
  refused: 'These two pictures cannot be matched',
  waiting: (done: number, total: number) =>
    `Patches of picture ${count(Math.min(done + 1, total))} of ${count(total)}`,
  grid: (rows: number, columns: number) => `${columns} × ${rows} patches`,

  similarity: 'Similarity of the pairs',
  similarityRule:
    'Cosine of the angle between two patch tokens after the final norm, of pairs that are each other’s most similar (Amir et al. 2022, section 5.3).',
  drag: 'Least similarity of a pair',
  histogram: (shown: number, all: number, at: string) =>
    `Histogram of the similarity of ${plural(all, 'pair', 'pairs')}; ${count(shown)} from ${at} on are drawn.`,
  drawn: (shown: number, all: number) =>
    ['draws', count(shown), `of ${plural(all, 'pair', 'pairs')}`] as const,
  none: 'No pair is as similar as this. A lower threshold draws some.',
  noPairs: 'No two patches are each other’s nearest.',
  scale: 'cosine',

  asked: 'Asked patch',
  askedRule: 'The patch of the other picture whose token points most the same way, mutual or not.',
  notAsked: 'Point at a patch: its best match is ringed in the other picture. A click keeps it.',
  patch: (side: string, row: number, column: number) => `${side}, row ${row}, column ${column}`,
  best: 'Best match',
  cosine: 'Cosine',
  mutual: 'Mutual',
  isMutual: 'yes',
  notMutual: (row: number, column: number) => `no: that one prefers row ${row}, column ${column}`,
  clear: 'Clear',
  heat: 'Heat',
  heatLabel: 'Show how alike every patch of the other picture is',
  heatRule: 'Cosine of every patch with the asked one, from the mean of that picture to the best match.',

  keypoints: 'Keypoints',
  keypointsRule: 'Each is carried to the middle of the patch that looks most like the one it lies in.',
  noKeypoints: 'Choose “Place a keypoint” and click an ear or a wheel in one picture.',
  keypoint: (n: number) => `Keypoint ${n}`,
  carried: (to: string, row: number, column: number) => `to ${to}, row ${row}, column ${column}`,
  removeKeypoint: (n: number) => `Remove keypoint ${n}`,
  clearKeypoints: 'Remove all keypoints',

  lines: 'Lines',
  least: 'At least',
  most: 'At most',
  foreground: 'Foreground',
  foregroundLabel: 'Only patches of the foreground',
  foregroundText: (first: number, second: number) =>
    `${count(first)} patches left and ${count(second)} right, by the first component of both together.`,
  foregroundRule:
    'First component of a PCA over both pictures, cut by Otsu’s threshold, the border being background.',
  layer: 'Layer',
  input: 'Input size',
  took: (seconds: number) => `matched in ${duration(seconds)}`,

  label: (shown: number, best: string) =>
    `Two pictures with ${plural(shown, 'line', 'lines')} between patches that are each other’s most similar. The strongest has cosine ${best}.`,
  labelEmpty: 'Two pictures; their patches are being matched.',
  said: (from: string, to: string, cosine: string) => `${from} is most like ${to}, cosine ${cosine}`,
  twin: 'Pairs as a table',
  twinKeypoints: 'Keypoints as a table',
  twinLeft: 'Left row, column',
  twinRight: 'Right row, column',
  twinFrom: 'Placed at',
  twinTo: 'Carried to',

  saveCsv: 'Save the pairs as CSV…',
  saveJson: 'Save pairs and keypoints as JSON…',
  figure: (model: string, layer: number, left: string, right: string, shown: number) =>
    `${model} · layer ${layer} · ${left} and ${right} · ${plural(shown, 'pair', 'pairs')} of mutual nearest patches`,
  drop: {
    left: (name: string) => `${name} on the left`,
    right: (name: string) => `${name} on the right`,
    filesLeft: 'On the left',
    filesRight: 'On the right',
    both: 'Side by side',
    bothText: 'the first two of them',
    keep: (name: string) => `beside ${name}`,
    modelText: 'both pictures stay',
  },
  command: {
    less: 'Least similarity less',
    more: 'Least similarity more',
    fewer: 'Fewer lines',
    manier: 'More lines',
    foreground: 'Only the foreground, or everywhere',
    ask: 'Ask patches by clicking',
    keypoint: 'Place keypoints by clicking',
    swap: 'Swap the pictures',
    move: 'Move the asked patch',
    other: 'Ask in the other picture',
    place: 'Place a keypoint at the asked patch',
    heat: 'Heat of likeness on or off',
    clear: 'Clear the asked patch',
    clearKeypoints: 'Remove all keypoints',
  },
}

export const correspondenceExplain = {
  what: (shown: number, all: number) =>
    `Every patch became a vector. **${plural(shown, 'line joins', 'lines join')}** patches that are each other’s most similar, of **${count(all)}** such pairs: the left one finds the right one and is found by it.`,
  strongest: (cosine: number) =>
    `The most similar pair has a cosine of **${number(cosine, 2)}**; 1 would be the same direction.`,
  nobody: 'Nobody told the model what belongs together: it learnt from pictures what a part looks like.',
  asked: (from: string, to: string, cosine: number) =>
    `The asked patch (**${from}**) is most like **${to}**: cosine **${number(cosine, 2)}**.`,
  askedHeat: 'The heat shows which other places are more alike than the mean of that picture.',
  nothing:
    'Two pictures are split into patches, and each patch becomes a vector. Patches that are each other’s most similar are joined by a line.',
  how: 'cos(a, b) = a·b / (|a| |b|) between tokens after the final norm. A pair (i, j) counts where j maximises cos(aᵢ, b) over the right picture and i maximises cos(a, bⱼ) over the left.',
  trap: 'Every patch has a nearest one, even where nothing fits: background joins background, and a mirrored animal gets its left ear on the right. Look at the cosine, and at whether it is mutual.',
  tryForeground: 'Leave the background out: which lines were about the object?',
  tryEverywhere: 'Let the background take part: what does it join?',
  tryLayer: 'Look at an early layer: there it is place and colour that match.',
  paper:
    'Amir, Gandelsman, Bagon and Dekel 2022, “Deep ViT features as dense visual descriptors”, section 5.3',
}

// What does the Video view say?
import { bytes, count, duration, number, percent } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`
/** 25, 29.97: frames for a second without zeros that say nothing. */
const rateText = (rate: number): string => number(rate, 2).replace(/\.?0+$/, '')

/** 2nd, 3rd, 5th. */
function ordinal(n: number): string {
  const [tens, ones] = [Math.floor(n / 10) % 10, n % 10]
  const ending = tens === 1 ? 'th' : (['th', 'st', 'nd', 'rd'][ones] ?? 'th')
  return `${count(n)}${ending}`
}

export const videoWords = {
  shows: { picture: 'Frame', attention: 'Attention', parts: 'Parts' },
  show: 'What to draw over the frame',
  chosen: 'Choose a video',
  chooseFile: 'Choose a video…',
  chooseFolder: 'Choose a folder of frames…',
  framesName: (n: number) => plural(n, 'frame', 'frames'),
  facts: (width: number, height: number, rate: number, codec: string) =>
    [`${width} × ${height}`, `${rateText(rate)} a second`, codec].filter(Boolean).join(' · '),
  factsFrames: (width: number, height: number, n: number) =>
    `${plural(n, 'picture', 'pictures')} · ${width} × ${height}`,
  assumedRate:
    'The page’s own player decodes it, which does not say how many frames there are: 25 a second are assumed.',
  empty: 'Drop a video, or a folder of frames',
  emptyText:
    'Attention and parts of every n-th frame, in colours that stay put. Nothing is sent anywhere: frames are decoded in this window, as far as they are needed.',
  opening: 'Opening the video',
  gone: (name: string) => `${name} has to be given again`,
  goneText: (path: string) =>
    `This window was closed meanwhile, and a page cannot open a file again by itself. Drop it here or choose it; everything that was set is kept.${path ? ` It was at ${path}.` : ''}`,
  refused: 'This video cannot be shown',
  failed: 'The frames could not be computed',

  play: 'Play',
  pause: 'Pause',
  back: 'Step back',
  forward: 'Step forward',
  scrub: 'Frame',
  frame: (frame: number, total: number) => `frame ${count(frame)} of ${count(total)}`,
  atTime: (frame: number, time: string) => `Frame ${count(frame)}, ${time}`,
  waiting: 'waits for the model',
  paceOf: (seconds: number) =>
    seconds >= 1 ? `${duration(seconds)} a frame` : `${number(1 / seconds, 1)} frames a second`,
  spreadOf: (done: number, total: number) =>
    `Basis: frame ${count(Math.min(done + 1, total))} of ${count(total)}`,
  computing: 'Computing this frame',
  brokenFrame: 'This frame cannot be decoded. The others go on.',
  timeline: (computed: number, total: number, broken: number) =>
    `Timeline: ${count(computed)} of ${plural(total, 'step is', 'steps are')} computed${broken > 0 ? `, ${plural(broken, 'frame', 'frames')} cannot be decoded` : ''}.`,
  plots: {
    parts: (top: number) => `colour change from the step before, top ${count(top)} of 255`,
    attention: (top: string) => `strongest weight, top ${top}`,
  },
  basisFrame: (frame: number) => `Frame ${count(frame)} of the basis: go there`,
  basisFrames: 'Frames of the basis',
  canvas: (frame: number, what: string) => `Frame ${count(frame)}. ${what}`,
  canvasParts: (share: number) => `${percent(share)} of its patches are foreground.`,
  canvasAttention: (row: number, column: number, weight: string) =>
    `Attention is strongest at row ${row}, column ${column}, with ${weight}.`,
  canvasNothing: 'It is not computed yet.',
  canvasPicture: 'The frame as it is.',

  cost: 'What it costs',
  every: 'Every',
  everyUsual: (n: number) => (n === 1 ? 'frame (usual)' : `${ordinal(n)} frame (usual)`),
  everyNth: (n: number) => (n === 1 ? 'frame' : `${ordinal(n)} frame`),
  costNothing: 'There is no video yet. What computing it costs is said before you play it.',
  /** Said before anything is computed beyond the frame on show. */
  costWords: (steps: number, frames: number, pace: number | null) =>
    pace === null
      ? `${plural(steps, 'step', 'steps')} of ${plural(frames, 'frame', 'frames')}. How long they take is known after the first two.`
      : `${plural(steps, 'step', 'steps')} of ${plural(frames, 'frame', 'frames')}: about ${duration(steps * pace)} for all of them on this machine. Only those around the frame on show are computed before you play.`,
  precision: 'Precision',
  precisions: { exact: 'Exact', fast: 'Fast' },
  precisionText: {
    exact: 'The weights as they are.',
    fast: '8-bit weights on the processor: about 1.4 times as fast, tokens nearly the same (cosine 0.999, median). A single patch may differ much: do not quote its numbers. Other devices compute exactly.',
  },
  memory: (n: number) =>
    `At most ${bytes(n)} are held, however long the video is; what was forgotten is computed again.`,
  input: 'Input size',
  range: 'Part',
  rangeOf: (from: number, to: number) => `${count(from)} – ${count(to)}`,
  fromHere: 'From here',
  toHere: 'To here',
  whole: 'Whole video',

  frameTitle: 'Frame',
  frameNumber: 'Number',
  time: 'Time',
  strongest: 'Strongest patch',
  place: (row: number, column: number) => `row ${row}, column ${column}`,
  foregroundShare: 'Foreground',
  change: 'Colour change',
  changeRule:
    'Mean change of red, green and blue, of 255, over the patches that are foreground in this step and in the one before. Motion changes colours too: what was at this place has moved.',
  changeOf: (value: number) => `${number(value, 1)} of 255`,
  seconds: 'Took',

  attention: 'Attention',
  head: 'Head',
  heads: { mean: 'mean of heads', max: 'highest of heads' },
  headOf: (n: number) => `head ${n}`,
  layer: 'Layer',
  opacity: 'Opacity',
  scale: 'Scale',
  scales: { all: 'All frames', frame: 'Each frame' },
  scaleText: {
    all: 'The highest weight of the frames of the basis gets the last colour, in every frame.',
    frame: 'Each frame’s own highest weight gets the last colour: weights of two frames cannot be compared.',
  },
  attentionRule: (cls: boolean) =>
    cls
      ? 'Softmax over keys of q·k/√d of [CLS]; what goes to [CLS] and registers is left out.'
      : 'Mean over all queries of the softmax over keys of q·k/√d: this network has no [CLS].',

  colours: 'Colours',
  basis: 'Basis',
  bases: { one: 'One', turned: 'Turned', own: 'Own' },
  basesText: {
    one: 'Found once on frames over the whole video, then the same for every frame: threshold and colours stay put.',
    turned:
      'Each frame’s own components, turned onto the common basis by Procrustes: they follow what this frame shows.',
    own: 'Each frame’s own PCA as it comes out: colours and signs may jump from frame to frame.',
  },
  spread: 'Found on',
  spreads: (n: number) => `${count(n)} frames`,
  colouring: 'Drawn as',
  foreground: 'Foreground',
  threshold: 'Threshold',
  flip: 'Swap object and background',
  flipShort: 'Sides',
  swap: 'Swap',
  partsLayer: 'Layer',
  explained: (shares: readonly number[]) =>
    `The three colours hold ${shares.map((share) => percent(share)).join(', ')} of the foreground’s variance.`,
  basisRefused: 'These frames have no common basis',

  broken: 'Frames left out',
  brokenCount: (n: number) =>
    n === 1
      ? 'One frame cannot be decoded. It is left out; the others go on.'
      : `${count(n)} frames cannot be decoded. They are left out; the others go on.`,
  brokenMore: (n: number) => `and ${count(n)} more`,

  twin: 'Computed frames as a table',
  twinFrame: 'Frame',
  twinTime: 'Time',
  twinStrongest: 'Strongest at',
  twinWeight: 'Weight',
  twinInside: 'Foreground',
  twinChange: 'Change',
  twinRest: (n: number) => `${plural(n, 'frame', 'frames')} more; the CSV holds all of them.`,

  drop: {
    modelText: 'the video stays',
    video: 'Play it here',
    videoText: 'decoded in this window, nothing is sent anywhere',
    pictures: (n: number) => `Play ${count(n)} pictures as frames`,
    picturesText: 'in the order of their names',
    folder: 'Play the pictures of a folder',
    folderText: 'in the order of their names; a checkpoint becomes a model',
  },
  command: {
    play: 'Play or pause',
    forward: 'Next step',
    back: 'Previous step',
    frameForward: 'Next frame',
    frameBack: 'Previous frame',
    first: 'First step',
    last: 'Last step',
    show: 'Frame, attention, parts',
    basis: 'One basis, turned per frame, each its own',
    less: 'Threshold less',
    more: 'Threshold more',
    fromHere: 'Start at this frame',
    toHere: 'End at this frame',
    choose: 'Choose a video',
    chooseFolder: 'Choose a folder of frames',
  },
  exports: {
    title: 'Save or copy',
    video: 'All steps as a video (WebM)…',
    frames: 'All steps as pictures (zip of PNG)…',
    frame: 'This frame as PNG…',
    copy: 'Copy this frame',
    csv: 'Numbers of computed frames as CSV…',
    basis: 'The basis as JSON…',
    command: 'The command was copied. It colours a folder of frames in the saved basis.',
    copyCommand: 'Copy as command',
    running: (done: number, total: number) =>
      `Exporting step ${count(Math.min(done + 1, total))} of ${count(total)}`,
    cancel: 'Cancel the export',
    broken: (n: number) =>
      `${plural(n, 'frame', 'frames')} could not be decoded and ${n === 1 ? 'is' : 'are'} not in it.`,
    cut: (frame: number) =>
      `It ends with frame ${count(frame)}, because one file holds 192 MB at most. Start at the next frame (“From here”) and export again for the rest.`,
  },
}

export const videoExplain = {
  parts: (width: number, spread: number) =>
    `Each patch of each frame became a vector of **${count(width)}** numbers. Three directions were found once, on **${plural(spread, 'frame', 'frames')}** over the whole video, and paint every frame: the same colour is the same part, whenever it is seen.`,
  partsOwn: (width: number) =>
    `Each patch became a vector of **${count(width)}** numbers, and **each frame** has its own three directions: what is red in one frame may be blue in the next.`,
  change: (value: number) =>
    `Since the step before, foreground colours changed by **${number(value, 1)}** of 255.`,
  attention: (head: string, layer: number) =>
    `How strongly **[CLS]** looks at each patch of this frame, in layer **${layer}**, **${head}**. Each frame is looked at alone: the model knows nothing of the frame before.`,
  attentionMean: (head: string, layer: number) =>
    `How strongly the patches of this frame are looked at by all others, in layer **${layer}**, **${head}**. Each frame is looked at alone: the model knows nothing of the frame before.`,
  picture:
    'The frame as it is. The model looks at each frame alone; choose Attention or Parts to see what it makes of it.',
  how: 'PCA over the patches of the spread frames: its first component, cut at the threshold, is the foreground; a second PCA over the foreground gives the colours. Mean, directions, threshold and colour limits stay the same for all frames.',
  howTurned:
    'Each frame’s own components, each in its own measure, are turned by orthogonal Procrustes (U·Vᵀ of their covariance with the common colours), then scaled to their mean and spread.',
  howOwn:
    'PCA leaves sign and order of its components to chance and to the strongest contrast of the one frame it sees.',
  howAttention:
    'Softmax over keys of q·k/√d, one row for each head. The scale is the same for all frames, so that a weak frame looks weak.',
  trap: 'A colour that changes at one place says that something else is there now. Nothing is tracked: steadiness comes from the features alone.',
  trapAttention: 'Flicker is no tracking error: the map is computed from nothing for every frame.',
  tryOwn: 'Give each frame its own basis: colours jump',
  tryOne: 'Back to one basis for all',
  tryPlay: 'Play it',
  tryAttention: 'See the attention of the same frame',
  tryParts: 'See the parts of the same frame',
  partsPaper: 'Oquab et al. 2024, “DINOv2: Learning robust visual features without supervision”, section 7.5',
  attentionPaper:
    'Caron et al. 2021, “Emerging properties in self-supervised vision transformers”, figure 1 and the video of its project page',
}

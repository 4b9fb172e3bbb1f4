// What does the Train view say?
import type { DataSource } from '../../../src-shared/domain/run.ts'
import { bytes, count, duration, fileName, number, percent } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`
const share = (value: number): string => (Number.isFinite(value) ? percent(value, 1) : '–')

export const trainWords = {
  run: 'Run',
  newRun: 'New run',
  chooseRun: 'Choose a run',
  runsCount: (n: number) => plural(n, 'run', 'runs'),
  mode: 'What is shown',
  modes: { new: 'New', run: 'Run', compare: 'Compare', lesson: 'Lesson' },
  clock: 'Axis of all plots',
  clocks: { step: 'Steps', seconds: 'Time', pictures: 'Pictures' },
  wholeAxis: 'The whole axis again',
  pause: 'Pause',
  continue: 'Go on',
  checkpoint: 'Keep a checkpoint now',
  stop: 'End the run',
  saveNumbers: 'Save the numbers as CSV',
  failed: 'The run could not be read',
  stepOf: (step: number, total: number) =>
    total > 0 ? `step ${count(step)} of ${count(total)}` : `step ${count(step)}`,
  epoch: (epoch: number) => `epoch ${number(epoch, epoch < 10 ? 1 : 0)}`,
  speed: (rate: number) => `${count(Math.round(rate))} pictures/s`,
  left: (time: string) => `${time} left`,
  states: {
    running: 'training',
    paused: 'paused',
    stopped: 'ended',
    finished: 'done',
    failed: 'failed',
    interrupted: 'interrupted',
  },
  said: (name: string, state: string) => `${name}: ${state}`,
  dataWords: (data: DataSource) =>
    data.kind === 'path' ? fileName(data.path) : `critters ${count(data.count)}, ${data.difficulty}`,
  heldOut: (items: number, held: number) => `${count(items)} to learn from, ${count(held)} held out`,
  finding: (title: string, now: string, lines: readonly string[]) =>
    `${title}: ${now}${lines.length > 0 ? `; ${lines.join(', ')}` : ''}`,
  switched: (name: string, on: boolean) => `${name} ${on ? 'on' : 'off'}`,
  onOff: (on: boolean) => (on ? 'on' : 'off'),
  since: (value: number | boolean | string | undefined, step: number) =>
    `${typeof value === 'boolean' ? `${value ? 'on' : 'off'} ` : ''}since step ${count(step)}`,
  changed: 'changed',
  against: (step: string) => `Now against step ${step}`,
  metric: 'Measure',
  now: 'Now',
  then: 'Then',
  branched: (name: string, step: number) => `A new run goes on from ${name} at step ${count(step)}.`,
  branchHere: 'Branch off from the newest checkpoint',
  branchFrom: (step: number) => `Branch off from step ${count(step)}`,
  saveCheckpoint: (step: number) => `Save the checkpoint of step ${count(step)}, under the original’s names…`,
  openedBefore: (step: number, asked: number) =>
    `No checkpoint was kept at step ${count(asked)}: the one of step ${count(step)} is open.`,
  whileItRuns: 'Change while it runs',
  numbers: 'Numbers',
  fixed: 'Fixed for this run',
  happened: 'What happened',
  nothingYet: 'Nothing yet.',
  data: 'Data',
  device: 'Device',
  parametersLabel: 'Parameters',
  parameters: (n: number) => `${number(n / 1e6, 2)} M, ${bytes(n * 4)}`,
  waiting: 'Waits for data',
  share,
  bestKnn: (accuracy: string) => `best k-NN so far, ${accuracy}`,
  checkpointWhy: {
    time: 'checkpoint',
    best: 'best so far',
    asked: 'checkpoint, as asked',
    end: 'checkpoint at the end',
    pause: 'checkpoint at the pause',
  },
  events: {
    started: 'began',
    resumed: 'went on from its checkpoint',
    paused: 'paused',
    stopped: 'ended',
    finished: 'done',
    failed: 'failed',
    set: 'changed',
    collapse: 'collapse found',
    skipped: 'pictures left out',
    notice: '',
  },
  groups: {
    teaching: 'The tricks, one by one',
    network: 'Network',
    data: 'Data',
    crops: 'Crops',
    loss: 'Loss',
    schedule: 'Schedules',
    optimiser: 'Optimiser',
  } as Readonly<Record<string, string>>,

  plots: {
    loss: 'Loss',
    lossRule:
      'Cross-entropy of what the student says with what the teacher says, mean over pairs of crops, in nats. A loss of ln K is what guessing gives; a loss of 0 is what saying always the same gives.',
    targets: 'Targets',
    entropy: 'entropy',
    kl: 'KL',
    targetsRule:
      'Entropy of the teacher’s targets, mean over pictures, and the KL divergence of the student from them, in nats. They sum to the loss.',
    std: 'Std of outputs',
    stdRule:
      'Standard deviation over the batch of each dimension of the L2-normalised features, mean over dimensions; 1/√d where they fill the sphere.',
    rank: 'RankMe',
    rankRule:
      'exp of the entropy of the singular values of the features: how many directions they use (Garrido et al. 2023).',
    knn: 'k-NN accuracy',
    knnRule:
      'Held-out pictures, named by their 20 nearest neighbours, weights exp(cosine / 0.07), as the original’s eval_knn.py.',
    linear: 'Linear probe',
    linearRule: 'Held-out pictures, named by a linear classifier on frozen features.',
    mass: 'Attention on the animal',
    massRule:
      'Share of the [CLS] attention of the last layer that falls on the animal’s true mask, mean over held-out pictures. The fixed map is the mean mask, which ignores the picture.',
    jaccard: 'Attention Jaccard',
    jaccardRule:
      'Overlap of the patches that hold 60 % of the attention with the true mask; the best head on a held-out tenth.',
    prototypes: 'Prototypes',
    used: 'used',
    top: 'largest',
    prototypesRule:
      'Share of the prototypes that are first for some target of the batch, and the share of targets whose first is the most frequent one.',
    centre: 'Norm of the centre',
    centreRule: 'Length of the running mean of the teacher’s outputs, which centring subtracts.',
    gradient: 'Gradient norm',
    gradientRule: 'Length of the whole gradient before clipping.',
    speed: 'Pictures a second',
    speedRule: 'From files to updated weights.',
    lrRule: 'Learning rate: rises, then falls along a cosine.',
    wdRule: 'Weight decay: rises along a cosine.',
    momentumRule: 'Momentum of the teacher: rises to 1 along a cosine.',
    tempRule: 'Temperature of the teacher’s softmax: low is sharp.',
    untrained: 'untrained',
    pixels: 'pixels',
    fixed: 'fixed map',
    chance: 'chance',
    trivial: 'trivial',
  },

  film: {
    title: 'What the network attends to',
    rule: 'Attention of [CLS] in the last layer, each head scaled by its maximum, on a pinned picture as the network sees it.',
    mean: (heads: number) => (heads > 1 ? `[CLS], mean of ${heads} heads, last layer` : '[CLS], last layer'),
    head: (head: number) => `[CLS], head ${head}, last layer`,
    which: 'Head',
    meanChoice: 'mean',
    headChoice: (head: number) => `head ${head}`,
    scaled: 'each map scaled by its maximum',
    making: 'The network is being made, and measured before it learns.',
    none: 'No picture is pinned to this run. Pin pictures to the next one before it starts.',
    soon: 'The first frame comes with the first measurement.',
    now: 'now',
    label: (frames: number, pictures: number) =>
      `${plural(pictures, 'picture', 'pictures')} at ${plural(frames, 'moment', 'moments')}`,
    frame: (name: string, step: number, half: string) =>
      `${name} at step ${count(step)}: half of the attention lies on ${half} of the patches. Open its checkpoint in Inspect.`,
    tip: (step: number) => `Step ${count(step)}: open its checkpoint, or the last one before it, in Inspect`,
  },

  usage: {
    title: 'Prototype usage',
    rule: 'The teacher’s targets, mean over the batch, by rank. So many in use: exp of the entropy of that mean.',
    now: (used: number, all: number) => `now, as if ${count(Math.max(1, Math.round(used)))} of ${count(all)}`,
    then: (step: number, used: number, all: number) =>
      `step ${count(step)}, ${count(Math.max(1, Math.round(used)))} of ${count(all)}`,
    finding: (used: number, all: number) =>
      `The teacher uses its prototypes as if there were ${count(Math.max(1, Math.round(used)))} of ${count(all)}.`,
    rank: 'rank 1',
    soon: 'This run keeps no targets.',
  },

  collapsed: 'collapsed',

  alarm: {
    resume: 'Resume',
    kinds: {
      'one-dimension': (step: number) =>
        `Collapsed at step ${count(step)}: every picture gets the same prototype.`,
      uniform: (step: number) =>
        `Collapsed at step ${count(step)}: every picture is spread over all prototypes alike.`,
    },
    back: (step: number) => `Back to step ${count(step)}`,
    after: (steps: number, change: string) => `${plural(steps, 'step', 'steps')} after ${change}.`,
  },

  compare: {
    beside: 'Beside it',
    choose: 'Choose another run',
    title: 'Two runs beside each other',
    text: 'Choose the second run: curves share their axes, films share their pictures.',
    otherData: 'These two learn from different pictures: accuracies do not compare.',
    soon: 'Nothing that both measure has come yet.',
  },

  lesson: {
    title: 'Why does it not collapse?',
    lead: 'Nothing stops student and teacher from agreeing on one empty answer. Two tricks do, and they pull opposite ways. Three runs from one seed: take one trick away and watch.',
    start: 'Start all three',
    again: 'Start anew',
    stop: 'End all three',
    waits: 'Waits to be started.',
    names: { both: 'Both tricks', centring: 'Centring only', sharpening: 'Sharpening only' },
    about: {
      both: 'Centring and sharpening, as DINO has them.',
      centring: 'Sharpening is off: the teacher’s temperature is the student’s.',
      sharpening: 'Centring is off: nothing is subtracted from the teacher’s outputs.',
    },
    verdicts: {
      waiting: 'The network is being made.',
      beginning: 'At the beginning the teacher guesses.',
      spreading: 'The targets spread: the teacher is less and less sure.',
      gathering: 'The targets gather on fewer prototypes.',
      between: 'The targets stay between both ends: pictures get different answers.',
      uniform:
        'Collapsed: every prototype gets the same share, whatever the picture. There is nothing left to learn.',
      'one-dimension': 'Collapsed: one prototype takes every picture. Agreeing is easy, and says nothing.',
    },
    distribution: 'The teacher’s mean target',
    distributionRule:
      'What the teacher says of the pictures of one batch, mean over them: one bar for each prototype.',
    distributionFinding: (used: number, all: number) =>
      `The teacher’s mean target uses as many as ${count(Math.max(1, Math.round(used)))} of ${count(all)} prototypes.`,
    prototypes: (n: number) => `${count(n)} prototypes`,
    even: 'even share',
    entropy: 'Entropy of the targets',
    step: (step: number) => `step ${count(step)}`,
    watch: 'Watch this one',
  },

  setup: {
    method: 'Method',
    preset: 'Preset',
    noMethods: 'The methods could not be listed',
    data: 'Pictures',
    critters: 'Critters, drawn',
    folder: 'A folder',
    difficulty: 'Difficulty',
    difficulties: { easy: 'easy', medium: 'medium', hard: 'hard' },
    count: 'How many',
    side: 'Side',
    path: 'Folder or file of pictures',
    pathHint: 'a folder, IDX, CIFAR or .npy file',
    take: 'Use it',
    choose: 'Choose…',
    dropFolder:
      'Or drop a folder of pictures here. Folders inside it are classes; train and test are splits.',
    pathOnly: 'A path on this computer. Folders inside it are classes; train and test are splits.',
    looking: 'Looking into the data.',
    holds: (items: number, classes: number, splits: readonly string[], masks: boolean) =>
      [
        plural(items, 'picture', 'pictures'),
        classes > 0 ? plural(classes, 'class', 'classes') : 'no classes',
        ...(splits.length > 0 ? [`splits ${splits.join(', ')}`] : []),
        ...(masks ? ['with true masks'] : []),
      ].join(' · '),
    skipped: (n: number, all: number) =>
      `${count(n)} of ${plural(all + n, 'picture', 'pictures')} could not be read and ${n === 1 ? 'is' : 'are'} left out`,
    crops: 'What the networks see',
    cropsRule:
      'One picture, cut and changed exactly as in training, from the seed; hover to read what was done.',
    otherCrops: 'Cut again',
    view: (view: string) => view,
    crop: (view: string, side: number, done: readonly string[]) =>
      `${view} crop of ${side} px${done.length > 0 ? `: ${done.join(', ')}` : ''}`,
    pins: 'Pinned pictures',
    pinsText: 'Their attention is kept as a film while the run trains. Drag pictures here from the tree.',
    pin: 'Pin a picture',
    unpin: (name: string) => `Unpin ${name}`,
    end: 'How long',
    time: 'Time',
    minutes: (n: number) => (n < 60 ? plural(n, 'minute', 'minutes') : plural(n / 60, 'hour', 'hours')),
    schedule: 'its schedule’s end',
    evaluate: 'Measure',
    every: (seconds: number) => `every ${duration(seconds)}`,
    never: 'never',
    seed: 'Seed',
    seedText: 'A whole number from 0 to 4,294,967,295.',
    cost: 'It trains in a process of its own; looking at pictures goes on meanwhile.',
    lesson: 'Why does it not collapse?',
    start: 'Start',
  },

  form: {
    noNumber: 'This is no number.',
    noInteger: 'A whole number is needed.',
    least: (min: number) => `At least ${min}.`,
    most: (max: number) => `At most ${count(max)}.`,
    noMethods: 'The methods are being listed.',
    batchTooLarge: (batch: number, items: number) =>
      `A batch of ${count(batch)} does not fit ${plural(items, 'picture', 'pictures')}: lower batch_size or take more pictures.`,
    needsLabels: (method: string) =>
      `${method} learns from labels: this data has no classes. Put pictures into a folder for each class.`,
  },

  drop: {
    pin: (name: string) => `Pin ${name}`,
    pinFiles: 'Pin these pictures',
    pinText: 'Its attention is kept while the run trains',
    data: 'Train on this folder',
    dataText: 'Folders inside it are classes',
  },

  commands: {
    toggle: 'Pause training, or go on',
    checkpoint: 'Keep a checkpoint now',
    stop: 'End the run',
    branch: 'Branch off from the newest checkpoint',
    axis: 'Axis: steps, time, pictures',
    whole: 'The whole axis again',
    new: 'New training run',
    compare: 'Compare two runs',
    lesson: 'Why does it not collapse?',
    numbers: 'Save the numbers of the run as CSV…',
  },

  twin: {
    title: 'Numbers of the run',
    steps: 'steps',
    evaluations: 'measurements',
    step: 'Step',
    film: 'Share of patches that hold half of the attention',
    picture: 'Picture',
  },

  tree: {
    runs: 'Runs',
    none: 'Train a model',
    add: 'Train a model',
    removed: (name: string) =>
      `The run ${name} was removed. Its files go when the workspace is opened the next time.`,
  },
}

export const trainExplain = {
  soon: 'The network is made and its graph compiled; the first numbers come with the first steps.',
  loss: (loss: number, lnK: number) =>
    `The student guesses what the teacher says of **other crops of the same picture**. Its loss is **${number(loss, 2)}** nats; guessing alike for all gives **ln K = ${number(lnK, 2)}**.`,
  knn: (knn: number, untrained: number, mass: number, fixed: number) =>
    [
      Number.isFinite(knn)
        ? `Its features name **${share(knn)}** of held-out pictures (untrained ${share(untrained)}).`
        : '',
      Number.isFinite(mass)
        ? `**${share(mass)}** of its attention lies on the animal; a map that ignores the picture has ${share(fixed)}.`
        : '',
    ]
      .filter(Boolean)
      .join(' ') || 'Held-out pictures are measured at intervals.',
  how: 'The teacher is a moving average of the student. Its outputs are centred (their running mean is subtracted) and sharpened (a low temperature), and the student learns the cross-entropy with them from all crops.',
  trap: 'A falling loss is not progress by itself: it falls fastest when everything collapses. Trust the held-out measures, each beside its baseline.',
  tryCentring: 'Switch centring off and watch the entropy of the targets.',
  tryLesson: 'See both collapses beside each other.',
  paper:
    'Caron et al. 2021, “Emerging properties in self-supervised vision transformers”, sections 3 and 5.3',
  oneDimension:
    '**A loss near 0 is not success here.** Teacher and student agree perfectly because both say the same of every picture.',
  oneDimensionWhy: (entropy: number, lnK: number) =>
    `Centring subtracts the running mean of the teacher’s outputs, so that no prototype can win for all pictures. Without it, sharpening drives the targets’ entropy to **${number(entropy, 2)}**; the other trivial answer would sit at **ln K = ${number(lnK, 2)}**.`,
  uniform:
    '**A flat loss is not rest here.** The teacher gives every prototype the same share, whatever the picture: there is nothing to learn from it.',
  uniformWhy: (entropy: number, lnK: number) =>
    `Sharpening makes each target prefer few prototypes. Without it, centring spreads them evenly: their entropy is **${number(entropy, 2)}**, and **ln K = ${number(lnK, 2)}** is the most there can be.`,
  collapseHow:
    'Centring alone pulls to the uniform answer, sharpening alone to a single one; together they balance. The alarm looks at the entropy of the targets against ln K and at the most frequent first prototype.',
  collapseTrap:
    'Late is hard to mend: weights that collapsed rarely come back by themselves. Going back to a checkpoint does.',
  collapsePaper: 'Caron et al. 2021, section 3.1 “Avoiding collapse” and figure 7',
  tryBack: (step: number) => `Go back to step ${count(step)}, as a new run.`,
  compare:
    'Two runs on **the same pictures and one clock**. Solid is the first, dashed the second; lines to measure by are the first one’s.',
  compareHow:
    'Accuracy, rank and attention are measured alike for every method; losses are not, so they are not drawn here.',
  compareTrap:
    'Equal steps are not equal work: a step has as many pictures as its batch. Choose *Pictures* or *Time* as the axis.',
  simclr: 'Two crops of one picture should be **each other’s nearest** among all crops of the batch.',
  simclrHow:
    'NT-Xent: softmax over cosine similarities, divided by a temperature; the other crops of the batch are the wrong answers.',
  simclrTrap: 'The trivial loss depends on the batch: a loss from another batch size does not compare.',
  simclrPaper: 'Chen et al. 2020, “A simple framework for contrastive learning of visual representations”',
  supervised:
    'The same network, told **the label of each picture**: the ceiling for accuracy, and a contrast for attention.',
  supervisedHow: 'Cross-entropy with the labels on one crop of each picture.',
  supervisedTrap: 'Its attention need not cover the animal: a small spot can be enough to name it.',
  common: (knn: number, pixels: number) =>
    Number.isFinite(knn)
      ? `Its features name **${share(knn)}** of held-out pictures; raw pixels name ${share(pixels)}.`
      : 'Held-out pictures are measured at intervals.',
  new: 'A run **learns from pictures without labels** (or with them, for the contrast), and what it learns is measured as it goes.',
  newNumbers: (batch: number, items: number) =>
    `A step has **${plural(batch, 'picture', 'pictures')}**, an epoch **${plural(Math.max(1, Math.floor(items / batch)), 'step', 'steps')}**.`,
  newHow:
    'Settings have the names that the original code gives them, at the right; those with a switch can be turned while it runs.',
  newTrap:
    'Minutes on a laptop show attention emerging; class structure takes longer. Each measure stands beside the untrained network.',
  lesson:
    'The bars are **what the teacher says**, mean over a batch; the curve is how unsure it is of a single picture. The two trivial ends are **0** and **ln K**.',
  lessonEnd:
    'Centring alone ended at **ln K**: all prototypes alike. Sharpening alone ended at **0**: one prototype for everything. **Together they hold each other.**',
  lessonTrap:
    'An even mean target is healthy only while single targets are sure: look at the entropy, not at the bars alone.',
}

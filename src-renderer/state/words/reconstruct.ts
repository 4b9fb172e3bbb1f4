// What does the Reconstruct view say?
import { count, duration, number, percent } from '../format.ts'

const plural = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`

export const reconstructWords = {
  original: 'Picture',
  masked: 'What the encoder gets',
  maskedOf: (seen: number, all: number) => `${count(seen)} of ${plural(all, 'patch', 'patches')}`,
  reconstruction: 'Reconstruction',
  reconstructionUndone: 'decoder, with the true patches’ mean and variance',
  reconstructionRaw: 'decoder, normalisation not undone',
  reconstructionPlain: 'decoder',
  mixed: 'Reconstruction + visible',
  mixedOf: 'seen patches put back',
  error: 'Signed error',
  errorOf: 'drawn − true',
  errorRule: (limit: number) =>
    `Reconstruction − picture, mean of the three channels on hidden patches; both ends of the scale are the 99th percentile, ±${number(limit, 2)} of 1.`,
  darker: 'darker',
  lighter: 'lighter',
  losses: 'Loss of each hidden patch',
  thisPatch: (loss: number) => `this patch ${number(loss, 2)}`,
  loss: 'Loss, as trained',
  lossRule:
    'Mean squared error on the hidden patches, of the targets the network was trained on (MAE, models_mae.forward_loss).',
  mse: 'MSE, hidden pixels',
  mseRule: 'Of the pixels on show, from 0 to 1, on the hidden patches.',
  psnr: 'PSNR, hidden pixels',
  flat: 'PSNR, mean colour',
  flatRule: 'What painting every hidden patch in the mean colour of the visible ones would give.',
  decibels: (value: number | null) => (value === null ? 'exact' : `${number(value, 1)} dB`),

  mask: 'Mask',
  kinds: { random: 'Random', block: 'Block', grid: 'Grid', brush: 'Brush' },
  hidden: 'Hidden',
  share: (hidden: number, all: number) => percent(all > 0 ? hidden / all : 0),
  seed: 'Seed',
  next: 'Next',
  newMask: 'New mask',
  less: 'Hide less',
  more: 'Hide more',
  brush: 'Paint the mask by hand',
  brushText:
    'Drag over any of the four pictures: the first patch decides whether you hide or uncover. Or put the focus on the picture: arrows move, Space paints.',
  brushSize: 'Brush',
  brushLess: 'Smaller brush',
  brushMore: 'Larger brush',
  keysLook: (name: string) => `${name}. The arrow keys move through the patches.`,
  keysPaint: (name: string) =>
    `${name}. The arrow keys move through the patches, Space hides or uncovers the one under the brush.`,
  saveMask: 'Save the mask as PNG…',
  maskCommand: 'The command was copied. It needs the painted mask as a file.',
  hidesNone: 'The mask hides no patch, so there is nothing to reconstruct. Paint some.',
  hidesAll: 'The mask hides every patch: the encoder would get nothing. Uncover some.',

  beside: 'What stands beside the pictures',
  besides: { error: 'Error', spread: 'Uncertainty' },
  besideCommand: 'Error or uncertainty',
  strip: 'The same picture, more and more hidden',
  stripShort: 'Strip of ratios',
  stripOf: 'visible patches put back, same seed',
  stripRule:
    'Each ratio from 50 to 95 % with the kind of mask and the seed that stand; PSNR of the hidden pixels. A painted mask has no ratio: random masks are shown.',
  stripProgress: (done: number, total: number) => `${count(done)} of ${count(total)} ratios`,
  hiddenShort: 'hidden',
  inDecibels: 'PSNR in dB',
  exact: 'exact',
  notYet: 'not computed yet',
  unit: 'dB',

  uncertainty: 'Uncertainty',
  drawsLabel: 'Masks',
  masksOf: (n: number) => plural(n, 'mask', 'masks'),
  drawsIdea:
    'What does the decoder say of a patch when others are visible? Mean and spread over several masks of this picture.',
  drawsHow: (mask: string, share: string) =>
    mask === 'block'
      ? `Block masks with ${share} hidden, the first with the seed that stands.`
      : mask === 'random'
        ? `Random masks with ${share} hidden, the first with the seed that stands.`
        : `${mask === 'grid' ? 'A grid' : 'A painted mask'} is one mask only: random ones with ${share} hidden are taken.`,
  drawsProgress: (done: number, total: number) => `${count(done)} of ${count(total)} masks`,
  spread: 'Spread',
  spreadOf: (n: number) => (n > 0 ? `over ${plural(n, 'mask', 'masks')}` : ''),
  spreadRule:
    'Root of the variance (n − 1) of a patch’s predicted pixels, 0 to 1, over the masks that hid it, mean over pixels and channels. Nothing where fewer than two masks hid it.',
  spreadFinding: (n: number, mean: number) =>
    `Spread of the reconstruction over ${plural(n, 'mask', 'masks')}: ${number(mean, 3)} in the mean.`,
  mean: 'Mean',
  meanRule: 'Mean of the predicted pixels over the masks that hid the patch; clear where none did.',
  meanOf: (n: number) => `Mean of ${plural(n, 'mask', 'masks')}`,
  meanReached: (n: number, all: number) =>
    `${count(n)} of ${plural(all, 'patch', 'patches')} hidden at least once`,
  meanSpread: 'Mean spread',
  largestSpread: 'Largest at',
  placeShort: (row: number, column: number) => `row ${row}, column ${column}`,
  patchSpread: (spread: number, hidden: number, masks: number) =>
    Number.isNaN(spread)
      ? `hidden by ${count(hidden)} of ${plural(masks, 'mask', 'masks')}: too few for a spread`
      : `spread ${number(spread, 3)} over ${count(hidden)} of ${plural(masks, 'mask', 'masks')} that hid it`,
  wasThere: 'there',
  wasSaid: 'said',

  show: 'Show',
  undo: 'Undo per-patch normalisation',
  outline: 'Outline seen patches',
  targets: 'Targets',
  targetChoices: { auto: 'as detected', plain: 'plain pixels', normalised: 'normalised' },
  target: {
    stored: (normalised: boolean) =>
      `The checkpoint says: it predicts ${normalised ? 'normalised patches' : 'plain pixels'}.`,
    chosen: (normalised: boolean) =>
      `You chose: it predicts ${normalised ? 'normalised patches' : 'plain pixels'}.`,
    guess: (normalised: boolean) =>
      `The checkpoint does not say what it predicts: ${normalised ? 'normalised patches' : 'plain pixels'} give the lower loss here. A guess.`,
  },
  borrowed: 'Drawn with each true patch’s own mean and variance, which the network did not know.',

  patch: 'This patch',
  noPatch: 'Click a patch to see what was there and what was said.',
  patchAt: (row: number, column: number, hidden: boolean) =>
    `row ${row}, column ${column}, ${hidden ? 'hidden' : 'seen'}`,
  patchLoss: 'loss',
  rank: (rank: number, of: number) => `rank ${count(rank)} of ${count(of)}`,

  took: (seconds: number, device: string) => `${duration(seconds)} on ${device}`,
  working: 'Reconstructing',
  failed: 'The reconstruction failed',
  empty: 'Choose a masked autoencoder and a picture',
  emptyText:
    'Patches are hidden, the encoder gets the rest, and the decoder fills them in. Drop a MAE checkpoint with its decoder here.',
  noDecoder: 'This checkpoint has no decoder',
  noDecoderText: (name: string) =>
    `${name} holds an encoder alone, so nothing can draw the hidden patches. Open a MAE checkpoint that kept its decoder (the ones for visualising), or look at what the encoder does.`,
  others: 'Models with a decoder',
  toParts: 'See its parts',
  toInspect: 'Inspect its attention',
  open: 'Open a checkpoint',
  decoderHeads: 'How many heads has its decoder?',
  decoderHeadsText:
    'The file holds a decoder and does not say how many heads its attention has. With a wrong number it would draw something that looks like an answer.',
  dropPicture: 'Reconstruct it',
  finding: (psnr: string, hidden: string) =>
    `Reconstruction with ${hidden} hidden: ${psnr} on the hidden pixels.`,
  twin: 'Hidden patches by loss',
  figure: (model: string, picture: string, hidden: string, psnr: string) =>
    `${model} · ${picture} · ${hidden} hidden · PSNR ${psnr}`,
  figureBorrowed: 'drawn with the true patches’ mean and variance',
}

export const reconstructExplain = {
  idea: 'A **masked autoencoder** learns by filling in: most patches are hidden, and a small decoder draws them from what the encoder made of the rest. Only a checkpoint that kept its decoder can show it.',
  what: (seen: number, hidden: number, patch: number) =>
    `The encoder saw only **${plural(seen, 'patch', 'patches')}**. The decoder guessed the other **${count(hidden)}** from them, each ${patch} × ${patch} pixels.`,
  mixed:
    'Training scored the hidden patches only: the decoder never learned to copy those it saw, so **Reconstruction + visible** puts them back.',
  borrowed:
    'It was trained on patches without their own mean and variance. To draw them, **those of the true patches are borrowed**: brightness and contrast are not the network’s.',
  notBorrowed:
    'It was trained on patches without their own mean and variance, and **nothing is borrowed** here: greys are what it said.',
  how: 'Patches are hidden; the encoder runs on the rest; the decoder gets its tokens with a learned mask token in each gap and predicts the pixels of every patch.',
  trap: 'A sharp picture is not the aim: blur is the honest mean of what could be there. A low loss in a flat sky says little.',
  tryBrush: 'Take the brush and hide only the eyes.',
  tryRandom: 'Go back to a mask by chance.',
  paper: 'He et al. 2022, “Masked autoencoders are scalable vision learners”, sections 3 and 4',
}

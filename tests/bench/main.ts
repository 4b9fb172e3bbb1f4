// What can be measured here? One door to every bench: npm run bench -- NAME [what the bench wants].
import process from 'node:process'
const benches = {
  correspondence: 'matching the patches of two pictures',
  forward: 'forward passes against PyTorch and TensorFlow.js',
  critters: 'how hard the drawn animals are: chance, colours, pixels, untrained and supervised networks',
  load: 'a large checkpoint from file to tokens: time and memory',
  fast: '--precision fast against exact, on a folder of photos',
  largeFile: 'inspect of checkpoints of 1 and 5 GB: time, memory, bytes read',
  map: 'the map: frames, picks and the lasso with up to a million points, drawn in software',
  trainWindow: 'the window while a model trains: long tasks, how soon a pause takes effect',
  train: 'training DINO against PyTorch: from JPEGs to updated weights, the step alone, memory',
  project: 'maps against umap-learn, umap-js and scikit-learn: time, memory, quality, first frame, cancel',
  studies: 'parts and reconstructions: panels beyond the forward pass, 100 pictures together, a click',
  steady: 'part colours from frame to frame and from checkpoint to checkpoint',
  window: 'the window: drop to first map, a click on a patch, long tasks, start',
}

const [name = ''] = process.argv.splice(2, 1)
if (Object.hasOwn(benches, name)) await import(`./${name}.ts`)
else {
  const lines = Object.entries(benches).map(([bench, what]) => `  ${bench.padEnd(13)}${what}`)
  console.error(`npm run bench -- NAME, where NAME is one of\n${lines.join('\n')}`)
  process.exitCode = 2
}

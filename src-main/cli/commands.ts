// Which commands are there? Each a line here and a file in commands/, loaded only when it is called.
import type { CommandFile } from './command.ts'

export interface CommandEntry {
  /** What it does, for the list. */
  summary: string
  /** True: the engine is started at once, while the command line is still being read. */
  engine: boolean
  aliases?: readonly string[]
  load(): Promise<CommandFile<never>>
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  doctor: {
    summary: 'what this machine can compute with, and what is missing',
    engine: true,
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  models: {
    summary: 'the models that come with Emergence',
    engine: false,
    load: async () => (await import('./commands/models.ts')).models,
  },
  inspect: {
    summary: 'what a checkpoint file holds: networks, architecture, keys, dtypes',
    engine: true,
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  features: {
    summary: 'the tokens a model makes of pictures, as .npy',
    engine: true,
    load: async () => (await import('./commands/features.ts')).features,
  },
  attention: {
    summary: 'where a model looks: attention maps as pictures and .npy',
    engine: true,
    load: async () => (await import('./commands/attention.ts')).attention,
  },
  parts: {
    summary: 'colours the parts of pictures alike, all pictures together',
    engine: true,
    aliases: ['pca'],
    load: async () => (await import('./commands/parts.ts')).parts,
  },
  reconstruct: {
    summary: 'hides patches of pictures from a masked autoencoder and shows what it fills in',
    engine: true,
    load: async () => (await import('./commands/reconstruct.ts')).reconstruct,
  },
  project: {
    summary: 'a map of embeddings: UMAP, t-SNE or PCA in two or three dimensions',
    engine: false,
    load: async () => (await import('./commands/project.ts')).project,
  },
  train: {
    summary: 'trains a network on pictures, from nothing, and watches it',
    engine: true,
    load: async () => (await import('./commands/train.ts')).train,
  },
  diff: {
    summary: 'which weights changed between two checkpoints, and by how much',
    engine: true,
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  export: {
    summary: 'writes a model in the words of its own code, of Hugging Face, as safetensors or ONNX',
    engine: true,
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  data: {
    summary: 'makes the built-in data set: drawn animals of ten species, with their parts',
    engine: true,
    load: async () => (await import('./commands/data.ts')).data,
  },
  embed: {
    summary: 'one vector for each picture of a data set, or for each patch',
    engine: true,
    load: async () => (await import('./commands/embed.ts')).embed,
  },
  evaluate: {
    summary:
      'how good a network’s features are: k-NN, linear probe, clusters, segmentation, parts, retrieval',
    engine: true,
    load: async () => (await import('./commands/evaluate.ts')).evaluate,
  },
  serve: {
    summary: 'the window in a browser of this computer, or through a tunnel',
    engine: false,
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  open: {
    summary: 'the desktop app',
    engine: false,
    load: async () => (await import('./commands/open.ts')).open,
  },
}

/** The command that a word means, by name or alias. */
export function findCommand(word: string): { name: string; entry: CommandEntry } | null {
  for (const [name, entry] of Object.entries(commands))
    if (name === word || entry.aliases?.includes(word)) return { name, entry }
  return null
}

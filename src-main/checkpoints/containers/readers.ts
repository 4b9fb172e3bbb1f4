// Which containers can be read? One line each; the first reader that recognises a file reads it.
import { isNpy, isNpz, readNpy, readNpz } from './npz.ts'
import type { Reader } from './reader.ts'
import { looksLikeSafetensors, readSafetensors } from './safetensors.ts'
import { isTorchLegacy, readTorchLegacy } from './torchLegacy.ts'
import { isTorchZip, readTorchZip } from './torchZip.ts'

export const readers: readonly Reader[] = [
  {
    recognises: ({ zip }) => isTorchZip(zip() ?? []),
    read: ({ file, zip }) => readTorchZip(file, zip() ?? []),
  },
  { recognises: ({ zip }) => isNpz(zip() ?? []), read: ({ file, zip }) => readNpz(file, zip() ?? []) },
  { recognises: ({ head }) => looksLikeSafetensors(head), read: ({ file }) => readSafetensors(file) },
  { recognises: ({ head }) => isTorchLegacy(head), read: ({ file }) => readTorchLegacy(file) },
  { recognises: ({ head }) => isNpy(head), read: ({ file }) => readNpy(file) },
]

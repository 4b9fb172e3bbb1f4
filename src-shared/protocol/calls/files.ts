// Calls about checkpoint files as such: how two differ, and writing one in other words.
import { z } from 'zod'
import { modelChoiceSchema, outputPathSchema } from './common.ts'

export const diff = {
  request: z.object({ first: modelChoiceSchema, second: modelChoiceSchema }),
  result: z.object({
    /** By canonical name, in the order of a forward pass. */
    tensors: z.array(
      z.object({
        name: z.string(),
        meanAbs: z.number().nullable(),
        maxAbs: z.number().nullable(),
        /** ‖second − first‖ / ‖first‖; null where the first is all zero and the second is not. */
        relative: z.number().nullable(),
      }),
    ),
    onlyInFirst: z.array(z.string()),
    onlyInSecond: z.array(z.string()),
    seconds: z.number(),
  }),
  item: null,
}

export const exportFormats = ['original', 'huggingface', 'safetensors', 'onnx'] as const

export const exportModel = {
  request: z.object({
    model: modelChoiceSchema,
    /**
     * `original`: the code base's own names and nesting, a .pth file. `huggingface`: a folder. `onnx`: the encoder as a
     * graph from `images` to `tokens` (and `logits`), float32.
     */
    format: z.enum(exportFormats),
    dtype: z.enum(['f32', 'f16', 'bf16']),
    /** A file; for `huggingface` a folder. */
    path: outputPathSchema,
    force: z.boolean(),
    /** ONNX: pixels of the input; what the position table was made for where absent. */
    size: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
    /** ONNX: every layer's attention as outputs too. */
    attentions: z.boolean(),
  }),
  result: z.object({
    files: z.array(z.string()),
    /** Full names of the tensors written. */
    keys: z.array(z.string()),
    notices: z.array(z.string()),
    seconds: z.number(),
  }),
  item: null,
}

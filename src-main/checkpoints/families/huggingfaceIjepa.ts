// What does Hugging Face call the weights of I-JEPA? The encoder's alone; it drops the predictor. (transformers, models/ijepa)
import {
  huggingfaceBackbone,
  huggingfaceFfn,
  huggingfaceRule,
  huggingfaceTable,
  modelType,
} from './huggingfaceVit.ts'
import { type KeyMap, hasName } from './keyMap.ts'

/** transformers resamples the stored table for other sizes, so it counts as learned here. */
export const huggingfaceIjepa: KeyMap = {
  id: 'huggingface-ijepa',
  label: 'Hugging Face I-JEPA',
  native: false,
  anchor: 'embeddings.patch_embeddings.projection.weight',
  rules: [...huggingfaceBackbone.filter((rule) => rule.canonical[0] !== 'cls'), huggingfaceTable('as-spec')],
  // Its classifier reads the mean of the patches, not a class token.
  ignored: /^(\.\.\/)?(pooler|classifier)\./,
  recognise: (view) => {
    if (!hasName(view.names, huggingfaceFfn)) return null
    if (modelType(view) === 'ijepa') return { family: 'ijepa', reason: 'config.json says ijepa' }
    if (view.names.has('embeddings.cls_token')) return null
    return { family: 'ijepa', reason: 'it has no class token; a guess' }
  },
  position: 'learned',
  interpolation: huggingfaceRule,
  normEps: 1e-6,
  nesting: { path: [], prefix: '' },
}

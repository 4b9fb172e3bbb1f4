// If it is no vision transformer of ours, what is it? Signatures of the models people have lying about.

/** A kind of model, and a name that only it has. `decisive`: also where its patch embedding looks like ours. */
interface Kind {
  readonly seems: string
  readonly sign: RegExp
  readonly decisive?: boolean
}

const kinds: readonly Kind[] = [
  {
    seems: 'a Swin transformer',
    sign: /(^|[./])layers[./]\d+[./]blocks[./]\d+[./].*relative_position_bias_table$/,
    decisive: true,
  },
  {
    seems: 'a BEiT with relative position biases',
    sign: /relative_position_bias(_table|[./]|$)/,
    decisive: true,
  },
  { seems: 'a Segment Anything encoder', sign: /(rel_pos_[hw]|image_encoder\.neck\..+)$/, decisive: true },
  { seems: 'a set of LoRA adapters', sign: /lora_(A|B|down|up)\b/, decisive: true },
  {
    seems: 'a CLIP model',
    sign: /(^|[./])(text_model|visual\.transformer|vision_model|logit_scale|text_projection)\b/,
    decisive: true,
  },
  {
    seems: 'a diffusion model’s UNet',
    sign: /(^|[./])(diffusion_model|input_blocks\.\d+|down_blocks\.\d+)[./]/,
  },
  {
    seems: 'a diffusion model’s autoencoder',
    sign: /(^|[./])(first_stage_model|(encoder|decoder)\.(down|up)\.\d+\.block)[./]/,
  },
  {
    seems: 'a ConvNeXt',
    sign: /(^|[./])(downsample_layers\.\d+|stages\.\d+\.(blocks\.)?\d+\.(dwconv|conv_dw))[./]/,
  },
  { seems: 'a GPT text model', sign: /(^|[./])(h\.\d+\.attn\.c_attn|wte|gpt_neox)[./]/ },
  {
    seems: 'a Llama-like text model',
    sign: /(^|[./])layers\.\d+\.(self_attn\.[qkv]_proj|mlp\.gate_proj|feed_forward\.w1)\./,
  },
  { seems: 'a BERT text model', sign: /(^|[./])(word_embeddings|attention\.self\.query)\b/ },
  { seems: 'a T5 text model', sign: /(^|[./])block\.\d+\.layer\.\d+\.(SelfAttention|DenseReluDense)\./ },
  { seems: 'a speech model', sign: /(^|[./])feature_extractor\.conv_layers\./ },
  { seems: 'a YOLO detector', sign: /(^|[./])model\.\d+\.(cv\d|m\.\d+|dfl|conv)[./]/ },
  { seems: 'a DETR-like detector', sign: /(^|[./])(class_embed|bbox_embed|query_embed)\b/ },
  { seems: 'an XCiT', sign: /(^|[./])cls_attn_blocks\./, decisive: true },
  {
    seems: 'a ResNet',
    sign: /(^|[./])layer[1-4]\.\d+\.conv1\.weight$|(^|[./])layer[1-4]\.\d+\.downsample\./,
  },
  {
    seems: 'an EfficientNet or MobileNet',
    sign: /(^|[./])(blocks\.\d+\.\d+\.conv_(dw|pw)|features\.\d+\.\d*\.?(conv|block))\b/,
  },
  { seems: 'a VGG or AlexNet', sign: /(^|[./])features\.\d+\.weight$/ },
]

/** A sentence's end: what a set of tensor names seems to belong to; null where no signature fits. */
export function otherKind(names: Iterable<string>, which: 'all' | 'decisive' = 'all'): string | null {
  const all = [...names].slice(0, 20_000)
  for (const { seems, sign, decisive } of kinds) {
    if (which === 'decisive' && decisive !== true) continue
    const found = all.find((name) => sign.test(name))
    if (found !== undefined) return `seems to be ${seems} (it has ${found.slice(0, 120)})`
  }
  return null
}

/** The families a person may open, for sentences. */
export const knownFamilies =
  'Vision transformers of DINO, DINOv2, DINOv3, MAE, iBOT, I-JEPA, timm and Hugging Face can be opened.'

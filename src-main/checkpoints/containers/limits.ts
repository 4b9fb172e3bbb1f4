// How much may a checkpoint claim before it is refused? Each limit is above what real files of 100 GB need.

const MB = 1024 * 1024

export const limits = {
  /** Axes of a tensor; PyTorch and NumPy stop at 64. */
  rank: 64,
  /** A tensor whose strides repeat elements may hold this many more than its storage. */
  repeatedElements: 16 * MB,
  /** All tensors of a file together may claim this multiple of its bytes, and this much besides. */
  claimedPerByte: 16,
  claimedBesides: 256 * MB,

  /** The safetensors library's own limit for a header. */
  safetensorsHeader: 100_000_000,
  /** Values (names, numbers, lists, objects) of a JSON text. */
  jsonValues: 4_000_000,
  jsonDepth: 64,
  /** config.json, preprocessor_config.json. */
  configBytes: 4 * MB,
  /** An index of shards. */
  indexBytes: 64 * MB,
  shards: 500,

  zipMembers: 100_000,
  zipDirectory: 64 * MB,
  /** Deflate cannot do better than 1032 to 1. */
  deflateRatio: 1032,
  /** A whole archive may inflate to this multiple of its bytes, and this much besides. */
  inflatedPerByte: 100,
  inflatedBesides: 64 * MB,
  /** A deflated member is inflated in one piece. */
  inflatedMember: 2048 * MB,

  pickleBytes: 512 * MB,
  pickleOperations: 4_000_000,
  /** Lists, dicts, tuples, sets, records and tensors that one pickle may create. */
  pickleObjects: 1_000_000,
  pickleStack: 2_000_000,
  pickleMarks: 100_000,
  /** Bytes of an integer, digits of a decimal one (CPython's own limit). */
  pickleIntegerBytes: 4096,
  pickleDigits: 4300,
  pickleLine: 64 * 1024,
  /** How deep the values of a file may be nested, and how many a walk over every branch may meet. */
  depth: 500,
  walkedValues: 4_000_000,
  /** Records of globals outside the allow-list, and how many different ones are listed. */
  inertRecords: 200_000,
  inertListed: 200,

  npyHeader: 1 * MB,
  npzMembers: 100_000,
} as const

// What do commands about data sets say alike? What DATA may be, and what was left out of it.

export const dataWordsHelp =
  'a folder of pictures (class folders, train/ and test/), IDX or CIFAR files, .npy, or critters[:COUNT[:SEED[:DIFFICULTY]]]'

/** Pictures that are named for people; --json has them all. */
const mostNamed = 10

/** Lines about the pictures that were left out; empty where there are none. */
export function skippedPage(skipped: readonly { name: string; reason: string }[]): string {
  if (skipped.length === 0) return ''
  const lines = skipped.slice(0, mostNamed).map(({ name, reason }) => `  ${name}: ${reason}`)
  const more = skipped.length - lines.length
  return `left out: ${skipped.length}\n${lines.join('\n')}\n${more > 0 ? `  and ${more} more\n` : ''}`
}

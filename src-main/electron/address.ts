// Under which address does the desktop app see itself? A scheme of its own, which nothing outside can speak.

/** Every file of the page and every picture: `emergence://app/…`. */
export const scheme = 'emergence'
export const home = `${scheme}://app/`

/** True for an address of our own page; a foreign one, an empty one and a look-alike are not. */
export function isOurs(address: string | undefined): boolean {
  if (!address) return false
  try {
    const { protocol, host } = new URL(address)
    return protocol === `${scheme}:` && host === 'app'
  } catch {
    return false
  }
}

/** Files among the words of a command line; switches and the app's own folder are none. */
export function filesAmong(words: readonly string[], appFolder: string): string[] {
  return words.slice(1).filter((word) => !word.startsWith('-') && word !== '.' && word !== appFolder)
}

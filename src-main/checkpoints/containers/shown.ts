// How is text from a stranger's file shown? Shortened, and without characters that could steer a terminal.

// Controls, lone surrogates, line separators, and the invisible characters that hide or reorder text.
const invisible = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/gu

/** `text` with invisible characters spelled out, at most `length` characters of it. */
export function shown(text: string, length = 120): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text
  return short.replaceAll(
    invisible,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
}

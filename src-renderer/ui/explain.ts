// How is a sentence with stressed words taken apart? For the explanations, whose words come from one file.

/** `**strong**` parts and plain ones in turn; nothing else is markup. */
export function stressed(text: string): { text: string; strong: boolean }[] {
  return text
    .split('**')
    .map((part, index) => ({ text: part, strong: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}

// What a user wrote, as it may go to a terminal: a file of somebody else's must not move the cursor or hide text in a message.

/** C0 and C1 control characters, DEL, and the marks that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex -- they are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/** `\x1b` for an escape character, and so on. Tabs and ends of lines too: this is for parts of a line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped);
}

/** The same in as many columns: each becomes one replacement character. Tabs stay. */
export function printableColumns(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\t' ? character : '\ufffd'));
}

/** Markdown, with columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string;
/** Replaces what stands between the markers of a command. */
export function writeResults(path: string, text: string, command?: string): void;

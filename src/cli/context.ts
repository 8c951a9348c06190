// What a command is given instead of `process`: where to write, and what stands behind `--`.

export interface Output {
  /** Bytes where a command's product is no text. */
  write(content: string | Uint8Array): void;
}

export interface Context {
  /** Stricli's own demands: it writes help and usage errors here, and sets `exitCode` unless a command has. */
  readonly process: { readonly stdout: Output; readonly stderr: Output; readonly env: Readonly<Record<string, string | undefined>>; exitCode: number | null };
  /** The words behind `--`; null when there was none. */
  readonly command: readonly string[] | null;
  /** What this command was started as, to be started again: program, script, words. */
  readonly invocation: readonly string[];
  /** All of standard input, as text. */
  readonly readInput: () => string;
  /** The directory that relative file names are from. */
  readonly directory: () => string;
  /** Where the project's pages are: an absolute URI that ends with a slash. */
  readonly home: string;
  readonly version: string;
  /** Version and build: what kept launchers depend on. */
  readonly build: string;
}

export const out = (context: Context, text: string): void => context.process.stdout.write(text);
export const err = (context: Context, text: string): void => context.process.stderr.write(text);

// What a command is given instead of `process`: where to write, and what stands behind `--`.

export interface Output {
  write(text: string): void;
}

export interface Context {
  /** Stricli's own demands: it writes help and usage errors here. */
  readonly process: { readonly stdout: Output; readonly stderr: Output; readonly env: Readonly<Record<string, string | undefined>>; exitCode: number };
  /** The words behind `--`; null when there was none. */
  readonly command: readonly string[] | null;
  readonly version: string;
}

export const out = (context: Context, text: string): void => context.process.stdout.write(text);
export const err = (context: Context, text: string): void => context.process.stderr.write(text);

// What a guest tells of its tests: a line of JSON for each that begins and for each that has ended, in the file `results` of the shared folder.

export const RESULTS = 'results';

export interface TestError {
  readonly message: string;
  readonly stack: string;
  readonly diff: string;
}

export interface TestResult {
  /** Path from the project's root. */
  readonly file: string;
  /** Titles of the suites around it and its own. */
  readonly title: readonly string[];
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly errors: readonly TestError[];
  readonly ms: number;
}

export type ResultLine =
  | TestResult
  | { readonly begins: { readonly file: string; readonly title: readonly string[] } }
  | { readonly file: string; readonly over: true };

export interface Results {
  readonly tests: readonly TestResult[];
  /** The test that had begun and not ended when the lines stopped. */
  readonly unfinished: string | null;
  /** Files that were run to their end. */
  readonly over: ReadonlySet<string>;
}

/** Reads the lines; a last one that is cut off counts as not written. */
export function parseResults(text: string): Results {
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ResultLine);
  const tests = lines.filter((line): line is TestResult => 'state' in line);
  const last = lines.at(-1);
  return {
    tests,
    unfinished: last !== undefined && 'begins' in last ? [last.begins.file, ...last.begins.title].join(' > ') : null,
    over: new Set(lines.flatMap((line) => ('over' in line ? [line.file] : []))),
  };
}

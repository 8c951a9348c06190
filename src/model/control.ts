// The doors every control has (controls/*): what must be done, and what the kernel must say afterwards.

import type { Diagnostic } from './diagnostic.ts';
import type { HostFacts } from './host.ts';
import type { Origin } from './origin.ts';
import type { ContainerSpec } from './spec.ts';
import type { Step } from './step.ts';

/** Steps in the order in which the control needs them within each phase; plan/ merges the controls' lists by phase. */
export interface Compiled {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What the text must be. `words` compares with every run of blanks and line ends as one blank (kernel tables are padded).
 * `matches`: a regular expression finds something in it; `^` and `$` are ends of lines.
 * `differs-from-caller`: what the same path gives for the process that checks (`self` in place of `{pid}`) is another.
 */
export type Expectation =
  | { readonly kind: 'equals' | 'differs' | 'words'; readonly text: string }
  | { readonly kind: 'matches'; readonly pattern: string }
  /** Each word of `text` (blanks separate) is among the words read (blanks and commas separate). */
  | { readonly kind: 'has'; readonly text: string }
  | { readonly kind: 'differs-from-caller' };

/**
 * One thing to read from outside once init runs. `{pid}` in `path` is the process id of PID 1 on the host, `{program}` that of the program,
 * which is another where our small PID 1 is in front of it.
 * `field`: the text behind `FIELD:` on its line (/proc/PID/status). `line`: the text behind this beginning of its line
 * (/proc/PID/limits has no colons). Neither: the whole file. Trimmed in every case.
 */
export interface Check {
  readonly what: string;
  readonly why: Origin;
  readonly path: string;
  readonly field?: string;
  readonly line?: string;
  /** `path` is a mountinfo: the type and flags of the mount seen on this mount point (controls/mounts/mountinfo.ts). */
  readonly mount?: string;
  readonly link?: boolean; // read the link instead of the file
  readonly expect: Expectation;
}

export interface Control {
  readonly name: string;
  compile(spec: ContainerSpec, host: HostFacts): Compiled;
  verify(spec: ContainerSpec, host: HostFacts): readonly Check[];
}

// `holdfast.seccomp.weights`: how often a container makes which calls -> the weights by which its filter is ordered. The file is
// what `strace -c` (strace(1)) prints, or lines of a name and a count; `#` begins a comment.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { callNames } from './calls.ts';
import { USUAL_WEIGHTS, type Weights } from './frequencies.ts';
import { suggestion } from './nearest.ts';

export interface ReadWeights {
  /** Counts by name; those of lines that say the same name are added. */
  readonly weights: Weights;
  readonly diagnostics: readonly Diagnostic[];
}

/** strace's heading, its rules and its sum. */
const DECORATION = /^(% time .*|[- ]+|[\d. ]+ total)$/;
/** % of time, seconds, microseconds per call, calls, errors if there were any, name. */
const STRACE_LINE = /^[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/;
const PLAIN_LINE = /^(\w+)\s+(\d+(?:\.\d+)?)$/;

/** Without a file the usual weights. A faulty line is an error: a filter in another order than was asked for would go unnoticed. */
export function readWeights(file: { readonly path: string; readonly text: string } | undefined): ReadWeights {
  if (file === undefined) return { weights: USUAL_WEIGHTS, diagnostics: [] };
  const names = callNames();
  const weights: Record<string, number> = {};
  const diagnostics: Diagnostic[] = [];
  for (const [index, whole] of file.text.split('\n').entries()) {
    const line = whole.replace(/#.*/s, '').trim();
    if (line === '' || DECORATION.test(line)) continue;
    const span = { file: file.path, line: index + 1, column: whole.length - whole.trimStart().length + 1, length: line.length };
    const [, count, traced] = STRACE_LINE.exec(line) ?? [];
    const [, plain, number] = PLAIN_LINE.exec(line) ?? [];
    const name = traced ?? plain;
    const often = Number(count ?? number);
    if (name === undefined || !(often <= Number.MAX_SAFE_INTEGER)) diagnostics.push(diagnostic('HF251', { line }, span));
    else if (!names.has(name)) {
      const help = suggestion(name, names, "names are those of syscalls(2), e.g. 'openat', 'prlimit64'");
      diagnostics.push(diagnostic('HF252', { name, suggestion: help }, span));
    } else weights[name] = (weights[name] ?? 0) + often;
  }
  return { weights, diagnostics };
}

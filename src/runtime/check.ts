// Everything that can be said about a configuration on this machine before a start: reading, compiling, and advice.

import { accept, type Accepted, advise } from '../config/index.ts';
import { sharedKeys } from '../controls/keys/index.ts';
import { undoneDrops } from '../controls/userns/index.ts';
import { type Machine, realMachine } from '../host/machine.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { planStart, type PreparedPlan } from './compile.ts';
import { looseFiles, reachableRoot } from './loose-files.ts';
import { refusedHere } from './refused-here.ts';
import type { Prepared } from './source.ts';

export interface Review {
  /** In the order of files and lines where there is one. */
  readonly found: readonly Diagnostic[];
  /** Warnings that the configuration accepts by name (holdfast.accept). */
  readonly accepted: readonly Accepted[];
}

/** `made`: the plan of a start, where there is one already. */
export function review(prepared: Prepared, made: PreparedPlan = planStart(prepared, { detach: false }), machine: Machine = realMachine()): Review {
  const { settings, spec } = prepared;
  const undone = spec === null ? [] : [...undoneDrops(spec, prepared.host), ...sharedKeys(spec, prepared.host)];
  const ofMachine = [...looseFiles(machine, settings, spec), ...reachableRoot(machine, spec), ...refusedHere(machine, prepared.host.cgroups, spec)];
  const { left, accepted, idle } = accept([...made.diagnostics, ...advise(settings, spec), ...ofMachine, ...undone], settings);
  return { found: inOrder([...left, ...idle]), accepted };
}

function inOrder(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = new Map<string, number>();
  for (const { span } of found) if (span !== undefined && !files.has(span.file)) files.set(span.file, files.size);
  const place = ({ span }: Diagnostic) => (span === undefined ? [files.size, 0, 0] : [files.get(span.file) ?? 0, span.line, span.column]);
  return found.toSorted((one, other) => {
    const [a, b] = [place(one), place(other)];
    const differs = a.findIndex((value, index) => value !== b[index]);
    return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
  });
}

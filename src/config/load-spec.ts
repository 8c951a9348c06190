// A configuration file straight to a ContainerSpec, with the diagnostics of all passes.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { ConfigFiles } from './files.ts';
import { type ConfigReading, readConfig, type ReadOptions } from './read.ts';
import { type SpecRequest, toSpec } from './to-spec.ts';

export interface LoadRequest extends SpecRequest, ReadOptions {}

export interface LoadedSpec {
  /** null when any diagnostic is an error. */
  readonly spec: ContainerSpec | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly reading: ConfigReading;
}

/** Reads the file at `path` (null: only base and overrides) and what it includes. */
export function loadSpec(files: ConfigFiles, path: string | null, request: LoadRequest): LoadedSpec {
  const reading = readConfig(files, path, request);
  const { spec, diagnostics } = toSpec(reading.settings, request);
  return { spec: hasErrors(reading.diagnostics) ? null : spec, diagnostics: inOrder([...reading.diagnostics, ...diagnostics], reading.filesRead), reading };
}

/** As the places follow each other in the files; what has no place comes last. */
export function inOrder(found: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  const at = ({ span }: Diagnostic) => (span ? [rank.get(span.file) ?? files.length, span.line, span.column] : [Infinity]);
  return [...found].sort((one, other) => compare(at(one), at(other)));
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((value, position) => value !== other[position]);
  return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
}

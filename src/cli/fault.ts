// What is printed for a fault of the program. The built command has short names in long lines; beside it lies a source map
// (tools/build.mjs), by which the trace is told in places of the sources.

import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';

/** A line for whatever was thrown and is no error of ours, with its trace. */
export function faultText(error: unknown): string {
  return `holdfast: internal error, please report it: ${error instanceof Error ? inSources(error.stack ?? error.message) : String(error)}`;
}

const FRAME = /^ +at (?:.* \()?(\/.+):(\d+):(\d+)\)?$/gm;

/** The trace (V8's text of `stack`), each frame by its place in the sources where a map lies beside the file it is in; else as it was. */
function inSources(trace: string): string {
  const maps = new Map<string, SourceMap | null>();
  return trace.replace(FRAME, (frame: string, file: string, line: string, column: string) => {
    const map = maps.get(file) ?? mapBeside(file);
    maps.set(file, map);
    const found = map?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !('originalSource' in found)) return frame;
    return `    at ${found.originalSource.replace(/^(\.\.\/)+/, '')}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}

/** A map that is missing or damaged must not hide the fault. */
function mapBeside(file: string): SourceMap | null {
  try {
    // oxlint-disable-next-line no-unsafe-type-assertion -- what it is made of otherwise is told by the constructor, which throws
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return null;
  }
}

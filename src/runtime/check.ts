// Everything that can be said about a configuration on this machine before a start: reading, compiling, and advice.

import { accept, advise } from '../config/index.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { planStart } from './compile.ts';
import type { Prepared } from './source.ts';

/** In the order of files and lines where there is one; without the warnings that the configuration accepts by name. */
export function checkPrepared(prepared: Prepared): readonly Diagnostic[] {
  const { settings, spec } = prepared;
  const found = [...planStart(prepared, { detach: false }).diagnostics, ...advise(settings, spec)];
  const keyOf = ({ span }: Diagnostic): string | null =>
    settings.find(({ why }) => why.kind === 'config' && why.span.file === span?.file && why.span.line === span.line)?.key ?? null;
  const files = [...new Set(found.flatMap(({ span }) => span?.file ?? []))];
  const place = ({ span }: Diagnostic) => (span === undefined ? [files.length, 0, 0] : [files.indexOf(span.file), span.line, span.column]);
  return accept(found, settings, keyOf).toSorted((one, other) => {
    const [a, b] = [place(one), place(other)];
    const differs = a.findIndex((value, index) => value !== b[index]);
    return differs < 0 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
  });
}

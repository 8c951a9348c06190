// What a reading finds wrong, each thing once: a file that is included twice is told about once. Nobody reads on after a
// thousand errors, so the reading ends there and says so; of warnings beyond a thousand only their number is told.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Span } from '../model/origin.ts';

export const MOST_ERRORS = 1000;
export const MOST_WARNINGS = 1000;

/** Collects while a configuration is read. */
export interface Findings {
  /** Takes one in. False: it is an error too many, and what follows need not be read. */
  add(found: Diagnostic): boolean;
  /** Errors enough? */
  isFull(): boolean;
  /** Says where reading ended, once. */
  endAt(span: Span | undefined): void;
  /** In the order in which they were found; how much is left out comes last. */
  all(): readonly Diagnostic[];
}

export function startFindings(): Findings {
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  let errors = 0;
  let warnings = 0;
  let end: Diagnostic | null = null;
  const isFull = () => errors >= MOST_ERRORS;
  const endAt = (span: Span | undefined) => {
    end ??= diagnostic('HF117', { limit: String(MOST_ERRORS) }, span);
  };
  const keep = (one: Diagnostic, isError: boolean) => {
    const name = JSON.stringify([one.code, one.span, one.data]);
    if (seen.has(name)) return;
    seen.add(name);
    found.push(one);
    if (isError) errors++;
    else warnings++;
  };
  return {
    add(one) {
      const isError = one.severity === 'error';
      if (isError && isFull()) {
        endAt(one.span);
        return false;
      }
      if (!isError && warnings >= MOST_WARNINGS) warnings++;
      else keep(one, isError);
      return true;
    },
    isFull,
    endAt,
    all() {
      const more = warnings - MOST_WARNINGS;
      return [...found, ...(end ? [end] : []), ...(more > 0 ? [diagnostic('HF118', { limit: String(MOST_WARNINGS), more: String(more) })] : [])];
    },
  };
}

// The warnings that a configuration accepts by name: a list for people.

import type { Accepted } from '../config/index.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import { originText } from '../model/origin.ts';
import { printable } from '../model/printable.ts';

/** A line for each with the line that accepts it; empty for none. */
export function acceptedText(accepted: readonly Accepted[]): string {
  if (accepted.length === 0) return '';
  return ['accepted by name:', ...accepted.map(acceptedLine)].map((line) => `${line}\n`).join('');
}

function acceptedLine({ found, why }: Accepted): string {
  const place = found.span === undefined ? '' : `${found.span.file}:${found.span.line}: `;
  return printable(`  - ${place}${found.code}: ${diagnosticText(found).message}  [${originText(why)}]`);
}

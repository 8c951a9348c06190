// Where a finding is explained: its code in docs/diagnostics.md, and the key it is about in docs/configuration.md.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { KeyEntry } from './keys/entry.ts';
import { findKey } from './keys/lookup.ts';

/** The anchor of a row of the table in docs/configuration.md; a family ends with what stands for any member. */
export function keyAnchor({ name }: KeyEntry): string {
  return name.endsWith('.') ? `${name}NAME` : name;
}

/** Pages with anchors, from the root of the project: the code's first, then the key's where one is named and known. */
export function documentationOf(found: Diagnostic): readonly string[] {
  const key = found.data['key'];
  const match = key === undefined ? null : findKey(key);
  const page = `docs/diagnostics.md#${found.code.toLowerCase()}`;
  return match?.kind === 'known' ? [page, `docs/configuration.md#${keyAnchor(match.entry)}`] : [page];
}

// Where a finding is explained: its code in docs/diagnostics.md, and the key it is about in docs/configuration.md.

import type { Diagnostic } from '../model/diagnostic.ts';
import { titleOf } from './keys/article.ts';
import { findKey } from './keys/lookup.ts';

/** Pages with anchors, from the root of the project: the code's first, then the key's where one is named and known. */
export function documentationOf(found: Diagnostic): readonly string[] {
  const key = found.data['key'];
  const match = key === undefined ? null : findKey(key);
  const page = `docs/diagnostics.md#${found.code.toLowerCase()}`;
  return match?.kind === 'known' ? [page, `docs/configuration.md#${titleOf(match.entry)}`] : [page];
}

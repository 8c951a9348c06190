// A key that holds one value and is set twice in one file. In an included file it is a default, and no mistake.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ConfigSetting } from '../setting.ts';

/** Both lines are named; the diagnostic is at the later one. Setting the same value again, or clearing in between, is no mistake. */
export function duplicates(all: readonly ConfigSetting[]): readonly Diagnostic[] {
  const before = new Map<string, ConfigSetting>();
  return all.flatMap((setting) => {
    const { entry, key, parsed, why, text } = setting;
    if (entry.repeat !== 'overwrite' || why.kind !== 'config' || parsed.kind === 'invalid') return [];
    const place = `${why.span.file}\0${key}`;
    const earlier = before.get(place);
    before.set(place, setting);
    if (earlier === undefined || earlier.why.kind !== 'config' || earlier.parsed.kind === 'empty' || parsed.kind === 'empty' || earlier.text === text)
      return [];
    return [diagnostic('HF600', { key, line: String(earlier.why.span.line), before: earlier.text }, why)];
  });
}

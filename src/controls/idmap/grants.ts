// May an ordinary user have this map? newuidmap(1) answers by /etc/subuid; here it is answered before, with the line to add.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { IdRange } from '../../model/spec.ts';
import { grants, type IdKind, ownId, writerOf } from './effective.ts';
import { covers, rangeText } from './ranges.ts';
import { grantFile, helperName, kindName } from './words.ts';

/** The helper maps the caller's own id without a grant, and nothing else. */
function isGranted(host: HostFacts, { kind, outside, count }: IdRange): boolean {
  return (count === 1 && outside === ownId(host, kind)) || covers(grants(host, kind).ranges, outside, count);
}

/** Findings about the ranges of one kind that the helper would have to write. */
export function helperFindings(map: readonly Setting<IdRange>[], kind: IdKind, host: HostFacts): readonly Diagnostic[] {
  const ranges = map.map(({ value }) => value);
  const first = map[0];
  if (first === undefined || writerOf(host, kind, ranges) === 'monitor') return [];
  const program = helperName(kind);
  const absent = grants(host, kind).helper === null;
  const wanted = ranges.map(({ outside, count }) => rangeText(outside, count)).join(', ');
  const helper = absent ? [diagnostic('HF327', { user: host.userName, program, kind: kindName(kind), range: wanted }, first.why)] : [];
  const refused = map.filter(({ value }) => !isGranted(host, value));
  return [
    ...helper,
    ...refused.map(({ value: { outside, count }, why }) => {
      const line = `${host.userName}:${outside}:${count}`;
      const data = { kind: kindName(kind), range: rangeText(outside, count), user: host.userName, line, file: grantFile(kind) };
      return diagnostic('HF326', data, why);
    }),
  ];
}
